import { chmodSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readInventory } from "../../../../src/language/inventory/sources.js";
import { hostScope } from "../../../../src/language/playbook/host-scope.js";
import { folderWith, messagesOf } from "../support.js";

/** A folder with a program that prints this, and more files. */
function printing(printed: unknown, more: Readonly<Record<string, string>> = {}): string {
  const folder = folderWith({ hosts: `#!/bin/sh\ncat <<'.'\n${JSON.stringify(printed)}\n.\n`, ...more });
  chmodSync(join(folder, "hosts"), 0o755);
  return folder;
}

/** Answers and errors are compared with Ansible's in test/oracle/inventory; here is what only fettle promises. */
describe("inventories by programs", () => {
  it("what they print is data: a template in it is a text", () => {
    const text = "<%= 1 + 1 %>";
    const folder = printing(
      { web: { hosts: ["a"], vars: { x: text } }, _meta: { hostvars: { a: { y: [text] } } } },
      { "made.yml": "plugin: constructed\ncompose:\n  z: x\n" },
    );
    const scope = hostScope("a", readInventory([join(folder, "hosts"), join(folder, "made.yml")]), []);
    expect([scope.get("x"), scope.get("y"), scope.get("z")]).to.deep.equal([text, [text], text]);
  });

  it("what they print cannot be changed by a task for all hosts", () => {
    const folder = printing({ web: { hosts: ["a"], vars: { x: { list: [2, 1] } } }, _meta: { hostvars: {} } });
    const x = hostScope("a", readInventory([join(folder, "hosts")]), []).get("x") as { list: number[] };
    expect(() => x.list.sort()).to.throw("read only");
  });

  const names: Readonly<Record<string, unknown>> = {
    'in what hosts prints: "../x" cannot be the name of a group; look at it: hosts --list': { "../x": ["a"] },
    'in what hosts prints: "\\u001b[2J" cannot be the name of a group; look at it: hosts --list': {
      "\u001b[2J": ["a"],
    },
    'in what hosts prints: "a/b" cannot be the name of a group; look at it: hosts --list': { x: { children: ["a/b"] } },
    'in what hosts prints: "-oX" cannot be the name of a host; look at it: hosts --list': { x: ["-oX"] },
    'in what hosts prints: "\\u001bc" cannot be the name of a host; look at it: hosts --list': { x: ["\u001bc"] },
    'in what hosts prints: hosts of the group "x" are a list of names, and this is [5]; look at it: hosts --list': {
      x: [5],
    },
    'in what hosts prints: "facts" is a name of fettle\'s own, and cannot be defined; look at it: hosts --list': {
      x: { vars: { facts: 1 } },
    },
  };
  for (const [message, printed] of Object.entries(names))
    it(`refuses ${JSON.stringify(printed)}`, () => {
      const folder = printing(printed);
      expect(messagesOf(() => readInventory([join(folder, "hosts")]), folder)).to.deep.equal([message]);
    });

  it("a folder without any inventory is named", () => {
    const folder = folderWith({ "inv/hosts.ini": "a\n" });
    expect(messagesOf(() => readInventory([join(folder, "inv")]), folder)[0]).to.match(
      /^there is no inventory in the folder inv; as in Ansible files that end in \.ini/,
    );
  });
});
