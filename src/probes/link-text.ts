import { defineProbe, ProbeFailure } from "../contract/query.js";
import { fileSubject, tidy } from "./file-way.js";
import { Cursor, decoded, orFailure, quote } from "./shell.js";

/** The text in a symbolic link, wherever it leads; null: no link is there. The path's folder must be canonical. */
export const linkText = defineProbe<string, string | null>({
  kind: "linkText",
  identify: tidy,
  subjects: (path) => [fileSubject(tidy(path))],
  script: (paths) => ({
    text: `g() { if [ -L "$1" ]; then printf l; readlink -n -- "$1"; fi; printf '\\0'; }
${paths.map((path) => `g ${quote(tidy(path))}\n`).join("")}:`,
  }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    return paths.map(() => {
      if (cursor.atEnd) return new ProbeFailure("the answer ends too early");
      const text = cursor.until("\0");
      return orFailure(() => (text === "" ? null : decoded(text.slice(1))));
    });
  },
});
