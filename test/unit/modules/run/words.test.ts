import { expect } from "chai";
import { splitWords } from "../../../../src/modules/run/words.js";

describe("splitWords", () => {
  // Each right side is what Python's shlex.split gives.
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["", []],
    ["  a \t b\nc ", ["a", "b", "c"]],
    [`a 'b c' "d e"`, ["a", "b c", "d e"]],
    [`a''b "" ''`, ["ab", "", ""]],
    [`'a\\b'`, ["a\\b"]],
    [`"a\\b \\" \\\\ \\$"`, ['a\\b " \\ \\$']],
    [`a\\ b\\'c`, ["a b'c"]],
    ["a#b # c", ["a#b", "#", "c"]],
    ["$(id) `x` *", ["$(id)", "`x`", "*"]],
    [`x="a b"c`, ["x=a bc"]],
    ["ä 'ö ü'", ["ä", "ö ü"]],
  ];
  for (const [line, words] of cases) {
    it(`splits ${JSON.stringify(line)}`, () => {
      expect(splitWords(line)).to.deep.equal({ words });
    });
  }

  it("says what cannot be split", () => {
    expect(splitWords(`a "b`)).to.deep.equal({ problem: 'the quote " at character 3 is not closed' });
    expect(splitWords("a\\")).to.deep.equal({ problem: "it ends with a backslash that escapes nothing" });
  });
});
