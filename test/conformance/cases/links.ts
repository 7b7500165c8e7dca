import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { FettleError } from "../../../src/contract/error.js";
import type { Bench } from "../bench.js";
import { bytes, group, LANE, Listener, outcomes, sh, text } from "../bench.js";
import { finishes, underWay } from "./ending.js";

const controller = fileURLToPath(new URL("../controller.ts", import.meta.url));

/** What is left behind when a link breaks or the controller dies. Each test has a connection of its own. */
export function links(open: () => Promise<Bench>): void {
  let bench: Bench;
  beforeEach(async () => {
    bench = await open();
  });
  afterEach(() => bench.close());

  it("finishes the step under way and begins no other when the controller is killed", async function () {
    this.timeout(60_000);
    const script = [group([[sh(underWay(bench.folder)), sh(`touch ${bench.folder}/later`)]]), group([[sh("true")]])];
    const child = spawn(process.execPath, ["--import", "tsx", controller], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(JSON.stringify({ target: bench.target, script }));
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    await finishes(bench);
  });

  it("opens no lane for what is asked after the end", async () => {
    await bench.connection.close();
    const late = bench.connection.run(LANE, [group([[sh(`touch ${bench.folder}/late`)]])]);
    const error = await late.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(FettleError).with.property("message", "the connection is closed");
    expect(await bench.outside(`ls ${bench.folder}`)).to.equal("");
  });

  it("says that the step under way is lost when the link breaks, and what may follow it there", async function () {
    if (bench.cut === undefined) this.skip();
    this.timeout(60_000);
    const listener = new Listener();
    const script = [group([[sh("echo done"), sh(underWay(bench.folder)), sh(`touch ${bench.folder}/later`)]])];
    const running = bench.connection.run(LANE, script, listener);
    await listener.heard("ready");
    await bench.cut();
    const { results, lost } = await running;
    expect(lost).to.be.instanceOf(FettleError);
    expect(lost!.message).to.equal(
      `the connection to ${bench.target.name} was lost; run again: what is done already is not done twice`,
    );
    expect(lost!.kind).to.equal("unreachable");
    expect(outcomes(results)).to.deep.equal([[["exited 0", "lost", "lost"]]]);
    expect(text(results[0]![0]![1]!)).to.equal("ready\n");
    await bench.outside(`cd ${bench.folder}; touch proceed; until [ -e finished ]; do sleep 0.05; done`);
  });

  it("knows which step was under way behind others that did not run", async function () {
    if (bench.cut === undefined) this.skip();
    this.timeout(60_000);
    const listener = new Listener();
    const skipped = sh("cat", { stdin: bytes("unread") });
    const long = sh("echo long; until [ -e proceed ]; do sleep 0.05; done; touch finished", { cwd: bench.folder });
    const script = [
      group(
        [
          [sh("exit 1"), sh("true"), skipped],
          [long, sh("true")],
        ],
        "continue",
      ),
    ];
    const running = bench.connection.run(LANE, script, listener);
    await listener.heard("long");
    await bench.cut();
    const { results } = await running;
    expect(listener.chunks.map(({ group, item, step }) => [group, item, step])).to.deep.equal([[0, 1, 0]]);
    expect(outcomes(results)).to.deep.equal([
      [
        ["exited 1", "notRun", "notRun"],
        ["lost", "lost"],
      ],
    ]);
    expect(text(results[0]![1]![0]!)).to.equal("long\n");
    await bench.outside(`cd ${bench.folder}; touch proceed; until [ -e finished ]; do sleep 0.05; done`);
  });

  it("says the same of what is asked for after that", async function () {
    if (bench.cut === undefined) this.skip();
    this.timeout(60_000);
    await bench.connection.run(LANE, [group([[sh("true")]])]);
    await bench.cut();
    const next = async (): Promise<unknown> =>
      bench.connection.run(LANE, [group([[sh("true")]])]).then(
        ({ lost }) => lost,
        (error: unknown) => error,
      );
    for (const error of [await next(), await next()]) {
      expect(error).to.be.instanceOf(FettleError);
      expect((error as FettleError).message).to.contain(`the connection to ${bench.target.name} was lost`);
    }
  });
}
