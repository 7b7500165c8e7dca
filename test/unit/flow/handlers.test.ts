import { expect } from "chai";
import { connect } from "../../../src/transport/index.js";
import { LOCAL } from "../engine/support.js";
import { play, tasks } from "./support.js";

const one = (notify: string): string => `- name: one\n  command: "true"\n  notify: ${notify}`;
const section = (handlers: string): string => `  handlers:\n${handlers.replace(/^/gm, "    ")}\n`;
const run = (text: string, handlers: string, files: Readonly<Record<string, string>> = {}) =>
  play(tasks(text, section(handlers)), { hosts: ["a"], files });

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

  describe("that fail where a block flushes them", () => {
    const inBlock = (...rest: readonly string[]): string =>
      [
        "- block:",
        '    - {name: one, command: "true", notify: [h, i]}',
        "    - {name: flush, meta: flush_handlers}",
        "    - {name: two, debug: {msg: two}}",
        ...rest,
        "- {name: five, debug: {msg: five}}",
      ].join("\n");
    const rescue = ["  rescue:", '    - {name: three, debug: {msg: "<%= ansible_failed_task.name %>"}}'];
    const always = ["  always:", "    - {name: four, debug: {msg: four}}"];
    const handlers = '- {name: h, command: "false"}\n- {name: i, command: "true"}';
    // What the rescue leaves notified comes at the end, also what was to go to the host along with the one that failed.
    const rescued = ["one changed", "h failed", "three ok: h", "four ok: four", "five ok: five", "i changed"];

    it("are taken care of by its rescue, and the others run later", async () => {
      for (const run of [{}, { connect: () => connect(LOCAL) }]) {
        const { told, recap, failed } = await play(tasks(inBlock(...rescue, ...always), section(handlers)), {
          hosts: ["a"],
          run,
        });
        expect(told["a"]).to.deep.equal(rescued);
        expect(recap["a"]).to.include({ ok: 5, changed: 2, failed: 0, rescued: 1 });
        expect(failed).to.equal(false);
      }
    });

    it("end the host where it has none, after what it always does", async () => {
      const { told, recap } = await run(inBlock(...always), handlers);
      expect(told["a"]).to.deep.equal(["one changed", "h failed", "four ok: four"]);
      expect(recap["a"]).to.include({ failed: 1, rescued: 0 });
    });

    it("may do so among tasks that they include", async () => {
      const including = '- {name: h, include_tasks: t.yml}\n- {name: i, command: "true"}';
      const files = {
        "t.yml": '- block:\n    - {name: x, command: "true"}\n- {name: y, command: "false"}\n- {name: z, debug: {}}',
      };
      const { told } = await run(inBlock(...rescue), including, files);
      const expected = ["one changed", "h ok", "x changed", "y failed", "three ok: y", "five ok: five", "i changed"];
      expect(told["a"]).to.deep.equal(expected);
      const own =
        '- block:\n    - {name: y, command: "false"}\n  rescue:\n    - {name: z, command: "false"}\n- {name: q, debug: {}}';
      const within = await run(inBlock(...rescue), including, { "t.yml": own });
      expect(within.told["a"]?.slice(1, 5)).to.deep.equal(["h ok", "y failed", "z failed", "three ok: z"]);
    });

    it("are left for the next run when the host fails all the same, and only then", async () => {
      const flush = "- {name: again, meta: flush_handlers}";
      const left = async (text: string, more = ""): Promise<readonly string[]> =>
        (await play(tasks(text, more + section(handlers)), { hosts: ["a"], run: { connect: () => connect(LOCAL) } }))
          .marked;
      expect(await left(inBlock(...rescue))).to.deep.equal([]);
      expect(await left(inBlock("  always:", `    ${flush}`))).to.deep.equal(["h"]);
      expect(await left(inBlock("  rescue:", `    ${flush}`, '    - {name: bad, command: "false"}'))).to.deep.equal([
        "h",
      ]);
      expect(await left(inBlock(...always), "  force_handlers: true\n")).to.deep.equal(["h"]);
      expect(await left(inBlock(...always))).to.deep.equal(["h", "i"]);
    });

    it("may do so in a flush that a handler includes", async () => {
      const nested = '- {name: h, include_tasks: t.yml}\n- {name: i, command: "true"}\n- {name: bad, command: "false"}';
      const files = { "t.yml": '- {name: x, command: "true", notify: bad}\n- {name: inner, meta: flush_handlers}' };
      const { told, failed } = await run(inBlock(...rescue), nested, files);
      const expected = [
        "one changed",
        "h ok",
        "x changed",
        "i changed",
        "bad failed",
        "three ok: bad",
        "five ok: five",
      ];
      expect([told["a"], failed]).to.deep.equal([expected, false]);
    });

    it("run none behind them, but with force_handlers at the end", async () => {
      const text = inBlock()
        .replace(/- block:\n/, "")
        .replace(/^ {4}/gm, "");
      const forced = `  force_handlers: true\n${section(handlers)}`;
      expect((await play(tasks(text, forced), { hosts: ["a"] })).told["a"]).to.deep.equal([
        ...["one changed", "h failed", "i changed"],
      ]);
    });
  });
});
