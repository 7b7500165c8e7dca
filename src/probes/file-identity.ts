import { defineProbe } from "../contract/query.js";
import { fileSubject, tidy } from "./file-way.js";
import { binary, calls, Cursor } from "./shell.js";

/** Device and inode of a file; equal for the names of one file. null: nothing is there. The path must be canonical. */
export const fileIdentity = defineProbe<string, string | null>({
  kind: "fileIdentity",
  identify: tidy,
  subjects: (path) => [fileSubject(tidy(path))],
  script: (paths) => ({ text: `g() { stat -L -c '%d:%i %n' -- "$@" 2>/dev/null; }\n${calls("g", paths.map(tidy))}:` }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    return paths.map((path) => {
      const start = cursor.at;
      const id = cursor.match(/(\d+:\d+) /y)?.[1];
      if (id !== undefined && cursor.skip(`${binary(tidy(path))}\n`)) return id;
      cursor.at = start;
      return null;
    });
  },
});
