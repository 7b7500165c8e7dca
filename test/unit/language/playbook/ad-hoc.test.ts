import { join } from "node:path";
import { expect } from "chai";
import { Problems } from "../../../../src/language/errors.js";
import { readInventory } from "../../../../src/language/inventory/sources.js";
import { adHocPlay } from "../../../../src/language/playbook/load.js";
import { registry } from "../../../../src/modules/index.js";
import { folderWith, messagesOf } from "../support.js";
import { argsOf } from "./loading.js";

function adHoc(module: string, args: string) {
  const folder = folderWith({ hosts: "web1\n" });
  return adHocPlay("all", module, args, {
    registry,
    inventory: readInventory([join(folder, "hosts")]),
    extraVars: [],
    tags: { only: [], skip: [] },
    roleFolders: [],
    forceHandlers: false,
    problems: new Problems(),
  });
}

describe("one module from the command line", () => {
  const given: Readonly<Record<string, readonly [string, string]>> = {
    "name=value": ["copy", 'dest=/a content="b c"'],
    JSON: ["copy", '{"dest": "/a", "content": "b c"}'],
  };
  for (const [name, [module, args]] of Object.entries(given))
    it(name, () => expect(argsOf([adHoc(module, args)])).to.deep.equal([{ dest: "/a", content: "b c" }]));

  it("a command in braces is no JSON", () => {
    expect(argsOf([adHoc("shell", "{ echo hi; }")])).to.deep.equal([{ cmd: "{ echo hi; }" }]);
  });

  it("a module that does not exist", () => {
    expect(messagesOf(() => adHoc("comand", "{"))).to.deep.equal([
      '--module-name:1:1 there is no module "comand"; did you mean "command"?',
    ]);
  });
});
