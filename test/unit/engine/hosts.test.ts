import { expect } from "chai";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FettleError, hostError } from "../../../src/contract/error.js";
import type { Event } from "../../../src/contract/event.js";
import type { Scope, Task } from "../../../src/contract/play.js";
import type { Connection, ScriptReport } from "../../../src/contract/transport.js";
import { registry } from "../../../src/modules/index.js";
import { connect } from "../../../src/transport/index.js";
import { direct } from "../../support/direct.js";
import { computed, constant, makePlay, makeTask, type TaskParts } from "../../support/plays.js";
import { LOCAL, start } from "./support.js";

const module = (name: string) => registry.get(name)!;
const command = (argv: readonly string[], parts: TaskParts = {}): Task =>
  makeTask(module("command"), { args: { argv }, ...parts });

type Run = (this: void, ...args: Parameters<Connection["run"]>) => Promise<ScriptReport>;

/** A connection whose scripts are `run` by a test; `real` runs them. */
function altered(run: (real: Run, ...args: Parameters<Run>) => Promise<ScriptReport>): Connection {
  const connection = direct();
  return { ...connection, run: (...args) => run((...given) => connection.run(...given), ...args) };
}

const lost = new FettleError({ kind: "unreachable", cause: "the connection to bad was lost" });

function statusesOf(events: readonly Event[], host: string): readonly string[] {
  return events.flatMap((event) => (event.type === "taskSettled" && event.host === host ? [event.status] : []));
}

describe("hosts of a play", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "fettle-hosts-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const two = async (tasks: readonly Task[], bad: () => Connection | Promise<Connection>) =>
    start([makePlay(tasks, { hosts: ["bad", "good"] })], {
      connect: async (host) => (host === "bad" ? bad() : direct()),
    });

  it("are logged in to anew, and read anew, by a play that logs in as somebody else", async () => {
    const stat = makeTask(module("stat"), { args: { path: folder } });
    const plays = ["root 1", "root 2", "deploy"].map((name) => makePlay([stat], { hosts: ["h"], name }));
    const logins: string[] = [];
    const { result, statuses } = await start(plays, {
      connect: (_host, play) => {
        logins.push(play.name);
        return Promise.resolve(direct());
      },
      loginKey: (_host, play) => play.name.split(" ")[0] ?? "",
    });
    expect(logins).to.deep.equal(["root 1", "deploy"]);
    expect(statuses).to.deep.equal(["ok", "ok", "ok"]);
    expect(result.counters["h"]?.roundTrips).to.equal(2);
  });

  it("go on when one of them fails", async () => {
    const run = command(["sh", "-c", "true"]);
    const failing = makeTask(module("command"), {
      args: (scope) => ({ argv: [scope.get("inventory_hostname") === "bad" ? "false" : "true"] }),
    });
    const { events, result } = await two([failing, run], direct);
    expect(statusesOf(events, "bad")).to.deep.equal(["failed"]);
    expect(statusesOf(events, "good")).to.deep.equal(["changed", "changed"]);
    expect(result).to.include({ failed: true, unreachable: false, changed: true });
  });

  it("go on when one of them cannot be reached", async () => {
    const { events, result } = await two([command(["true"])], () => Promise.reject(lost));
    expect(statusesOf(events, "bad")).to.deep.equal([]);
    expect(events.filter((event) => event.type === "hostUnreachable").map(({ host }) => host)).to.deep.equal(["bad"]);
    expect(statusesOf(events, "good")).to.deep.equal(["changed"]);
    expect(result).to.include({ failed: false, unreachable: true });
    expect(result.recap["bad"]).to.include({ unreachable: 1, ok: 0, failed: 0 });
  });

  it("go on when the link of one breaks in a batch: what ran is told from what may have run", async () => {
    const cut = (): Connection =>
      altered(async (real, lane, script, options) => {
        const { results } = await real(lane, script.slice(0, 1), options);
        const under = script.slice(1).map((group, i) =>
          group.items.map((item) =>
            item.steps.map(() => ({
              ...results[0]![0]![0]!,
              outcome: { kind: i === 0 ? "lost" : "notRun" } as const,
            })),
          ),
        );
        return { results: [...results, ...under], lost };
      });
    const { events, settled, result } = await two(
      [command(["true"]), command(["true", "2"]), command(["true", "3"])],
      cut,
    );
    expect(statusesOf(events, "bad")).to.deep.equal(["changed", "unreachable"]);
    const [item] = settled.find((event) => event.status === "unreachable")!.items;
    expect(item?.error?.cause).to.equal("true 2 was sent, and nobody knows whether it ended");
    expect(statusesOf(events, "good")).to.deep.equal(["changed", "changed", "changed"]);
    expect(result.recap["bad"]).to.include({ ok: 1, changed: 1, unreachable: 1 });
  });

  it("go on when one has a wrong sudo password, which fails its task and says why", async () => {
    const refuse = (): Connection =>
      altered((real, lane, script, options) =>
        lane.becomeUser === undefined
          ? real(lane, script, options)
          : Promise.reject(hostError("the sudo password of bad is wrong", { remedy: "give another" })),
      );
    const become = { become: constant(true), becomeUser: constant("root") };
    const { events, settled, result } = await two([command(["true"]), command(["true"], become)], refuse);
    expect(statusesOf(events, "bad")).to.deep.equal(["changed", "failed"]);
    expect(settled.find(({ status }) => status === "failed")?.items[0]?.error).to.include({
      cause: "the sudo password of bad is wrong",
      remedy: "give another",
    });
    expect(statusesOf(events, "good")).to.deep.equal(["changed", "changed"]);
    expect(result).to.include({ failed: true, unreachable: false });
  });

  it("have no more scripts under way than there are forks", async () => {
    let now = 0;
    let most = 0;
    const hosts = Array.from({ length: 8 }, (_, i) => `host${i}`);
    const counting = (): Connection =>
      altered(async (real, ...args) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        return real(...args).finally(() => now--);
      });
    const result = await start([makePlay([command(["true"]), command(["true"])], { hosts })], {
      forks: 3,
      connect: () => Promise.resolve(counting()),
    });
    expect(most).to.equal(3);
    expect(result.result.failed).to.equal(false);
  });

  it("end a task that takes longer than its timeout", async () => {
    const slow = command(["sleep", "60"], { timeout: constant(1) });
    const { settled } = await start([makePlay([slow])], { connect: () => connect(LOCAL) });
    expect(settled[0]?.status).to.equal("failed");
    expect(settled[0]?.items[0]?.error?.cause).to.equal("sleep 60 was ended: it took longer than 1 s");
  });

  it("report on Ctrl-C what ran, and the task under way as unknown", async () => {
    const stop = new AbortController();
    const begun = command(["sh", "-c", "echo begun; exec sleep 3"]);
    const never = command(["touch", join(folder, "never")]);
    const { settled, result } = await start([makePlay([command(["true"]), begun, never])], {
      signal: stop.signal,
      connect: () => connect(LOCAL),
      emit: (event) => event.type === "taskOutput" && stop.abort(),
    });
    expect(settled.map(({ status }) => status)).to.deep.equal(["changed", "unreachable"]);
    expect(settled[1]?.items[0]?.error?.cause).to.contain("nobody knows whether it ended");
    expect(result.interrupted).to.equal(true);
    expect(existsSync(join(folder, "never"))).to.equal(false);
  });

  it("make nothing new after Ctrl-C", async () => {
    const stop = new AbortController();
    stop.abort();
    const { events, result } = await start([makePlay([command(["touch", join(folder, "never")])])], {
      signal: stop.signal,
    });
    expect(statusesOf(events, "here")).to.deep.equal([]);
    expect(result.interrupted).to.equal(true);
    expect(existsSync(join(folder, "never"))).to.equal(false);
  });

  it("that look at another one wait for what it is about to send", async () => {
    const path = join(folder, "file");
    const on = (host: string) => ({
      when: [computed(host, (scope: Scope) => scope.get("inventory_hostname") === host)],
    });
    const play = makePlay(
      [
        command(["sh", "-c", "sleep 0.05"], on("second")),
        makeTask(module("stat"), { args: { path }, delegateTo: constant("first"), ...on("second") }),
        command(["sh", "-c", 'sleep 0.3; echo new >"$1"', "sh", path], on("first")),
      ],
      { hosts: ["first", "second"] },
    );
    const { events } = await start([play]);
    expect(statusesOf(events, "second")).to.deep.equal(["changed", "ok", "skipped"]);
  });
});
