import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readSource, Source } from "../../../src/language/source.js";
import { folderWith, messagesOf } from "./support.js";

describe("Source", () => {
  it("knows lines and columns", () => {
    const source = new Source("f", "ab\n\ncd");
    const at = (offset: number) => {
      const { line, column } = source.place(offset);
      return [line, column];
    };
    expect([0, 2, 3, 4, 5, 6].map(at)).to.deep.equal([
      [1, 1],
      [1, 3],
      [2, 1],
      [3, 1],
      [3, 2],
      [3, 3],
    ]);
    expect([1, 2, 3, 4].map((number) => source.line(number))).to.deep.equal(["ab", "", "cd", ""]);
  });

  it("crops a long line around the caret", () => {
    const source = new Source("f", `${"a".repeat(500)}!${"b".repeat(500)}`);
    const [line = "", caret = ""] = source.excerpt(source.place(500)).split("\n");
    expect(line[caret.indexOf("^")]).to.equal("!");
    expect(line).to.have.length(165);
  });

  it("refuses what is missing, too big, a folder or no text", () => {
    const folder = folderWith({ big: "" });
    truncateSync(join(folder, "big"), 50 * 1024 * 1024);
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "latin1"), Buffer.from([0x66, 0xfc, 0x72]));
    const wrong = (name: string) => messagesOf(() => readSource(join(folder, name)), folder)[0];
    expect(wrong("nothing")).to.equal("nothing does not exist; in its folder there are big, latin1, sub");
    expect(wrong("big")).to.equal("big is too big: 50 MB, and at most 4 MB are read");
    expect(wrong("sub")).to.equal("sub is a folder, and a file is needed here; name a file in it");
    expect(wrong("latin1")).to.match(/^latin1:1:\d+ this is not UTF-8 text; save the file as UTF-8$/);
  });
});
