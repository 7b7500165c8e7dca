import { expect } from "chai";
import { until } from "../../lab/run.js";
import { type Bench, type BenchOf, bytes, group, LANE, Listener, outcomes, runOne, sh, text } from "../bench.js";

/** Waits until the process whose id a file on the host holds has ended. */
export async function gone(bench: Bench, file: string): Promise<void> {
  const ask = `p=$(cat ${file}) && [ -n "$p" ] || exit 1; [ -e /proc/$p ] && ! grep -q '^State:.*zombie' /proc/$p/status && echo there; true`;
  await until(`the process of ${file} ends`, 20_000, async () => (await bench.outside(ask)) === "");
}

/** When steps end: by themselves, by their time limit, by an interrupt. */
export function ending(bench: BenchOf): void {
  it("does not wait for what a step leaves running", async () => {
    const file = `${bench().folder}/daemon`;
    const daemon = sh(`sleep 1000 & echo $! >${file}; echo started`);
    const { results } = await bench().connection.run(LANE, [group([[daemon, sh("echo next")]])]);
    expect(results[0]![0]!.map(text)).to.deep.equal(["started\n", "next\n"]);
    await bench().outside(`kill $(cat ${file})`);
  });

  it("is not confused by something that goes on printing", async () => {
    const file = `${bench().folder}/noise`;
    const noise = sh(`while :; do echo noise; echo noise >&2; sleep 0.01; done & echo $! >${file}`);
    const steps = Array.from({ length: 20 }, (_, i) => sh(`sleep 0.02; exit ${i}`, { okExitCodes: "any" }));
    const { results } = await bench().connection.run(LANE, [group([[noise, ...steps]])]);
    await bench().outside(`kill $(cat ${file})`);
    expect(outcomes(results)[0]![0]!.slice(1)).to.deep.equal(steps.map((_, i) => `exited ${i}`));
  });

  it("ends a step whose time is up, with everything that it started", async () => {
    const [own, child] = [`${bench().folder}/own`, `${bench().folder}/child`];
    const stubborn = `(trap '' TERM; sleep 1000) & echo $! >${child}`;
    const slow = sh(`echo $$ >${own}; ${stubborn}; echo begun; sleep 1000`, { timeoutMs: 1000 });
    const { results } = await bench().connection.run(LANE, [
      group([[slow, sh("true")]], "continue"),
      group([[sh("true")]]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["timedOut", "notRun"]], [["exited 0"]]]);
    expect(results[0]![0]![0]!.outcome).to.deep.equal({ kind: "timedOut", afterMs: 1000 });
    expect(text(results[0]![0]![0]!)).to.equal("begun\n");
    await gone(bench(), own);
    await gone(bench(), child);
  });

  it("ends a step that ignores the polite signal", async function () {
    this.timeout(20_000);
    const own = `${bench().folder}/ignores`;
    const deaf = sh(`trap '' TERM; echo $$ >${own}; while :; do sleep 1; done`, { timeoutMs: 1000 });
    expect((await runOne(bench(), deaf)).outcome).to.deep.equal({ kind: "timedOut", afterMs: 1000 });
    await gone(bench(), own);
  });

  it("limits the time of a step with input, of a question and of a file's check", async () => {
    const timeoutMs = 1000;
    const { results } = await bench().connection.run(LANE, [
      group([
        [sh("sleep 1000", { timeoutMs, stdin: bytes("x".repeat(500_000)) })],
        [{ do: "ask", text: "sleep 1000", timeoutMs }],
        [{ do: "put", path: `${bench().folder}/never`, content: bytes("x"), validate: ["sleep", "1000"], timeoutMs }],
        [sh("cat", { stdin: bytes("mine"), timeoutMs: 60_000 })],
      ]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["timedOut"], ["timedOut"], ["timedOut"], ["exited 0"]]]);
    expect(text(results[0]![3]![0]!)).to.equal("mine");
    expect(await bench().outside(`ls -A ${bench().folder} | grep -e never -e fettle- || true`)).to.equal("");
  });

  it("does not say so of a step that ended in time, whatever its status", async () => {
    const timeoutMs = 60_000;
    const { results } = await bench().connection.run(LANE, [
      group([
        [sh("kill -TERM $$", { timeoutMs })],
        [sh("kill -KILL $$", { timeoutMs })],
        [sh("exit 124", { timeoutMs })],
      ]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["exited 143"], ["exited 137"], ["exited 124"]]]);
  });

  it("ends after the step under way when the run is interrupted", async () => {
    const { folder } = bench();
    const interrupt = new AbortController();
    const listener = new Listener();
    const script = [group([[sh(underWay(folder)), sh(`touch ${folder}/later`)]])];
    const running = bench().connection.run(LANE, script, { onOutput: listener.onOutput, signal: interrupt.signal });
    await listener.heard("ready");
    interrupt.abort();
    const { results, lost } = await running;
    expect(lost?.kind).to.equal("interrupted");
    expect(outcomes(results)).to.deep.equal([[["lost", "notRun"]]]);
    await finishes(bench());
    expect(text(await runOne(bench(), sh("echo again")))).to.equal("again\n");
  });

  it("does not begin when it was interrupted before", async () => {
    const { folder } = bench();
    const script = [group([[sh(`touch ${folder}/begun`)]])];
    const { results, lost } = await bench().connection.run(LANE, script, { signal: AbortSignal.abort() });
    expect(lost?.kind).to.equal("interrupted");
    expect(outcomes(results)).to.deep.equal([[["notRun"]]]);
    expect(await bench().outside(`ls ${folder}/begun 2>/dev/null || true`)).to.equal("");
  });
}

/** A step that notes its script's shell, waits for the file `proceed` (or its folder's end), and notes that it finished. */
export function underWay(folder: string): string {
  const shell = `read -r _ _ _ parent _ </proc/$PPID/stat; echo $parent >${folder}/shell`;
  return `${shell}; echo ready; until [ -e ${folder}/proceed ] || [ ! -d ${folder} ]; do sleep 0.05; done; touch ${folder}/finished`;
}

/** Lets the step under way proceed: it finishes, the script's shell ends, and the step `later` was not begun. */
export async function finishes(bench: Bench): Promise<void> {
  const { folder } = bench;
  await bench.outside(`touch ${folder}/proceed`);
  await gone(bench, `${folder}/shell`);
  const left = await bench.outside(`cd ${folder}; ls finished later 2>/dev/null || true`);
  expect(left).to.equal("finished\n");
  await bench.outside(`cd ${folder}; rm -f proceed finished shell`);
}
