import { expect } from "chai";
import { createPaint, wantsColor } from "../../../src/ui/paint.js";

describe("wantsColor", () => {
  const tty = { isTTY: true };
  const cases: readonly (readonly [string, { isTTY?: boolean }, Record<string, string>, boolean])[] = [
    ["a terminal", tty, {}, true],
    ["a pipe", {}, {}, false],
    ["a terminal with NO_COLOR", tty, { NO_COLOR: "1" }, false],
    ["a terminal with an empty NO_COLOR", tty, { NO_COLOR: "" }, true],
    ["a pipe with FORCE_COLOR", {}, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
    ["a terminal with FORCE_COLOR=0", tty, { FORCE_COLOR: "0" }, false],
    ["a dumb terminal", tty, { TERM: "dumb" }, false],
  ];
  for (const [name, stream, environment, wanted] of cases) {
    it(`${wanted ? "colours" : "does not colour"} ${name}`, () => {
      expect(wantsColor(stream, environment)).to.equal(wanted);
    });
  }
});

describe("createPaint", () => {
  it("colours whatever stdout is, or not at all", () => {
    expect(createPaint(true)("bad", "x")).to.equal("\u001b[31mx\u001b[39m");
    expect(createPaint(false)("bad", "x")).to.equal("x");
  });
});
