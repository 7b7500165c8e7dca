import { defineProbe, ProbeFailure } from "../contract/query.js";
import { ENTRY_FORMAT, type Entry, readEntry } from "./file-entry.js";
import { entriesSubject, fileSubject, tidy } from "./file-way.js";
import { Cursor, decoded, orFailure, quote } from "./shell.js";

export interface TreeEntry {
  readonly path: string;
  readonly entry: Entry;
}

/**
 * Everything below a folder, symbolic links not followed; empty where there is no folder. Dear: there may be any number
 * of them. The path must be canonical.
 */
export const fileTree = defineProbe<string, readonly TreeEntry[]>({
  kind: "fileTree",
  identify: tidy,
  subjects: (path) => [fileSubject(tidy(path)), `file:${tidy(path)}/**`, entriesSubject(tidy(path))],
  resolved: (_path, tree) =>
    tree.flatMap(({ path, entry }) =>
      entry.type === "directory" ? [fileSubject(path), entriesSubject(path)] : [fileSubject(path)],
    ),
  cost: "dear",
  script: (paths) => ({
    text: `g() { [ -d "$1" ] && find "$1" ! -path "$1" -print0; printf '\\0'
[ ! -d "$1" ] || QUOTING_STYLE=literal find "$1" ! -path "$1" -exec stat -c ${quote(ENTRY_FORMAT)} -- {} +; printf '\\0'; }
${paths.map((path) => `g ${quote(tidy(path))}\n`).join("")}:`,
  }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    return paths.map(() => readTree(cursor));
  },
});

function readTree(cursor: Cursor): readonly TreeEntry[] | ProbeFailure {
  const names: string[] = [];
  for (let name = cursor.until("\0"); name !== ""; name = cursor.until("\0")) names.push(name);
  const readings = names.map((name) => orFailure(() => readNamed(cursor, name)));
  const rest = cursor.until("\0");
  if (rest !== "") return new ProbeFailure("it changed while it was read");
  const failed = readings.find((one) => one instanceof ProbeFailure);
  return failed ?? readings.filter((one): one is TreeEntry => !(one instanceof ProbeFailure));
}

function readNamed(cursor: Cursor, name: string): TreeEntry {
  const path = decoded(name);
  const entry = readEntry(cursor, path)?.();
  if (entry === undefined) throw new ProbeFailure("it changed while it was read");
  return { path, entry };
}
