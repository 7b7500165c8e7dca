import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { FileStat } from "./file-stat.js";
import { fileSubject, tidy } from "./file-way.js";
import { calls, Cursor } from "./shell.js";

/** SHA-256 of the contents of several files, one behind the other. The paths must be canonical. */
export const filesDigest = defineProbe<readonly string[], string>({
  kind: "filesDigest",
  identify: (paths) => JSON.stringify(paths.map(tidy)),
  subjects: (paths) => paths.map((path) => fileSubject(tidy(path))),
  cost: "dear",
  script: (keys) => ({
    text: keys.map((paths) => `{ ${calls("cat --", paths.map(tidy))}:; } 2>&1 | sha256sum\n`).join(""),
  }),
  // Whoever changes what is in a file names more than its entry.
  infer: (_paths, was, { query, value }) =>
    query?.probe.kind === "fileStat" && (value as FileStat).entry?.type === "file" ? was : undefined,
  parse: (output, keys) => {
    const cursor = new Cursor(output);
    return keys.map(() => cursor.match(/([0-9a-f]{64}) +-\n/y)?.[1] ?? new ProbeFailure("the files cannot be read"));
  },
});
