import { expect } from "chai";
import { escapeLine, escapeText } from "../../../src/ui/escape.js";

describe("escapeText", () => {
  it("shows what a terminal would obey", () => {
    expect(escapeText("a\u001b[31mb\u001b]52;c;eA==\u0007 \r\b\u009b0m\u007f\u0000")).to.equal(
      "a\\x1b[31mb\\x1b]52;c;eA==\\x07 \\r\\b\\x9b0m\\x7f\\x00",
    );
  });

  it("shows what changes the order of characters", () => {
    expect(escapeText("\u202eabc\u2066\u200f\u061c\u2028")).to.equal("\\u202eabc\\u2066\\u200f\\u061c\\u2028");
  });

  it("leaves text alone", () => {
    expect(escapeText("ä\t€ 😀\n“x”")).to.equal("ä\t€ 😀\n“x”");
  });

  it("keeps a line a line", () => {
    expect(escapeLine("a\nb\tc\u001b")).to.equal("a\\nb\\tc\\x1b");
  });
});
