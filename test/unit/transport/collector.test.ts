import { expect } from "chai";
import type { Guard, WireStep } from "../../../src/contract/step.js";
import type { OutputChunk } from "../../../src/contract/transport.js";
import { Collector } from "../../../src/transport/collector.js";
import type { Position } from "../../../src/transport/parts.js";

const NONCE = "0123456789abcdef";
const guards: readonly Guard[] = [
  { kind: "creates", path: "/a" },
  { kind: "unless", command: "true" },
];
const exec: WireStep = { do: "exec", argv: ["true"], guards, timeoutMs: 3000 };
const ask: WireStep = { do: "ask", text: "true" };
const frame = (words: string): string => `\x1e${NONCE} ${words}\n`;

/** A collector of single-step items and what it was told. */
class Trial {
  readonly heard: OutputChunk[] = [];
  readonly collector: Collector;

  constructor(...steps: readonly WireStep[]) {
    const positions = steps.map((spec, item): Position => ({ group: 0, item, step: 0, spec }));
    this.collector = new Collector(positions, NONCE, 1000, (chunk) => this.heard.push(chunk));
  }

  out(text: string): void {
    this.collector.push("stdout", Buffer.from(text));
  }

  err(text: string): void {
    this.collector.push("stderr", Buffer.from(text));
  }

  outcomes(end: "whole" | "ended" | "unknown"): readonly string[] {
    return this.collector.results(end).map(({ outcome }) => outcome.kind);
  }
}

describe("the answer of a script", () => {
  it("is each step's own output, whichever stream comes first", async () => {
    const trial = new Trial(exec, exec);
    trial.err(`A${frame("0")}B${frame("1")}${frame("end")}`);
    trial.out(`a${frame("0 x0")}b`);
    trial.out(`b${frame("1 x7")}${frame("end done")}`);
    await trial.collector.done;
    const said = trial.collector.results("whole").map(({ outcome, stdout, stderr }) => {
      return [outcome, stdout.bytes.toString(), stderr.bytes.toString()];
    });
    expect(said).to.deep.equal([
      [{ kind: "exited", code: 0, ok: true }, "a", "A"],
      [{ kind: "exited", code: 7, ok: false }, "bb", "B"],
    ]);
  });

  it("is over when both streams say so", async () => {
    const trial = new Trial(exec);
    let isDone = false;
    void trial.collector.done.then(() => (isDone = true));
    trial.out(`${frame("0 x0")}${frame("end done")}`);
    trial.err(frame("0"));
    await Promise.resolve();
    expect(isDone).to.equal(false);
    trial.err(frame("end"));
    await trial.collector.done;
  });

  it("names the guard that skipped a step, and a time limit whatever the status", () => {
    const trial = new Trial(exec, exec, exec);
    trial.out(`${frame("0 g1")}${frame("t")}${frame("1 x0")}${frame("2 x143")}`);
    expect(trial.collector.results("whole").map(({ outcome }) => outcome)).to.deep.equal([
      { kind: "guarded", guard: guards[1] },
      { kind: "timedOut", afterMs: 3000 },
      { kind: "exited", code: 143, ok: false },
    ]);
  });

  it("that stopped leaves the steps behind it not run", () => {
    const trial = new Trial(exec, exec);
    trial.out(`${frame("0 x1")}${frame("end stopped")}`);
    trial.err(`${frame("0")}${frame("end")}`);
    for (const end of ["whole", "ended", "unknown"] as const)
      expect(trial.outcomes(end), end).to.deep.equal(["exited", "notRun"]);
  });

  it("that was cut off holds what the step under way had printed", () => {
    const trial = new Trial(exec, exec, exec, exec);
    trial.out(`${frame("0 x1")}${frame("1 n")}begun`);
    trial.err(`${frame("0")}${frame("1")}oh`);
    expect(trial.outcomes("ended")).to.deep.equal(["exited", "notRun", "lost", "notRun"]);
    expect(trial.outcomes("unknown")).to.deep.equal(["exited", "notRun", "lost", "lost"]);
    const results = trial.collector.results("unknown");
    expect(results.map(({ stdout, stderr }) => `${stdout.bytes.toString()} ${stderr.bytes.toString()}`)).to.deep.equal([
      " ",
      " ",
      "begun oh",
      " ",
    ]);
  });

  it("is heard while it comes, except for the answers of questions", () => {
    const trial = new Trial(exec, ask, exec);
    trial.out(`one${frame("0 x0")}two${frame("1 x0")}`);
    trial.out("three");
    expect(trial.heard.map(({ item, stream, bytes }) => [item, stream, bytes.toString()])).to.deep.equal([
      [0, "stdout", "one"],
      [2, "stdout", "three"],
    ]);
  });

  it("keeps a question's answer whole and cuts a command's", () => {
    const trial = new Trial(ask, exec);
    const long = "x".repeat(5000);
    trial.out(`${long}${frame("0 x0")}${long}${frame("1 x0")}`);
    const [answer, output] = trial.collector.results("whole");
    expect([answer!.stdout.truncated, output!.stdout.truncated]).to.deep.equal([false, true]);
    expect([answer!.stdout.bytes.length, output!.stdout.totalBytes]).to.deep.equal([5000, 5000]);
  });
});
