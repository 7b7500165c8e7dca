import { expect } from "chai";
import { excerpt, hostError, inputError } from "../../../src/contract/error.js";
import { formatError, formatErrors } from "../../../src/ui/errors.js";

const place = { file: "site.yml", line: 2, column: 9 };

describe("formatError", () => {
  it("gives place and cause, the source with a caret, and the remedy", () => {
    const source = "- copy:\n  mode: 8x4\n";
    const error = inputError('copy.mode: "8x4" is not an octal mode', {
      place,
      excerpt: excerpt(source, place),
      remedy: 'write "0644"',
    });
    expect(formatError(error)).to.equal(
      'site.yml:2:9 copy.mode: "8x4" is not an octal mode\n  2 |   mode: 8x4\n              ^\n  → write "0644"\n',
    );
  });

  it("shows evidence indented, the end of it when there is much", () => {
    const detail = Array.from({ length: 32 }, (_, i) => `line ${i + 1}`).join("\n");
    const lines = formatError(hostError("no", { detail })).split("\n");
    expect(lines.slice(0, 3)).to.deep.equal(["no", "    … 2 lines before", "    line 3"]);
    expect(lines.at(-2)).to.equal("    line 32");
  });

  it("escapes what comes from others", () => {
    expect(formatError(hostError("no \u001b[2J", { detail: "x\r\u009b" }))).to.equal("no \\x1b[2J\n    x\\r\\x9b\n");
  });

  it("lists several and counts them", () => {
    expect(formatErrors([inputError("a"), inputError("b", { remedy: "c" })])).to.equal("a\n\nb\n  → c\n\n2 errors\n");
  });

  it("shows the first of very many", () => {
    const text = formatErrors(Array.from({ length: 60 }, (_, i) => inputError(`e${i + 1}`)));
    expect(text).to.contain("e50\n\n60 errors, the first 50 of them shown\n").and.not.contain("e51");
  });

  it("colours when asked", () => {
    expect(formatError(inputError("a"), true)).to.equal("\u001b[31ma\u001b[39m\n");
  });
});
