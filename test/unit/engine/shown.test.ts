import { expect } from "chai";
import { shown } from "../../../src/engine/shown.js";

const change = { summary: "write /x", before: "one", after: "two", effects: [], steps: [] };

describe("what events tell of a change", () => {
  it("is its diff", () => {
    expect(shown(change, { noLog: false })).to.deep.equal({ summary: "write /x", before: "one", after: "two" });
    expect(shown(change, { noLog: false, diff: true })).to.include({ before: "one" });
  });

  it("is no diff under no_log, and with diff: false, in JSON neither", () => {
    const without = { summary: "write /x", sensitive: true };
    expect(shown(change, { noLog: true })).to.deep.equal(without);
    expect(shown(change, { noLog: false, diff: false })).to.deep.equal(without);
  });
});
