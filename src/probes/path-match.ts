import { defineProbe, ProbeFailure } from "../contract/query.js";
import { entriesSubject, fileSubject, tidy } from "./file-way.js";
import { Cursor, decoded, orFailure, quote } from "./shell.js";

/** The first path, if any, that a shell's pattern matches. Links count as they are, also those that lead nowhere. */
export const pathMatch = defineProbe<string, string | null>({
  kind: "pathMatch",
  identify: (pattern) => pattern,
  subjects: (pattern) => [fileSubject(folderOf(pattern)), entriesSubject(folderOf(pattern))],
  resolved: (_pattern, match) => (match === null ? [] : [fileSubject(tidy(match))]),
  script: (patterns) => ({
    text: `g() { { [ -e "$1" ] || [ -L "$1" ]; } && printf 'm%s\\0' "$1" || printf '\\0'; }
${patterns.map((pattern) => `g ${unquotedStars(pattern)}\n`).join("")}:`,
  }),
  parse: (output, patterns) => {
    const cursor = new Cursor(output);
    return patterns.map(() => {
      if (cursor.atEnd) return new ProbeFailure("the answer ends too early");
      const text = cursor.until("\0");
      return orFailure(() => (text === "" ? null : decoded(text.slice(1))));
    });
  },
});

/** Whether all that could come to match lies in one folder. */
export function matchesInOneFolder(pattern: string): boolean {
  return !/[*?[\\]/.test(pattern.slice(0, pattern.lastIndexOf("/")));
}

/** The folder above the first wildcard. */
function folderOf(pattern: string): string {
  const plain = pattern.slice(0, pattern.search(/[*?[\\]/));
  return tidy(plain.slice(0, plain.lastIndexOf("/")));
}

/** Everything quoted but the wildcards. */
function unquotedStars(pattern: string): string {
  return pattern
    .split(/([*?[\]!^-])/)
    .map((part, i) => (i % 2 === 1 ? part : part === "" ? "" : quote(part)))
    .join("");
}
