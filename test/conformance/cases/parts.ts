import { expect } from "chai";
import type { PutStep } from "../../../src/contract/step.js";
import { type BenchOf, bytes, group, LANE, Listener, outcomes, sh } from "../bench.js";

/** A script beyond the wire's byte cap: sent in parts, with the meaning of the whole. */
export function parts(bench: BenchOf): void {
  /** Some fill a part. */
  const big = (name: string | number): PutStep => ({
    do: "put",
    path: `${bench().folder}/part-${name}`,
    content: bytes("x".repeat(60_000)),
  });
  const filler = (): PutStep[] => Array.from({ length: 20 }, (_, i) => big(i));
  const ok = (count: number): string[] => Array<string>(count).fill("exited 0");

  it("runs everything, in several round trips", async () => {
    const { counters } = bench().connection;
    const before = counters.roundTrips;
    const { results } = await bench().connection.run(LANE, [group([filler()]), group([filler(), filler()])]);
    expect(counters.roundTrips - before).to.be.within(2, 6);
    expect(outcomes(results)).to.deep.equal([[ok(20)], [ok(20), ok(20)]]);
  });

  it("names the steps of output as in the whole script", async () => {
    const listener = new Listener();
    await bench().connection.run(LANE, [group([filler(), [sh("true"), sh("echo here")]])], listener);
    expect(listener.chunks.map(({ group, item, step }) => [group, item, step])).to.deep.equal([[0, 1, 1]]);
  });

  it("remembers a failed item, and that the script stops after its group", async () => {
    const { results } = await bench().connection.run(LANE, [
      group([[sh("exit 1"), ...filler()], filler(), [sh("true")]]),
      group([filler()]),
    ]);
    const notRun = Array<string>(20).fill("notRun");
    expect(outcomes(results)).to.deep.equal([[["exited 1", ...notRun], ok(20), ok(1)], [notRun]]);
  });

  it("ends an item whose step failed in its middle, and goes on where it says continue", async () => {
    const { results } = await bench().connection.run(LANE, [
      group([[...filler(), sh("exit 1"), ...filler()]], "continue"),
      group([[sh("true")]]),
    ]);
    expect(outcomes(results)).to.deep.equal([[[...ok(20), "exited 1", ...Array<string>(20).fill("notRun")]], [ok(1)]]);
  });
}
