import { expect } from "chai";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { becomes } from "../../../src/contract/change.js";
import { defineModule, type FactSource } from "../../../src/contract/module.js";
import type { Expression, Task } from "../../../src/contract/play.js";
import { defineProbe } from "../../../src/contract/query.js";
import { registry } from "../../../src/modules/index.js";
import * as z from "zod";
import { computed, constant, makePlay, makeTask, type TaskParts } from "../../support/plays.js";
import { start } from "./support.js";

const module = (name: string) => registry.get(name)!;
type Values = { get(name: string): unknown };
const field = (name: string, key: string) => (scope: Values) => (scope.get(name) as Record<string, unknown>)[key];

const shape = defineProbe<"shape", Record<string, unknown>>({
  kind: "shape",
  identify: (key) => key,
  subjects: () => [],
  script: () => ({ text: "echo round" }),
  parse: (output) => [{ shape: output.toString().trim() }],
});
const facts: readonly FactSource[] = [{ names: ["shape"], query: shape("shape") }];

describe("verdicts", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "fettle-verdicts-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const at = (name: string): string => join(folder, name);
  const command = (argv: readonly string[], parts: TaskParts = {}): Task =>
    makeTask(module("command"), { args: { argv }, ...parts });
  const copy = (name: string, content: string, parts: TaskParts = {}): Task =>
    makeTask(module("copy"), { args: { dest: at(name), content }, ...parts });

  it("tries all items of a loop, and fails at its end when one failed", async () => {
    const loop = { items: constant(["one", "no/such/folder", "two"]), variable: "item" };
    const args = (scope: Values) => ({ argv: ["sh", "-c", ': >"$1"', "touch", at(String(scope.get("item")))] });
    const { settled, statuses, trips } = await start([
      makePlay([makeTask(module("command"), { args, loop }), copy("last", "")]),
    ]);
    expect(statuses).to.deep.equal(["failed"]);
    expect(settled[0]?.items.map((item) => item.status)).to.deep.equal(["changed", "failed", "changed"]);
    expect([existsSync(at("one")), existsSync(at("two")), existsSync(at("last"))]).to.deep.equal([true, true, false]);
    expect(trips).to.be.at.most(2);
  });

  it("tells in the register of a loop what each item was", async () => {
    const loop = (items: Expression<readonly unknown[]>) => ({ items, variable: "one", indexVariable: "n" });
    const first = makeTask(module("copy"), {
      args: (scope: Values) => ({ dest: at(String(scope.get("one"))), content: "" }),
      loop: loop(constant(["a", "b"])),
      register: "made",
    });
    const text = (scope: Values): string => {
      const { one, n, ansible_loop_var, ansible_index_var, changed } = scope.get("one") as Record<string, unknown>;
      return [one, n, ansible_loop_var, ansible_index_var, changed].join(" ");
    };
    const second = makeTask(module("copy"), {
      args: (scope: Values) => ({ dest: at(`of-${field("one", "one")(scope) as string}`), content: text(scope) }),
      loop: loop(computed("made.results", (scope) => field("made", "results")(scope) as unknown[])),
    });
    const { statuses } = await start([makePlay([first, second])]);
    expect(statuses).to.deep.equal(["changed", "changed"]);
    expect(readFileSync(at("of-b"), "utf8")).to.equal("b 1 one n true");
  });

  it("says in every register whether the task was skipped", async () => {
    const skipped = { when: [computed("made.skipped", (scope) => field("made", "skipped")(scope) as boolean)] };
    const play = () => makePlay([copy("f", "x", { register: "made" }), copy("g", "x", skipped)]);
    expect((await start([play()], { mode: "plan" })).statuses).to.deep.equal(["changed", "skipped"]);
    expect((await start([play()])).statuses).to.deep.equal(["changed", "skipped"]);
  });

  it("reads again what a task may have changed that failed and was ignored", async () => {
    const half = command(["sh", "-c", 'printf x >"$1"; exit 1', "half", at("f")], { ignoreErrors: constant(true) });
    const { statuses } = await start([makePlay([half, copy("f", "x"), copy("f", "y")])]);
    expect(statuses).to.deep.equal(["ignored", "ok", "changed"]);
    expect(readFileSync(at("f"), "utf8")).to.equal("y");
  });

  it("lets failed_when and changed_when use the register and facts", async () => {
    const judge = (wanted: string) =>
      computed(
        `shape ${wanted}`,
        (scope) => field("facts", "shape")(scope) === wanted && field("r", "stdout")(scope) === "said",
      );
    const parts = { register: "r", ignoreErrors: constant(true) };
    const tasks = [
      command(["echo", "said"], { ...parts, failedWhen: [judge("round")] }),
      command(["echo", "said"], { ...parts, failedWhen: [judge("square")] }),
      command(["echo", "said"], { ...parts, changedWhen: [judge("square")] }),
      command(["echo", "said"], { ...parts, changedWhen: [judge("round")] }),
    ];
    const { statuses } = await start([makePlay(tasks)], { factSources: facts });
    expect(statuses).to.deep.equal(["ignored", "changed", "ok", "changed"]);
  });

  it("fails a host when failed_when fails, and goes on when it says that an exit status is fine", async () => {
    const rc = (code: number) => [computed(`rc === ${code}`, (scope) => field("r", "rc")(scope) === code)];
    const fine = command(["sh", "-c", "exit 3"], { register: "r", failedWhen: rc(4) });
    const bad = command(["sh", "-c", "exit 4"], { register: "r", failedWhen: rc(4) });
    const { statuses } = await start([makePlay([fine, bad, copy("f", "x")])]);
    expect(statuses).to.deep.equal(["changed", "failed"]);
    expect(existsSync(at("f"))).to.equal(false);
  });

  it("does not run a task of an apply that has check_mode: true", async () => {
    const { statuses } = await start([makePlay([copy("f", "x", { checkMode: constant(true) }), copy("g", "x")])]);
    expect(statuses).to.deep.equal(["changed", "changed"]);
    expect([existsSync(at("f")), existsSync(at("g"))]).to.deep.equal([false, true]);
  });

  it("does not count on such a task in a dry run either", async () => {
    const tasks = [copy("f", "x", { checkMode: constant(true) }), copy("f", "x")];
    expect((await start([makePlay(tasks)], { mode: "plan" })).statuses).to.deep.equal(["changed", "changed"]);
  });

  it("runs a task of a dry run that has check_mode: false, says so, and knows its register", async () => {
    const asked = command(["echo", "yes"], {
      register: "r",
      checkMode: constant(false),
      changedWhen: [constant(false)],
    });
    const when = [computed("r.stdout === 'yes'", (scope) => field("r", "stdout")(scope) === "yes")];
    const { settled } = await start([makePlay([copy("f", "x"), asked, copy("g", "x", { when })])], { mode: "plan" });
    expect(settled.map(({ status, ranInPlan }) => [status, ranInPlan ?? false])).to.deep.equal([
      ["changed", false],
      ["ok", true],
      ["changed", false],
    ]);
    expect([existsSync(at("f")), existsSync(at("g"))]).to.deep.equal([false, false]);
  });

  it("cannot tell in a dry run what hangs on a command's output, its end or a variable set from it", async () => {
    const ask = command(["echo", "yes"], { name: "ask", register: "r", ignoreErrors: constant(true) });
    const set = makeTask(module("set_fact"), {
      args: (scope) => ({ v: field("r", "stdout")(scope) }),
      argNames: ["v"],
    });
    const tasks = [
      ask,
      set,
      copy("f", "x", { when: [computed("v === 'yes'", (scope) => scope.get("v") === "yes")] }),
      copy("g", "x", { when: [computed("r.failed", (scope) => field("r", "failed")(scope) === true)] }),
      copy("h", "x", { when: [constant(false), computed("v", (scope) => Boolean(scope.get("v")))] }),
    ];
    const { settled } = await start([makePlay(tasks)], { mode: "plan" });
    expect(settled.map(({ status }) => status)).to.deep.equal(["changed", "unknown", "unknown", "unknown", "skipped"]);
    expect(settled.map(({ items }) => items[0]?.unknown)).to.deep.equal([
      undefined,
      { what: "r.stdout", because: "ask" },
      { what: "v", because: set.name.source },
      { what: "r.failed", because: "ask" },
      undefined,
    ]);
  });

  it("does not claim in a dry run what changed_when will say", async () => {
    const judged = command(["echo"], {
      register: "r",
      changedWhen: [computed("r.stdout", (scope) => field("r", "stdout")(scope) !== "")],
    });
    const after = copy("f", "x", { when: [computed("r.changed", (scope) => field("r", "changed")(scope) === true)] });
    const { statuses } = await start([makePlay([judged, after])], { mode: "plan" });
    expect(statuses).to.deep.equal(["unknown", "unknown"]);
  });

  it("looks at a task that has to wait and cannot go along, whatever it could send without looking", async () => {
    const touch = { argv: ["touch", at("never")], creates: at("f") };
    const tasks = [copy("f", "x"), makeTask(module("command"), { args: touch, checkMode: constant(true) })];
    expect((await start([makePlay(tasks)])).statuses).to.deep.equal(["changed", "ok"]);
  });

  describe("of the closing wave", () => {
    const names = async (tasks: readonly Task[]): Promise<readonly string[]> =>
      (await start([makePlay(tasks)])).events.flatMap((event) =>
        event.type === "notIdempotent" ? [event.task.name] : [],
      );

    it("name a task that would change something again", async () => {
      const never = makeTask(restless, { name: "never done" });
      expect(await names([never, copy("f", "x")])).to.deep.equal(["never done"]);
    });

    it("do not name a task whose file a later one wrote on purpose", async () => {
      expect(await names([copy("f", "x"), copy("f", "y")])).to.deep.equal([]);
    });
  });
});

/** A state that its own step does not bring about. */
const restless = defineModule({
  name: "restless",
  summary: "Never be content",
  class: "state",
  params: z.strictObject({}),
  examples: [],
  observe: (read) => read(shape("shape")),
  diff: (now) => [
    {
      summary: "make it square",
      effects: [becomes(shape("shape"), { ...now, shape: "square" })],
      steps: [{ do: "exec", argv: ["true"] }],
    },
  ],
});
