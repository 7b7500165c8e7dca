import { defineProbe } from "../contract/query.js";
import { entriesSubject, fileSubject, tidy } from "./file-way.js";
import { Cursor, decoded, orFailure, quote } from "./shell.js";

/** The names of what lies in a folder, sorted; none where there is no folder. The path must be canonical. */
export const folderNames = defineProbe<string, readonly string[]>({
  kind: "folderNames",
  identify: tidy,
  subjects: (path) => [fileSubject(tidy(path)), entriesSubject(tidy(path))],
  script: (paths) => ({
    text: `g() { for f in "$1"/..?* "$1"/.[!.]* "$1"/*; do [ ! -e "$f" ] && [ ! -L "$f" ] || printf '%s\\0' "\${f##*/}"; done; printf '\\0'; }
${paths.map((path) => `g ${quote(tidy(path))}\n`).join("")}:`,
  }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    return paths.map(() => orFailure(() => readNames(cursor)));
  },
});

function readNames(cursor: Cursor): readonly string[] {
  const names: string[] = [];
  for (let name = cursor.until("\0"); name !== ""; name = cursor.until("\0")) names.push(decoded(name));
  return names.sort();
}
