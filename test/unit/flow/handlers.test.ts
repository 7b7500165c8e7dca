import { expect } from "chai";
import { play, tasks } from "./support.js";

const one = (notify: string): string => `- name: one\n  command: "true"\n  notify: ${notify}`;
const run = (text: string, handlers: string, files: Readonly<Record<string, string>> = {}) =>
  play(tasks(text, `  handlers:\n${handlers.replace(/^/gm, "    ")}\n`), { hosts: ["a"], files });

describe("handlers in the words of a playbook", () => {
  it("do not run again because they notify themselves, or each other in a circle", async () => {
    const handlers = '- {name: h, command: "true", notify: [h, i]}\n- {name: i, command: "true", notify: h}';
    expect((await run(one("h"), handlers)).told["a"]).to.deep.equal(["one changed", "h changed", "i changed"]);
  });

  it("may stand in other files", async () => {
    const files = { "h.yml": "- import_tasks: i.yml", "i.yml": "- {name: i, debug: {msg: imported}}" };
    expect((await run(one("i"), "- import_tasks: h.yml", files)).told["a"]?.at(-1)).to.equal("i ok: imported");
  });

  it("cannot include", async () => {
    const error = await run(one("h"), "- {name: h, include_tasks: t.yml}").catch((problem: unknown) => problem);
    expect(String(error)).to.contain("a handler cannot have include_tasks; write import_tasks");
  });

  it("of one name in a list: the first answers", async () => {
    const handlers = "- {name: h, debug: {msg: first}}\n- {name: h, debug: {msg: second}}";
    expect((await run(one("h"), handlers)).told["a"]).to.deep.equal(["one changed", "h ok: first"]);
  });

  it("are notified by what the innermost block says", async () => {
    const text = `- notify: h\n  block:\n    - notify: i\n      block:\n        - {name: one, command: "true"}`;
    const handlers = "- {name: h, debug: {msg: h}}\n- {name: i, debug: {msg: i}}";
    expect((await run(text, handlers)).told["a"]).to.deep.equal(["one changed", "i ok: i"]);
  });
});
