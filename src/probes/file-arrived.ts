import { defineProbe } from "../contract/query.js";
import { ENTRY_FORMAT, type Entry, readEntry } from "./file-entry.js";
import { fileSubject, tidy } from "./file-way.js";
import { calls, Cursor, orFailure, quote } from "./shell.js";

/** A regular file but for what hangs on its content. */
export type Arrived = Pick<Entry, "mode" | "owner" | "group">;

/**
 * What a task can say of a file whose content comes from elsewhere: that it is there, and whose. null: no regular file.
 * The path must be canonical.
 */
export const fileArrived = defineProbe<string, Arrived | null>({
  kind: "fileArrived",
  identify: tidy,
  subjects: (path) => [fileSubject(tidy(path))],
  script: (paths) => ({
    text: `g() { QUOTING_STYLE=literal stat -c ${quote(ENTRY_FORMAT)} -- "$@" 2>/dev/null; }
${calls("g", paths.map(tidy))}:`,
  }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    return paths.map((path) => {
      const reading = readEntry(cursor, tidy(path));
      return reading === undefined ? null : orFailure(() => arrived(reading()));
    });
  },
});

function arrived({ type, mode, owner, group }: Entry): Arrived | null {
  return type === "file" ? { mode, owner, group } : null;
}
