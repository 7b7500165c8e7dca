import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Task } from "../../../src/contract/play.js";
import { registry } from "../../../src/modules/index.js";
import { factSources } from "../../../src/probes/facts/index.js";
import { connect } from "../../../src/transport/index.js";
import { constant, makePlay, makeTask } from "../../support/plays.js";
import { LOCAL, start } from "./support.js";

const module = (name: string) => registry.get(name)!;

const osFamily = (scope: { get(name: string): unknown }): unknown =>
  (scope.get("facts") as Record<string, unknown>)["os_family"];

/** Round trips do not grow with tasks: counted, never timed. */
describe("round trips", function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fettle-budgets-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const at = (i: number, name: string): string => join(folder, `f${i}`, name);
  const folderTask = (i: number): Task =>
    makeTask(module("file"), { args: { path: join(folder, `f${i}`), state: "directory", mode: "0750" } });
  const copyTask = (i: number): Task =>
    makeTask(module("copy"), { args: { dest: at(i, "conf"), content: `number ${i}\n`, mode: "0640" } });
  const linkTask = (i: number): Task =>
    makeTask(module("file"), { args: { path: at(i, "link"), src: at(i, "conf"), state: "link" } });
  const mixed = (count: number): readonly Task[] =>
    Array.from({ length: count }, (_, i) => [folderTask, copyTask, linkTask][i % 3]!(Math.floor(i / 3)));

  const play = async (tasks: readonly Task[]) => {
    const { statuses, trips } = await start([makePlay(tasks)], { connect: () => connect(LOCAL) });
    return { statuses: [...new Set(statuses)], trips };
  };

  for (const count of [10, 100, 1000]) {
    it(`takes at most 2 for ${count} tasks that have nothing to do`, async () => {
      await play(mixed(count));
      const { statuses, trips } = await play(mixed(count));
      expect(statuses).to.deep.equal(["ok"]);
      expect(trips).to.be.at.most(2);
    });
  }

  it("takes at most 4 for the first run of 100 independent tasks", async () => {
    const tasks = Array.from({ length: 100 }, (_, i) =>
      makeTask(module("copy"), { args: { dest: join(folder, `c${i}`), content: `number ${i}\n` } }),
    );
    const { statuses, trips } = await play(tasks);
    expect(statuses).to.deep.equal(["changed"]);
    expect(trips).to.be.at.most(4);
  });

  it("takes no more to gather all facts", async () => {
    const late = copyTask(0);
    const tasks = [folderTask(0), makeTask(module("debug"), { args: (scope) => ({ msg: osFamily(scope) }) }), late];
    const { events, trips } = await start([makePlay(tasks, { gatherFacts: true })], {
      mode: "plan",
      connect: () => connect(LOCAL),
      factSources,
    });
    const [wave] = events.filter((event) => event.type === "waveSent");
    expect(wave?.queries).to.be.at.least(factSources.length);
    expect(trips).to.equal(1);
  });

  it("takes at most 4 for a loop of 1,000 commands", async () => {
    const loop = { items: constant(Array.from({ length: 1000 }, (_, i) => i)), variable: "item" };
    const args = (scope: { get(name: string): unknown }) => ({ argv: ["true", String(scope.get("item"))] });
    const { statuses, trips } = await play([makeTask(module("command"), { args, loop })]);
    expect(statuses).to.deep.equal(["changed"]);
    expect(trips).to.be.at.most(4);
  });
});
