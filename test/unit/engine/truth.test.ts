import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { becomes, brings } from "../../../src/contract/change.js";
import type { Task } from "../../../src/contract/play.js";
import { Overlay } from "../../../src/engine/overlay.js";
import { FREE, Reader } from "../../../src/engine/reader.js";
import type { View } from "../../../src/engine/view.js";
import { registry } from "../../../src/modules/index.js";
import type { Entry } from "../../../src/probes/file-entry.js";
import { fileStat } from "../../../src/probes/file-stat.js";
import { service } from "../../../src/probes/service.js";
import { fileText } from "../../../src/probes/file-text.js";
import { computed, constant, makePlay, makeTask, type TaskParts } from "../../support/plays.js";
import { connect } from "../../../src/transport/index.js";
import { LOCAL, start } from "./support.js";

type Values = { get(name: string): unknown };

/** Counterexamples that the property test (speculation.test.ts) found, each by its cause. */
describe("truth", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fettle-truth-"));
    for (const name of ["d", "e"]) mkdirSync(at(name));
    writeFileSync(at("d/f"), "one\n");
    writeFileSync(at("e/f"), "two\n");
    symlinkSync("d", at("l"));
    symlinkSync(at("d"), at("e/back"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const at = (name: string): string => join(folder, name);
  const task = (module: string, args: object, parts: TaskParts = {}): Task =>
    makeTask(registry.get(module)!, { args: () => args as Record<string, unknown>, ...parts });
  const file = (name: string, args: object, parts?: TaskParts): Task =>
    task("file", { path: at(name), ...args }, parts);
  const link = (name: string, to: string, parts?: TaskParts): Task =>
    file(name, { state: "link", src: at(to), force: true }, parts);
  const copy = (name: string, content: string, parts?: TaskParts): Task =>
    task("copy", { dest: at(name), content }, parts);
  /** Its register is not known in a dry run. */
  const ask = task("command", { argv: ["true"] }, { register: "r", changedWhen: [constant(false)] });
  const perhaps: TaskParts = {
    when: [computed("r.rc === 0", (scope: Values) => (scope.get("r") as { rc: number }).rc === 0)],
  };
  const plan = async (...tasks: readonly Task[]): Promise<readonly string[]> =>
    (await start([makePlay(tasks)], { mode: "plan" })).statuses;
  const apply = async (...tasks: readonly Task[]): Promise<readonly string[]> =>
    (await start([makePlay(tasks)], { connect: () => connect(LOCAL) })).statuses;

  describe("about a task that may not run", () => {
    it("does not count on what it would write", async () => {
      expect(await plan(ask, copy("g", "x", perhaps), copy("g", "x"))).to.deep.equal(["ok", "unknown", "unknown"]);
    });

    it("knows what is the same either way", async () => {
      const tasks = [ask, copy("d/f", "two\n", perhaps), file("d/f", { mode: "0600" }), copy("e/f", "two\n")];
      expect(await plan(...tasks)).to.deep.equal(["ok", "unknown", "changed", "ok"]);
    });

    it("knows nothing when one item of its loop may run and the next may not", async () => {
      const loop = { items: constant(["x", "one\n"]), variable: "item" };
      const args = (scope: Values) => ({ dest: at("d/f"), content: scope.get("item") });
      const either = makeTask(registry.get("copy")!, { args, loop, ...perhaps });
      expect(await plan(ask, either, copy("d/f", "one\n"))).to.deep.equal(["ok", "unknown", "unknown"]);
    });

    it("leaves files elsewhere known when its folder may be missing", async () => {
      const tasks = [ask, file("n", { state: "directory" }, perhaps), copy("n/x", "x"), copy("d/f", "one\n")];
      expect(await plan(...tasks)).to.deep.equal(["ok", "unknown", "unknown", "ok"]);
    });

    it("takes what is written through its link for anywhere", async () => {
      const tasks = [ask, link("d/s", "e", perhaps), copy("d/s/f", "x", { ignoreErrors: constant(true) })];
      expect(await plan(...tasks, copy("e/f", "two\n"))).to.deep.equal(["ok", "unknown", "unknown", "unknown"]);
    });
  });

  describe("about hard links", () => {
    it("does not say that a source is still there when the link to it was replaced", async () => {
      const args = (scope: Values) => ({ path: at(String(scope.get("item"))), state: "hard", src: at("l/f") });
      const loop = { items: constant(["l", "e/g"]), variable: "item" };
      const twice = makeTask(registry.get("file")!, { args, loop, ignoreErrors: constant(true) });
      expect(await plan(twice)).to.deep.equal(await apply(twice));
    });

    it("does not take a text for another of the same length", async () => {
      const tasks = [file("d/f", { state: "hard", src: at("e/f"), force: true }), copy("l/f", "one\n")];
      expect(await plan(...tasks)).to.deep.equal(["changed", "unknown"]);
    });

    it("knows one whose source was just written", async () => {
      expect(await plan(copy("e/f", "x"), file("g", { state: "hard", src: at("e/f") }))).to.deep.equal([
        "changed",
        "changed",
      ]);
    });

    it("sees in an apply that a file was written by another name", async () => {
      const when = [computed("r.changed", (scope: Values) => (scope.get("r") as { changed: boolean }).changed)];
      const line = task("lineinfile", { path: at("d/f"), line: "one" }, { when, ignoreErrors: constant(true) });
      const hard = file("e/back/f", { state: "hard", src: at("d/f") }, { ignoreErrors: constant(true) });
      const tasks = [copy("e/back/f", "two\n", { register: "r", ignoreErrors: constant(true) }), line, hard];
      expect(await apply(...tasks)).to.deep.equal(["changed", "changed", "ok"]);
    });
  });

  describe("about links", () => {
    it("knows what a task before writes through one that it makes", async () => {
      const tasks = [link("k", "d"), copy("k/f", "x"), copy("d/f", "x"), copy("k/f", "x"), copy("l/f", "x")];
      expect(await plan(...tasks)).to.deep.equal(["changed", "changed", "ok", "ok", "ok"]);
    });

    it("knows that nothing can be where a file has taken its place", async () => {
      const tasks = [
        file("l", { state: "absent" }),
        copy("l", "x"),
        file("l/f", { state: "absent" }),
        copy("d/f", "y"),
      ];
      expect(await plan(...tasks)).to.deep.equal(["changed", "changed", "ok", "changed"]);
    });

    it("tells two files behind one link apart", async () => {
      expect(await plan(copy("l/f", "x"), copy("l/g", "x"), copy("d/g", "x"))).to.deep.equal([
        "changed",
        "changed",
        "ok",
      ]);
    });

    it("counts the attributes that a task gives to what its link leads to", async () => {
      const tasks = [file("k", { state: "link", src: at("d/f"), mode: "0600" }), file("k", { mode: "0600" })];
      expect(await plan(...tasks)).to.deep.equal(["changed", "ok"]);
    });
  });

  it("says of a task that hangs on a register what the task that set it assumes", async () => {
    const ignored = { ignoreErrors: constant(true) };
    const gone = task("command", { argv: ["rm", at("d/f")] }, { name: "gone" });
    const failed = computed("r.failed", (scope: Values) => (scope.get("r") as { failed: boolean }).failed);
    const tasks = [
      gone,
      file("d/f", { mode: "0600" }, { register: "r", ...ignored }),
      copy("g", "x", { when: [failed] }),
    ];
    const { settled } = await start([makePlay(tasks)], { mode: "plan" });
    expect(settled.map(({ status, assuming }) => [status, assuming])).to.deep.equal([
      ["changed", []],
      ["changed", ["gone"]],
      ["skipped", ["gone"]],
    ]);
  });

  it("comes to an end when an apply cannot tell whether the items of a loop run", async () => {
    const never = task("command", { argv: ["true"] }, { register: "r", checkMode: constant(true) });
    const loop = { items: constant(["x", "y"]), variable: "item" };
    const args = (scope: Values) => ({ dest: at("g"), content: scope.get("item") });
    const twice = makeTask(registry.get("copy")!, { args, loop, ...perhaps });
    expect(await apply(never, twice)).to.deep.equal(["changed", "unknown"]);
  });

  it("knows a unit whose file was written, attributes and all", async () => {
    const real = "/etc/systemd/system/one.service";
    const bytes = Buffer.from("[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n");
    const entry = { type: "file", mode: 0o644, owner: "root", group: "root", sizeBytes: bytes.length, shared: false };
    const overlay = new Overlay();
    overlay.add("write it", [
      becomes(fileText(real), { real, links: [], kind: "bytes", bytes }),
      becomes(fileStat(real), { real, links: [], entry: entry as Entry }),
    ]);
    const none = {
      id: "one.service",
      exists: false,
      needsReload: false,
      wanted: false,
      files: [],
      pulls: [],
      drags: [],
    };
    const reader = new Reader({ ask: () => Promise.resolve(none) }, overlay);
    expect(await reader.read({}, service("one"), FREE)).to.deep.include({ exists: true, enabled: "disabled" });
  });

  it("does not doubt an answer when users come, because one of them asks", async () => {
    const overlay = new Overlay();
    overlay.add("apt", [brings("user:*")]);
    const there = { real: "/f", links: [], kind: "absent" };
    const reader = new Reader({ ask: () => Promise.resolve(there) }, overlay);
    expect(await reader.read({ becomeUser: "root" }, fileText("/f"), FREE)).to.equal(there);
  });

  it("about a question asked by a name of which only the answer tells that a batch touches it is not given", async () => {
    let answer: (value: unknown) => void = () => undefined;
    const reader = new Reader({ ask: () => new Promise((resolve) => (answer = resolve)) }, undefined);
    const views: View[] = [];
    const there = { real: "/d/f", links: [{ path: "/l", owner: "root" }], kind: "absent" } as const;
    reader.touch([becomes(fileText("/d/f"), { ...there, links: [] })], "pending");
    const read = reader.read({}, fileText("/l/f"), { ...FREE, used: (view) => views.push(view) });
    answer(there);
    await read;
    expect(views.map(({ stale }) => stale)).to.deep.equal([true]);
  });
});
