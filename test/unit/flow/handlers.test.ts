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

  it("cannot include a role", async () => {
    const error = await run(one("h"), "- {name: h, include_role: {name: r}}").catch((problem: unknown) => problem);
    expect(String(error)).to.contain("a handler cannot have include_role; write include_tasks");
  });

  it("may include tasks, which --tags do not choose, and whose blocks rescue", async () => {
    const text =
      '- block:\n    - {name: x, command: "false"}\n  rescue:\n    - {name: y, command: "true", notify: i}\n  tags: z\n';
    const handlers = "- {name: h, include_tasks: t.yml}\n- {name: i, debug: {msg: last}}";
    const { told } = await run(one("h"), handlers, { "t.yml": text });
    expect(told["a"]).to.deep.equal(["one changed", "h ok", "x failed", "y changed", "i ok: last"]);
  });

  it("are looked for when a task is at its turn where an include brings them", async () => {
    const files = { "roles/r/tasks/main.yml": "[]", "roles/r/handlers/main.yml": "- {name: h, debug: {msg: of r}}" };
    const include = "- {name: r, include_role: {name: r}}\n";
    const { told } = await run(include + one("h"), "[]", files);
    expect(told["a"]).to.deep.equal(["r ok", "one changed", "h ok: of r"]);
    const early = await run(`${one("h")}\n${include}`, "[]", files);
    expect(early.told["a"]).to.deep.equal(["one failed"]);
    const wrong = await run(include + one("g"), "[]", files).catch((problem: unknown) => problem);
    expect(String(wrong)).to.contain('no handler of this play is called "g"');
  });

  it("may have names with variables", async () => {
    const handlers = '- {name: "restart <%= what %>", debug: {msg: restarted}, vars: {what: web}}';
    expect((await run(one("restart web"), handlers)).told["a"]).to.deep.equal([
      "one changed",
      "restart web ok: restarted",
    ]);
  });

  it("are those of all items that ran when any has changed", async () => {
    const text = `- name: one\n  command: "true"\n  loop: [b, a, c]\n  when: item !== 'c'\n  changed_when: item === 'b'\n  notify: "<%= item %>"`;
    const handlers = "- {name: a, debug: {msg: a}}\n- {name: b, debug: {msg: b}}\n- {name: c, debug: {msg: c}}";
    expect((await run(text, handlers)).told["a"]).to.deep.equal(["one changed", "a ok: a", "b ok: b"]);
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
