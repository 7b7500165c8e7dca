import { expect } from "chai";
import type { Guard } from "../../../src/contract/step.js";
import { type BenchOf, group, LANE, outcomes, sh, text } from "../bench.js";

/** Steps that are skipped by what is there right before them. */
export function guards(bench: BenchOf): void {
  const at = (name: string): string => `${bench().folder}/${name}`;

  const cases: readonly (readonly [string, () => Guard, boolean])[] = [
    ["creates, when it is there", () => ({ kind: "creates", path: at("there is") }), true],
    ["creates, when it is not", () => ({ kind: "creates", path: at("there") }), false],
    ["creates with wildcards that match", () => ({ kind: "creates", path: at("th?re*[is]") }), true],
    ["creates with wildcards that do not", () => ({ kind: "creates", path: at("there*[xy]") }), false],
    ["creates of a link that leads nowhere", () => ({ kind: "creates", path: at("dangling") }), true],
    ["removes, when it is there", () => ({ kind: "removes", path: at("there is") }), false],
    ["removes, when it is not", () => ({ kind: "removes", path: at("there") }), true],
    ["unless, when it succeeds", () => ({ kind: "unless", command: `test -e '${at("there is")}'` }), true],
    ["unless, when it fails", () => ({ kind: "unless", command: "cat | grep x" }), false],
    ["only_if, when it succeeds", () => ({ kind: "only_if", command: "echo loud; echo loud >&2" }), false],
    ["only_if, when it fails", () => ({ kind: "only_if", command: "exit 7" }), true],
    ["only_if, when it is no shell command", () => ({ kind: "only_if", command: "if (" }), true],
  ];

  before(() =>
    bench().connection.run(LANE, [group([[sh(`cd ${bench().folder}; touch 'there is'; ln -s none dangling`)]])]),
  );

  for (const [what, guard, skips] of cases) {
    it(`${skips ? "skips" : "runs"} a step: ${what}`, async () => {
      const { results } = await bench().connection.run(LANE, [
        group([[sh("echo ran", { guards: [guard()] }), sh("echo on")]]),
      ]);
      const [step, next] = results[0]![0]!;
      expect(step!.outcome).to.deep.equal(
        skips ? { kind: "guarded", guard: guard() } : { kind: "exited", code: 0, ok: true },
      );
      expect([text(step!), text(next!)]).to.deep.equal([skips ? "" : "ran\n", "on\n"]);
      expect(step!.stderr.bytes.length).to.equal(0);
    });
  }

  it("looks when the step's turn has come, and names the guard that skipped", async () => {
    const seen = [
      { kind: "only_if", command: "true" },
      { kind: "creates", path: at("made") },
    ] as const;
    const { results } = await bench().connection.run(LANE, [
      group([[sh(`touch ${at("made")}`, { guards: seen }), sh("true", { guards: seen })]]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["exited 0", "guarded"]]]);
    expect(results[0]![0]![1]!.outcome).to.deep.equal({ kind: "guarded", guard: seen[1] });
  });
}
