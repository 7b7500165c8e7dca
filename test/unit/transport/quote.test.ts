import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { quote, quoteAll, quotePattern } from "../../../src/transport/quote.js";

const shell = (command: string, cwd = "/"): string =>
  execFileSync("/bin/sh", ["-c", command], { encoding: "utf8", cwd });

describe("quote", () => {
  it("gives the shell exactly the words, whatever is in them", () => {
    const word = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", ""));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const said = shell(`printf '%s\\0' ${quoteAll(words)}`);
        expect(said).to.equal(words.map((one) => `${Buffer.from(one).toString()}\0`).join(""));
      }),
      { numRuns: 50 },
    );
  });

  it("leaves plain words as they are, and quotes an empty one, a tilde and a newline", () => {
    expect(["/etc/a-b_c.d", "a=b,c:d@e+f%g", "", "~", "a\nb", "it's"].map(quote)).to.deep.equal([
      "/etc/a-b_c.d",
      "a=b,c:d@e+f%g",
      "''",
      "'~'",
      "'a\nb'",
      "'it'\\''s'",
    ]);
  });

  it("refuses what cannot be passed to a program", () => {
    expect(() => quote("a\0b")).to.throw("an argument holds a NUL byte");
  });

  it("lets the wildcards of a pattern work and nothing else", () => {
    const folder = mkdtempSync(join(tmpdir(), "fettle-quote-"));
    for (const name of ["a b1", "a b2", "$HOME", "x;y"]) writeFileSync(join(folder, name), "");
    const matches = (pattern: string): string[] =>
      shell(`printf '%s\\n' ${quotePattern(pattern)}`, folder)
        .trim()
        .split("\n");
    expect(matches("a b*")).to.deep.equal(["a b1", "a b2"]);
    expect(matches("a b[2-9]")).to.deep.equal(["a b2"]);
    expect(matches("$HO?E")).to.deep.equal(["$HOME"]);
    expect(matches("x;?")).to.deep.equal(["x;y"]);
    expect(matches("`id`")).to.deep.equal(["`id`"]);
    rmSync(folder, { recursive: true });
  });
});
