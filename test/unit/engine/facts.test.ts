import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FactSource } from "../../../src/contract/module.js";
import type { Scope, Task } from "../../../src/contract/play.js";
import { defineProbe } from "../../../src/contract/query.js";
import type { Connection, LaneKey } from "../../../src/contract/transport.js";
import { registry } from "../../../src/modules/index.js";
import { direct } from "../../support/direct.js";
import { computed, constant, makePlay, makeTask } from "../../support/plays.js";
import { start } from "./support.js";

const shapeProbe = defineProbe<string, Record<string, unknown>>({
  kind: "shape",
  identify: (path) => path,
  subjects: (path) => [`file:${path}`],
  script: ([path]) => ({ text: `cat ${path ?? ""}` }),
  parse: (output) => [{ shape: output.toString().trim() }],
});

const module = (name: string) => registry.get(name)!;
const shapeIs = (wanted: string) =>
  computed(
    `facts.shape === ${wanted}`,
    (scope: Scope) => (scope.get("facts") as Record<string, unknown>)["shape"] === wanted,
  );

describe("facts", () => {
  let folder: string;
  let file: string;
  let factSources: readonly FactSource[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fettle-facts-"));
    file = join(folder, "shape");
    writeFileSync(file, "round");
    factSources = [{ names: ["shape"], query: shapeProbe(file) }];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const becomes = (content: string): Task => makeTask(module("copy"), { name: "cut", args: { dest: file, content } });
  const when = (shape: string): Task =>
    makeTask(module("debug"), { args: { msg: "seen" }, when: [shapeIs(shape)], name: `when ${shape}` });
  const forget = makeTask(module("meta"), { args: { free_form: "clear_facts" } });

  for (const speculate of [true, false]) {
    const how = speculate ? "ahead" : "one at a time";

    it(`are those of the moment when a task first uses them, looked at ${how}`, async () => {
      const tasks = [becomes("square"), when("square"), when("round")];
      const { statuses } = await start([makePlay(tasks)], { factSources, speculate });
      expect(statuses).to.deep.equal(["changed", "ok", "skipped"]);
    });

    it(`stay as they were first used until they are forgotten, looked at ${how}`, async () => {
      const tasks = [when("round"), becomes("square"), when("round"), forget, when("square")];
      const { statuses } = await start([makePlay(tasks)], { factSources, speculate });
      expect(statuses).to.deep.equal(["ok", "changed", "ok", "ok"]);
    });

    it(`are those of the start of the play when they are gathered, looked at ${how}`, async () => {
      const first = makePlay([when("round"), becomes("square"), when("round")], { gatherFacts: true });
      const second = makePlay([when("square")]);
      const { statuses } = await start([first, second], { factSources, speculate });
      expect(statuses).to.deep.equal(["ok", "changed", "ok", "ok"]);
    });
  }

  it("are read anew when they are forgotten, also when nothing of this run has changed them", async () => {
    const outside = makeTask(module("command"), {
      args: { argv: ["sh", "-c", 'printf square >"$1"', "sh", file] },
      changedWhen: [constant(false)],
    });
    const { statuses } = await start([makePlay([when("round"), outside, forget, when("square")])], { factSources });
    expect(statuses).to.deep.equal(["ok", "ok", "ok"]);
  });

  it("are unknown in a dry run once a task changes what they tell", async () => {
    const { settled } = await start([makePlay([becomes("square"), when("square")])], { factSources, mode: "plan" });
    expect(settled.map(({ status }) => status)).to.deep.equal(["changed", "unknown"]);
    expect(settled[1]?.items[0]?.unknown).to.deep.equal({ what: "facts.shape", because: "cut" });
  });

  it("are not those of today in a condition on the result of a dry run", async () => {
    const judged = makeTask(module("command"), { args: { argv: ["true"] }, changedWhen: [shapeIs("round")] });
    const { statuses } = await start([makePlay([becomes("square"), judged])], { factSources, mode: "plan" });
    expect(statuses).to.deep.equal(["changed", "unknown"]);
  });

  it("about the user are those of the play's user, whoever a task acts as", async () => {
    const asked: LaneKey[] = [];
    const connect = (): Promise<Connection> => {
      const own = direct();
      const run: Connection["run"] = (lane, script, options) => {
        asked.push(lane);
        return own.run({}, script, options);
      };
      return Promise.resolve(Object.assign(Object.create(own) as Connection, { run }));
    };
    const ofUser = factSources.map((source) => ({ ...source, ofUser: true as const }));
    const task = { ...when("round"), become: constant(true), becomeUser: constant("ann") };
    const play = makePlay([task], { become: constant(true), becomeUser: constant("app") });
    await start([play], { factSources: ofUser, connect });
    expect(asked).to.deep.equal([{ becomeUser: "app" }]);
    asked.length = 0;
    await start([play], { factSources, connect });
    expect(asked).to.deep.equal([{ becomeUser: "ann" }]);
  });
});
