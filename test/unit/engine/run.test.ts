import { expect } from "chai";
import type { Play } from "../../../src/contract/play.js";
import type { RunDeps } from "../../../src/engine/run.js";
import { registry } from "../../../src/modules/index.js";
import { computed, constant, makeHandler, makePlay, makeTask } from "../../support/plays.js";
import { start } from "./support.js";

const module = (name: string) => registry.get(name)!;

const play = (one: Play, more: Partial<RunDeps> = {}) => start([one], more);

describe("run", () => {
  it("sends a loop of commands as one script", async () => {
    const loop = { items: constant(Array.from({ length: 100 }, (_, i) => i)), variable: "item" };
    const task = makeTask(module("command"), {
      args: (scope) => ({ argv: ["true", String(scope.get("item"))] }),
      loop,
    });
    const { statuses, trips } = await play(makePlay([task]));
    expect(statuses).to.deep.equal(["changed"]);
    expect(trips).to.equal(1);
  });

  it("sends independent commands together and stops at a failing one", async () => {
    const command = (argv: string[]) => makeTask(module("command"), { args: { argv } });
    const { statuses, trips, result } = await play(
      makePlay([command(["true"]), command(["false"]), command(["true"])]),
    );
    expect(statuses).to.deep.equal(["changed", "failed"]);
    expect(trips).to.equal(1);
    expect(result.failed).to.equal(true);
  });

  it("waits for a register where it is used", async () => {
    const first = makeTask(module("command"), { args: { argv: ["echo", "yes"] }, register: "said" });
    const said = (scope: { get(name: string): unknown }): string => (scope.get("said") as { stdout: string }).stdout;
    const second = makeTask(module("debug"), { args: (scope) => ({ msg: `it said ${said(scope)}` }) });
    const third = makeTask(module("command"), {
      args: { argv: ["true"] },
      when: [computed("said.stdout === 'no'", (scope) => said(scope) === "no")],
    });
    const { settled, statuses, trips } = await play(makePlay([first, second, third]));
    expect(statuses).to.deep.equal(["changed", "ok", "skipped"]);
    expect(settled[1]?.items[0]?.message).to.equal("it said yes");
    expect(trips).to.equal(1);
  });

  it("runs a handler once, after the tasks", async () => {
    const notify = [constant("restart")];
    const one = makeTask(module("command"), { args: { argv: ["true"] }, notify });
    const two = makeTask(module("command"), { args: { argv: ["true"] }, notify });
    const handler = makeHandler("restart", module("command"), { args: { argv: ["true"] } });
    const { settled } = await play(makePlay([one, two], { handlers: [handler] }));
    expect(settled.map((event) => event.task.handler ?? false)).to.deep.equal([false, false, true]);
  });

  it("predicts in a dry run, and knows what it cannot know", async () => {
    const first = makeTask(module("command"), { name: "ask", args: { argv: ["echo", "yes"] }, register: "said" });
    const second = makeTask(module("debug"), {
      args: (scope) => ({ msg: (scope.get("said") as { stdout: string }).stdout }),
    });
    const third = makeTask(module("debug"), {
      args: { msg: "known" },
      when: [computed("said.changed", (scope) => (scope.get("said") as { changed: boolean }).changed)],
    });
    const { statuses, settled, trips } = await play(makePlay([first, second, third]), { mode: "plan" });
    expect(statuses).to.deep.equal(["changed", "unknown", "ok"]);
    expect(settled[1]?.items[0]?.unknown).to.deep.equal({ what: "said.stdout", because: "ask" });
    // Whether the host can be reached.
    expect(trips).to.equal(1);
  });

  it("judges by failed_when and goes on with ignore_errors", async () => {
    const rc = (scope: { get(name: string): unknown }): number => (scope.get("out") as { rc: number }).rc;
    const fine = makeTask(module("command"), {
      args: { argv: ["false"] },
      register: "out",
      failedWhen: [computed("out.rc > 1", (scope) => rc(scope) > 1)],
    });
    const ignored = makeTask(module("command"), { args: { argv: ["false"] }, ignoreErrors: constant(true) });
    const { statuses } = await play(makePlay([fine, ignored, makeTask(module("ping"))]));
    expect(statuses).to.deep.equal(["changed", "ignored", "ok"]);
  });

  it("ends the same way without speculation", async () => {
    const tasks = [makeTask(module("command"), { args: { argv: ["true"] } }), makeTask(module("ping"))];
    const { statuses } = await play(makePlay(tasks), { speculate: false });
    expect(statuses).to.deep.equal(["changed", "ok"]);
  });
});
