import { expect } from "chai";
import { type BenchOf, group, LANE, outcomes, runOne, sh, text } from "../bench.js";

/** What belongs to which step, and what runs after a failure. */
export function framing(bench: BenchOf): void {
  it("gives each step of several groups and items its own output and status", async () => {
    const { results, lost } = await bench().connection.run(LANE, [
      group([[sh("echo a; echo A >&2"), sh("echo b")], [sh("echo c >&2")]]),
      group([[{ do: "ask", text: "printf d" }]]),
    ]);
    expect(lost).to.equal(undefined);
    const said = results.map((items) =>
      items.map((steps) => steps.map((one) => [text(one), String(one.stderr.bytes)])),
    );
    expect(said).to.deep.equal([
      [
        [
          ["a\n", "A\n"],
          ["b\n", ""],
        ],
        [["", "c\n"]],
      ],
      [[["d", ""]]],
    ]);
  });

  it("ends a failing step's item, tries the group's other items and stops after the group", async () => {
    const { results } = await bench().connection.run(LANE, [
      group([[sh("exit 7"), sh("true")], [sh("true")]]),
      group([[sh("true")]]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["exited 7", "notRun"], ["exited 0"]], [["notRun"]]]);
  });

  it("goes on after a failing group that says continue", async () => {
    const { results } = await bench().connection.run(LANE, [
      group([[sh("exit 7"), sh("true")]], "continue"),
      group([[sh("true")]]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["exited 7", "notRun"]], [["exited 0"]]]);
  });

  it("judges an exit status by what the step takes for success", async () => {
    const { results } = await bench().connection.run(LANE, [
      group([[sh("exit 3", { okExitCodes: [0, 3] }), sh("exit 9", { okExitCodes: "any" }), sh("true")]]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["exited 3", "exited 9", "exited 0"]]]);
    expect(results[0]![0]!.map(({ outcome }) => outcome.kind === "exited" && outcome.ok)).to.deep.equal([
      true,
      true,
      true,
    ]);
  });

  it("says 127 for a program that is not there, 126 for one that may not run, 128 + n for a signal", async () => {
    const { results } = await bench().connection.run(LANE, [
      group([[{ do: "exec", argv: ["no-such-program"] }], [{ do: "exec", argv: ["/"] }], [sh("kill -9 $$")]]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["exited 127"], ["exited 126"], ["exited 137"]]]);
  });

  it("survives a question with a syntax error, and one that exits", async () => {
    const { results } = await bench().connection.run(LANE, [
      group(
        [[{ do: "ask", text: "if (" }], [{ do: "ask", text: "exit 5" }], [{ do: "ask", text: "echo on" }]],
        "continue",
      ),
    ]);
    const [broken, left, on] = results[0]!.map((steps) => steps[0]!);
    expect(broken!.outcome).to.deep.include({ kind: "exited", ok: false });
    expect(left!.outcome).to.deep.include({ kind: "exited", code: 5 });
    expect(text(on!)).to.equal("on\n");
  });

  it("runs an empty script, and scripts one after another in the order in which they were given", async () => {
    expect((await bench().connection.run(LANE, [])).results).to.deep.equal([]);
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async (i) => {
        await runOne(bench(), sh(i === 1 ? "sleep 0.2" : "true"));
        order.push(i);
      }),
    );
    expect(order).to.deep.equal([1, 2, 3]);
  });

  it("passes every argument as it is", async () => {
    const argv = ["", " ", "it's", '"', "$HOME", "`id`", "a\nb", "*", "\\", "-n", "~", "é€😀", "\u0001\u007f"];
    const result = await runOne(bench(), { do: "exec", argv: ["printf", "<%s>", ...argv] });
    expect(text(result)).to.equal(argv.map((one) => `<${one}>`).join(""));
  });

  it("counts a script as one round trip", async () => {
    const { counters } = bench().connection;
    const before = counters.roundTrips;
    await bench().connection.run(LANE, [group([[sh("true")], [sh("true")]]), group([[sh("true")]])]);
    expect(counters.roundTrips - before).to.equal(1);
  });
}
