import { expect } from "chai";
import fc from "fast-check";
import { changeDiff } from "../../../src/ui/diff.js";
import { editScript } from "../../../src/ui/myers.js";
import { createPaint } from "../../../src/ui/paint.js";

const paint = createPaint(false);
const diff = (before: Parameters<typeof changeDiff>[0]["before"], after: typeof before, title?: string) =>
  changeDiff(
    {
      summary: "",
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(title === undefined ? {} : { title }),
    },
    paint,
  ).join("\n");

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i + 1}\n`);

describe("changeDiff", () => {
  it("shows changed lines with three lines around them", () => {
    const before = numbers(20);
    const after = [...before];
    after[1] = "two\n";
    after.splice(15, 0, "new\n");
    expect(diff(before.join(""), after.join(""), "/etc/x")).to.equal(
      [
        "--- before: /etc/x",
        "+++ after: /etc/x",
        "@@ -1,5 +1,5 @@",
        " 1",
        "-2",
        "+two",
        " 3",
        " 4",
        " 5",
        "@@ -13,6 +13,7 @@",
        " 13",
        " 14",
        " 15",
        "+new",
        " 16",
        " 17",
        " 18",
      ].join("\n"),
    );
  });

  it("says which side is absent", () => {
    expect(diff(null, "a\n", "/x")).to.equal("--- before: /x (absent)\n+++ after: /x\n@@ -0,0 +1 @@\n+a");
    expect(diff("a\n", null)).to.equal("--- before\n+++ after (absent)\n@@ -1 +0,0 @@\n-a");
  });

  it("sees a missing newline at the end", () => {
    expect(diff("a\nb", "a\nb\n")).to.equal(
      "--- before\n+++ after\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b",
    );
  });

  it("shows attributes that differ", () => {
    expect(diff({ mode: "0644", owner: "root", size: 1 }, { mode: "0640", owner: "root", size: 2 }, "/x")).to.equal(
      '/x\nmode: "0644" → "0640"\nsize: 1 → 2',
    );
    expect(diff(null, { state: "directory" })).to.equal('state: absent → "directory"');
    expect(diff({ group: "a" }, { group: null })).to.equal('group: "a" → absent');
  });

  it("never shows secrets and shows nothing where there is nothing", () => {
    expect(changeDiff({ summary: "", before: "a", after: "b", sensitive: true, title: "/k" }, paint)).to.deep.equal([
      "(/k: not shown: secret)",
    ]);
    expect(diff("a", "a")).to.equal("");
    expect(diff(undefined, "a")).to.equal("");
    expect(diff(null, null)).to.equal("");
  });

  it("escapes content and titles", () => {
    expect(diff("a\n", "\u001b[2J\r\n", "/x\n\u202e")).to.equal(
      "--- before: /x\\n\\u202e\n+++ after: /x\\n\\u202e\n@@ -1 +1 @@\n-a\n+\\x1b[2J\\r",
    );
  });

  it("cuts a long diff and says by how much", () => {
    const lines = diff(null, numbers(1000).join("")).split("\n");
    expect(lines).to.have.length(403);
    expect(lines.at(-1)).to.equal("… 601 lines left out");
  });
});

describe("editScript", () => {
  const line = fc.constantFrom("a", "b", "c");

  it("leads from one list to the other, by the shortest way", () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (before, after) => {
        const edits = editScript(before, after);
        const built = edits.flatMap((edit) =>
          edit.kind === "removed" ? [] : [edit.kind === "added" ? after[edit.after] : before[edit.before]],
        );
        const used = edits.flatMap((edit) => (edit.kind === "added" ? [] : [before[edit.before]]));
        expect(built).to.deep.equal(after);
        expect(used).to.deep.equal(before);
        expect(edits.filter((edit) => edit.kind === "same").length).to.equal(longestCommon(before, after));
      }),
    );
  });

  it("gives up the shortest way for texts that have little in common", () => {
    const edits = editScript(
      numbers(3000),
      numbers(3000).map((text) => `x${text}`),
    );
    expect(edits.filter((edit) => edit.kind === "removed")).to.have.length(3000);
    expect(edits.filter((edit) => edit.kind === "added")).to.have.length(3000);
  });
});

/** Length of the longest common subsequence, the slow and plain way. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const x of a) {
    const next = [0];
    b.forEach((y, j) => next.push(x === y ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!)));
    row = next;
  }
  return row[b.length]!;
}
