import { expect } from "chai";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handler, Task } from "../../../src/contract/play.js";
import { registry } from "../../../src/modules/index.js";
import { computed, constant, makeHandler, makePlay, makeTask, type TaskParts } from "../../support/plays.js";
import { connect } from "../../../src/transport/index.js";
import { LOCAL, MARKS as marks, start } from "./support.js";

const module = (name: string) => registry.get(name)!;

describe("handlers", () => {
  let folder: string;
  let key: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fettle-handlers-"));
    key = `${folder}/restart`;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(marks, encodeURIComponent(key)), { force: true });
  });

  const isMarked = (): boolean => existsSync(marks) && readdirSync(marks).includes(encodeURIComponent(key));
  const writes = (name: string, parts: TaskParts = {}): Task =>
    makeTask(module("copy"), {
      args: { dest: join(folder, name), content: "x" },
      notify: [constant("restart")],
      ...parts,
    });
  const run = (...argv: string[]): Task => makeTask(module("command"), { args: { argv } });
  const log = () => readFileSync(join(folder, "log"), "utf8");
  const restart = (): Handler => {
    const args = { argv: ["sh", "-c", 'echo restart >>"$1"', "restart", join(folder, "log")] };
    return { ...makeHandler("restart", module("command"), { args }), key };
  };
  const play = (tasks: readonly Task[], more = {}) => start([makePlay(tasks, { handlers: [restart()], ...more })]);

  it("run where meta flushes them, and again when they are notified again", async () => {
    const flush = makeTask(module("meta"), { args: { free_form: "flush_handlers" } });
    const { settled } = await play([writes("one"), flush, writes("two")]);
    expect(settled.map((event) => event.task.module)).to.deep.equal(["copy", "command", "copy", "command"]);
    expect(log()).to.equal("restart\nrestart\n");
  });

  it("run once for a loop, when any item changed", async () => {
    const loop = { items: constant(["one", "two"]), variable: "item" };
    const args = (scope: { get(name: string): unknown }) => ({
      dest: join(folder, String(scope.get("item"))),
      content: "x",
    });
    const task = makeTask(module("copy"), { args, loop, notify: [constant("restart")] });
    expect((await play([writes("one"), task])).statuses).to.deep.equal(["changed", "changed", "changed"]);
    expect(log()).to.equal("restart\n");
    expect((await play([task])).statuses).to.deep.equal(["ok"]);
  });

  it("do not run for a task that was not changed, by changed_when", async () => {
    const changedWhen = [
      computed("r.state === 'absent'", (scope) => (scope.get("r") as { state: string }).state === "absent"),
    ];
    const { statuses } = await play([writes("one", { register: "r", changedWhen })]);
    expect(statuses).to.deep.equal(["ok"]);
    expect(isMarked()).to.equal(false);
  });

  it("are run by the next run when this one fails before", async () => {
    const first = await play([writes("one"), run("false")]);
    expect(first.statuses).to.deep.equal(["changed", "failed"]);
    expect(isMarked()).to.equal(true);
    const second = await play([writes("one")]);
    expect(second.statuses).to.deep.equal(["ok", "changed"]);
    expect(second.events.flatMap((event) => (event.type === "warning" ? [event.text] : []))).to.deep.equal([
      'the handler "restart" was notified by an earlier run in which it failed or did not run; it runs now',
    ]);
    expect(log()).to.equal("restart\n");
    expect(isMarked()).to.equal(false);
    expect((await play([writes("one")])).statuses).to.deep.equal(["ok"]);
  });

  it("run on a failed host with force_handlers, which stays failed", async () => {
    const { settled, result } = await play([writes("one"), run("false")], { forceHandlers: true });
    expect(settled.map(({ task, status }) => `${task.module} ${status}`)).to.deep.equal([
      "copy changed",
      "command failed",
      "command changed",
    ]);
    expect(result.failed).to.equal(true);
    expect(log()).to.equal("restart\n");
    expect(isMarked()).to.equal(false);
  });

  it("keep their marks when one before them in the batch failed, and lose them when they have run", async () => {
    const place = { file: "p.yml", line: 1, column: 1 };
    const bad = { ...makeHandler("restart", module("command"), { args: { argv: ["false"] } }), key: `${folder}/bad` };
    const block = { name: "b", place, rescues: true };
    const flush = makeTask(module("meta"), {
      args: { free_form: "flush_handlers" },
      blocks: [{ block, part: "tasks" }],
    });
    const look = makeTask(module("command"), {
      args: { argv: ["test", "-e", join(marks, encodeURIComponent(key))] },
      blocks: [{ block, part: "rescue" }],
      changedWhen: [constant(false)],
    });
    const handlers = [bad, { ...restart(), topics: ["restart"] }];
    const { statuses } = await start([makePlay([writes("one"), flush, look], { handlers })], {
      connect: () => connect(LOCAL),
    });
    expect(statuses).to.deep.equal(["changed", "failed", "ok", "changed"]);
    expect(isMarked()).to.equal(false);
    expect(log()).to.equal("restart\n");
    // It was taken care of: the next run has nothing to make good.
    expect(readdirSync(marks)).to.not.include(encodeURIComponent(bad.key));
  });

  it("are in doubt in a dry run when the task that notifies is", async () => {
    const asked = makeTask(module("command"), { name: "ask", args: { argv: ["echo"] }, register: "r" });
    const when = [computed("r.stdout === ''", (scope) => (scope.get("r") as { stdout: string }).stdout === "")];
    const { settled } = await start([makePlay([asked, writes("one", { when })], { handlers: [restart()] })], {
      mode: "plan",
    });
    expect(settled.map(({ status }) => status)).to.deep.equal(["changed", "unknown", "unknown"]);
  });
});
