import { expect } from "chai";
import { pause } from "../../../src/modules/pause.js";
import { changes, problems, resultOf } from "./support.js";

describe("pause", () => {
  it("waits on the controller, while others may change the host", () => {
    expect(changes(pause, { seconds: "1.5", minutes: 1 })).to.deep.equal([
      { summary: "wait 61.5 s", effects: [{ kind: "waited" }], steps: [{ do: "sleep", ms: 61_500 }] },
    ]);
    expect(changes(pause, { seconds: 0 })).to.deep.equal([]);
  });

  it("says how long it waited", () => {
    expect(resultOf(pause, { seconds: 2, prompt: "wait" })).to.deep.equal({
      changed: false,
      rc: 0,
      delta: 2,
      stdout: "Paused for 2 seconds",
      message: "wait",
    });
  });

  it("does not wait for Enter, and says so", () => {
    expect(problems(pause, { prompt: "go on?" })).to.deep.equal([
      ": needs seconds or minutes: waiting for Enter is not supported; use `fettle plan` to look before an apply",
    ]);
    expect(problems(pause, { seconds: -1 })).to.deep.equal(["seconds: must be at least 0"]);
  });
});
