import { expect } from "chai";
import { play, tasks } from "./support.js";

const say = (name: string): string => `- name: ${name}\n  debug: {msg: "${name}"}`;
const run = (name: string, command: string): string => `- name: ${name}\n  command: "${command}"`;
const block = (parts: Readonly<Record<string, readonly string[]>>, more = ""): string =>
  Object.entries(parts)
    .map(([key, list]) => `${key}:\n${list.join("\n").replace(/^/gm, "  ")}`)
    .join("\n")
    .replace(/^/gm, "  ")
    .replace(/^ {2}/, "- ") + more;

for (const speculate of [true, false]) {
  const names = async (text: string): Promise<readonly string[] | undefined> =>
    (await play(tasks(text), { hosts: ["a"], run: { speculate } })).told["a"];

  describe(`blocks ${speculate ? "with" : "without"} speculation`, () => {
    it("run their rescue when a task failed, always in any case, and what follows", async () => {
      const text = [
        block({
          block: [run("one", "true"), run("two", "false"), run("three", "true")],
          rescue: [say("saved")],
          always: [say("cleaned")],
        }),
        say("after"),
      ].join("\n");
      const ran = await play(tasks(text), { hosts: ["a"], run: { speculate } });
      expect(ran.told["a"]).to.deep.equal([
        "one changed",
        "two failed",
        "saved ok: saved",
        "cleaned ok: cleaned",
        "after ok: after",
      ]);
      expect(ran.recap["a"]).to.include({ failed: 0, rescued: 1, ok: 4, changed: 1 });
      expect(ran.failed).to.equal(false);
    });

    it("tell rescue tasks what failed_when said", async () => {
      const failed = `${run("one", "echo x")}\n  failed_when: true`;
      const asked = "- name: two\n  debug: {msg: '<%= ansible_failed_result.failed_when_result %>'}";
      expect(await names(block({ block: [failed], rescue: [asked] }))).to.deep.equal(["one failed", "two ok: true"]);
    });

    it("count what changed before its failure was ignored, and no meta that is skipped", async () => {
      const text = `${run("one", "false")}\n  ignore_errors: true\n- meta: end_host\n  when: inventory_hostname === "b"`;
      const { recap } = await play(tasks(text), { hosts: ["a"], run: { speculate } });
      expect(recap["a"]).to.include({ ok: 1, changed: 1, ignored: 1, skipped: 0 });
    });

    it("leave the rescue alone when nothing failed", async () => {
      const text = block({ block: [run("one", "true")], rescue: [say("saved")], always: [run("always", "true")] });
      expect(await names(text)).to.deep.equal(["one changed", "always changed"]);
    });

    it("hand a failure out when there is no rescue, or when it fails, and always has run", async () => {
      const inner = block({ block: [run("in", "false")], always: [say("inner always")] });
      const outer = block({
        block: [inner, say("no")],
        rescue: [run("bad", "false"), say("no")],
        always: [say("end")],
      });
      const ran = await play(tasks(`${outer}\n${say("no")}`), { hosts: ["a"], run: { speculate } });
      expect(ran.told["a"]).to.deep.equal(["in failed", "inner always ok: inner always", "bad failed", "end ok: end"]);
      expect(ran.recap["a"]).to.include({ failed: 1, rescued: 1 });
      expect(ran.failed).to.equal(true);
    });

    it("do not enter blocks behind the failure", async () => {
      const behind = block({ block: [say("no")], always: [say("no, too")] });
      const text = block({ block: [run("bad", "false"), behind], rescue: [say("saved")] });
      expect(await names(text)).to.deep.equal(["bad failed", "saved ok: saved"]);
    });

    it("tell the rescue what failed", async () => {
      const told = '- name: told\n  debug: {msg: "<%= ansible_failed_task.name %> <%= ansible_failed_result.rc %>"}';
      const text = block({ block: [run("bad", "sh -c 'exit 7'")], rescue: [told] });
      expect(await names(text)).to.deep.equal(["bad failed", "told ok: bad 7"]);
    });

    it("let tasks behind them see registers of the rescue, or none", async () => {
      const set = "- name: set\n  set_fact: {v: rescue}";
      const see = "- name: see\n  debug: {msg: \"<%= defined('v') ? v : 'none' %>\"}";
      const failing = `${block({ block: [run("bad", "false")], rescue: [set] })}\n${see}`;
      const fine = `${block({ block: [run("good", "true")], rescue: [set] })}\n${see}`;
      expect((await names(failing))?.at(-1)).to.equal("see ok: rescue");
      expect((await names(fine))?.at(-1)).to.equal("see ok: none");
    });

    it("run handlers that a task notified before another one failed and was rescued", async () => {
      const text = block({
        block: [`${run("one", "true")}\n  notify: h`, run("bad", "false")],
        rescue: [say("saved")],
      });
      const handlers = "  handlers:\n    - name: h\n      debug: {msg: handled}\n";
      const ran = await play(tasks(text, handlers), { hosts: ["a"], run: { speculate } });
      expect(ran.told["a"]?.at(-1)).to.equal("h ok: handled");
    });
  });
}

describe("blocks on several hosts", () => {
  it("go their own ways", async () => {
    const fails = "- name: fails on a\n  command: \"<%= inventory_hostname === 'a' ? 'false' : 'true' %>\"";
    const ran = await play(tasks(`${block({ block: [fails, say("rest")], rescue: [say("saved")] })}\n${say("after")}`));
    expect(ran.told["a"]).to.deep.equal(["fails on a failed", "saved ok: saved", "after ok: after"]);
    expect(ran.told["b"]).to.deep.equal(["fails on a changed", "rest ok: rest", "after ok: after"]);
  });
});

describe("blocks in a dry run", () => {
  it("rescue what fails already there", async () => {
    const text = block({ block: ["- name: check\n  assert: {that: 1 > 2}", say("no")], rescue: [say("saved")] });
    const ran = await play(tasks(text), { hosts: ["a"], run: { mode: "plan" } });
    expect(ran.told["a"]).to.deep.equal(["check failed", "saved ok: saved"]);
  });
});
