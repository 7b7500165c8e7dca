import { defineProbe, ProbeFailure, type Cost } from "../contract/query.js";
import { fileSubject, tidy } from "./file-way.js";
import { binary, Cursor, quote, slices } from "./shell.js";

export interface HashKey {
  readonly path: string;
  readonly algorithm: "sha1" | "sha224" | "sha256" | "sha384" | "sha512" | "md5";
  /** Dear for a file that is known to be big. */
  readonly cost: Cost;
}

/** Hex digest of a regular file; null when there is none, or it cannot be read. The path must be canonical. */
export const fileHash = defineProbe<HashKey, string | null>({
  kind: "fileHash",
  identify: ({ algorithm, path }) => `${algorithm}:${tidy(path)}`,
  subjects: ({ path }) => [fileSubject(tidy(path))],
  cost: ({ cost }) => cost,
  script: (keys) => ({
    text: `g() { x=$1 n=$(($# - 1)); shift
while [ "$n" -gt 0 ]; do n=$((n - 1)) p=$1; shift; [ ! -f "$p" ] || [ ! -r "$p" ] || set -- "$@" "$p"; done
[ $# -eq 0 ] || "$x" -- "$@" 2>/dev/null
printf '\\0'; }
${batches(keys)
  .map((batch) => `g ${batch[0]?.algorithm ?? ""}sum ${batch.map((key) => quote(tidy(key.path))).join(" ")}\n`)
  .join("")}:`,
  }),
  parse: (output, keys) => {
    const cursor = new Cursor(output);
    const found = new Map<HashKey, string | null>();
    for (const batch of batches(keys)) {
      for (const key of batch) found.set(key, readLine(cursor, tidy(key.path)));
      if (!cursor.skip("\0")) throw new ProbeFailure("the answer is not understood");
    }
    return keys.map((key) => found.get(key) ?? null);
  },
});

/** Keys of one algorithm go to one process. */
function batches(keys: readonly HashKey[]): readonly (readonly HashKey[])[] {
  const algorithms = [...new Set(keys.map((key) => key.algorithm))];
  return algorithms.flatMap((algorithm) => slices(keys.filter((key) => key.algorithm === algorithm)));
}

/** GNU tools mark a line whose name is escaped by a backslash in front. */
function readLine(cursor: Cursor, path: string): string | null {
  const start = cursor.at;
  const digest = cursor.match(/\\?([0-9a-f]{32,128}) [ *]/y)?.[1];
  const name = binary(path);
  const escaped = name.replace(/[\\\n\r]/g, (char) => ({ "\\": "\\\\", "\n": "\\n", "\r": "\\r" })[char] ?? char);
  if (digest !== undefined && (cursor.skip(`${name}\n`) || cursor.skip(`${escaped}\n`))) return digest;
  cursor.at = start;
  return null;
}
