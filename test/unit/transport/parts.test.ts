import { expect } from "chai";
import type { Outcome, Script, StepResult, WireStep } from "../../../src/contract/step.js";
import { MAX_SCRIPT_BYTES, Parts, type Position } from "../../../src/transport/parts.js";

const nothing = { bytes: Buffer.alloc(0), totalBytes: 0, truncated: false };
const result = (outcome: Outcome): StepResult => ({ outcome, stdout: nothing, stderr: nothing });
const exited = (code: number): StepResult => result({ kind: "exited", code, ok: code === 0 });

/** Two of them do not fit into one part. */
const big = (name: string): WireStep => ({ do: "ask", text: name.padEnd(MAX_SCRIPT_BYTES * 0.6, "#") });
const small = (name: string): WireStep => ({ do: "exec", argv: [name] });

function nameOf({ spec }: Position): string {
  return spec.do === "ask" ? spec.text.replace(/#+$/, "") : spec.do === "exec" ? spec.argv.join(" ") : spec.path;
}

/** Runs all parts; steps whose names are in `failing` fail. Gives the names part by part, and the outcomes. */
function runAll(script: Script, failing: readonly string[] = []) {
  const parts = new Parts(script);
  const sent: string[][] = [];
  for (let part = parts.next(); part !== undefined; part = parts.next()) {
    sent.push(part.map(nameOf));
    parts.take(
      part,
      part.map((one) => exited(failing.includes(nameOf(one)) ? 1 : 0)),
    );
  }
  const codes = parts
    .results()
    .map((items) => items.map((steps) => steps.map(({ outcome }) => (outcome.kind === "exited" ? outcome.code : "-"))));
  return { sent, codes };
}

describe("a script in parts", () => {
  const item = (...steps: readonly WireStep[]) => ({ steps });

  it("is one part when it is small, whatever its data come to", () => {
    const data: WireStep = { do: "exec", argv: ["b"], stdin: { kind: "bytes", bytes: Buffer.alloc(5_000_000) } };
    const file = { kind: "file", path: "/x", sizeBytes: 1e9 } as const;
    const put: WireStep = { do: "put", path: "c", content: file };
    const script: Script = [{ onFailure: "stop", items: [item(small("a"), data, put)] }];
    expect(runAll(script)).to.deep.equal({ sent: [["a", "b", "c"]], codes: [[[0, 0, 0]]] });
  });

  it("is nothing when it is empty", () => {
    expect(runAll([])).to.deep.equal({ sent: [], codes: [] });
    expect(runAll([{ onFailure: "stop", items: [item()] }])).to.deep.equal({ sent: [], codes: [[[]]] });
  });

  it("goes on in the next part, also in the middle of an item", () => {
    const script: Script = [{ onFailure: "stop", items: [item(big("a"), big("b"), small("c")), item(small("d"))] }];
    expect(runAll(script)).to.deep.equal({ sent: [["a"], ["b", "c", "d"]], codes: [[[0, 0, 0], [0]]] });
  });

  it("leaves the rest of a failed item out", () => {
    const script: Script = [{ onFailure: "continue", items: [item(big("a"), big("b"), big("c")), item(big("d"))] }];
    expect(runAll(script, ["a"])).to.deep.equal({ sent: [["a"], ["d"]], codes: [[[1, "-", "-"], [0]]] });
  });

  it("tries the group's other items after a failure, and nothing behind the group", () => {
    const script: Script = [
      { onFailure: "stop", items: [item(big("a")), item(big("b"))] },
      { onFailure: "stop", items: [item(big("c"))] },
    ];
    expect(runAll(script, ["a"])).to.deep.equal({ sent: [["a"], ["b"]], codes: [[[1], [0]], [["-"]]] });
    expect(runAll(script).sent).to.deep.equal([["a"], ["b"], ["c"]]);
  });

  it("goes on behind a failed group that says continue", () => {
    const script: Script = [
      { onFailure: "continue", items: [item(big("a"))] },
      { onFailure: "stop", items: [item(big("b"))] },
    ];
    expect(runAll(script, ["a"])).to.deep.equal({ sent: [["a"], ["b"]], codes: [[[1]], [[0]]] });
  });

  it("takes a guarded step for a success", () => {
    const parts = new Parts([{ onFailure: "stop", items: [item(big("a"), big("b"))] }]);
    parts.take(parts.next()!, [result({ kind: "guarded", guard: { kind: "creates", path: "/a" } })]);
    expect(parts.next()!.map(nameOf)).to.deep.equal(["b"]);
  });

  it("keeps the nesting and what a group does on failure", () => {
    const script: Script = [
      { onFailure: "stop", items: [item(big("a"))] },
      { onFailure: "continue", items: [item(small("b"), small("c")), item(small("d"))] },
    ];
    const parts = new Parts(script);
    const part = parts.next()!;
    expect(part.map(({ group, item, step }) => [group, item, step])).to.deep.equal([
      [0, 0, 0],
      [1, 0, 0],
      [1, 0, 1],
      [1, 1, 0],
    ]);
    expect(parts.scriptOf(part)).to.deep.equal(script);
    expect(parts.scriptOf(part.slice(2))).to.deep.equal([
      { onFailure: "continue", items: [item(small("c")), item(small("d"))] },
    ]);
  });
});
