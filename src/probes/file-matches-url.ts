import { defineProbe, ProbeFailure } from "../contract/query.js";
import { type Fetch, fetchFunction, fetchSubjects } from "./http-fetch.js";
import { fileSubject, tidy } from "./file-way.js";
import { Cursor, orFailure, quote } from "./shell.js";

export type HashAlgorithm = "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

export interface UrlMatchKey {
  /** A regular file; canonical. */
  readonly path: string;
  readonly algorithm: HashAlgorithm;
  readonly fetch: Fetch;
  /** The URL serves a list of digests, and the file's stands beside this name. Absent: it serves the content. */
  readonly listedAs?: string;
}

/** Whether a file is the one that a URL serves, or that a list of a URL names. Nothing is kept. */
export const fileMatchesUrl = defineProbe<UrlMatchKey, boolean | { readonly problem: string }>({
  kind: "fileMatchesUrl",
  identify: ({ path, algorithm, fetch, listedAs = "" }) =>
    JSON.stringify([tidy(path), algorithm, listedAs, fetch.curl]),
  subjects: ({ path }) => [fileSubject(tidy(path)), ...fetchSubjects],
  changed: ({ path }) => [fileSubject(tidy(path))],
  cost: "dear",
  script: (keys) => ({ text: keys.map(question).join("") }),
  parse: (output, keys) => {
    const cursor = new Cursor(output);
    return keys.map(() => orFailure(() => answer(cursor)));
  },
});

/** The status and the digest come from two ends of a pipe; the status is there first, since the digest waits for its end. */
function question({ path, algorithm, fetch, listedAs }: UrlMatchKey): string {
  const wanted = listedAs === undefined ? `${algorithm}sum` : `listed ${quote(listedAs)} ${algorithm}`;
  return `${fetchFunction("fetch", fetch)}${LISTED}
{ { fetch 2>&4; printf '\\n=%s\\0' "$?" >&4; } | ${wanted}; } 4>&1 | cat
printf '\\0'
${algorithm}sum <${quote(tidy(path))}; printf '\\0'
`;
}

function answer(cursor: Cursor): boolean | { readonly problem: string } {
  const said = cursor.until("\0");
  const wanted = /^[0-9a-f]+/.exec(cursor.until("\0"))?.[0];
  const real = /^[0-9a-f]+/.exec(cursor.until("\0"))?.[0];
  const [, complaint = "", status] = /^([^]*)\n=(\d+)$/.exec(said) ?? [];
  if (status !== "0") return { problem: lastLine(complaint) || "it cannot be fetched" };
  if (wanted === undefined) return { problem: "the list of checksums names none for the file" };
  if (real === undefined) throw new ProbeFailure("the file cannot be read");
  return wanted === real;
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

const DIGITS = { md5: 32, sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 } as const;

/**
 * The shell function `listed NAME ALGORITHM`: the digest that a list on stdin names for a file. Lists are lines of
 * `DIGEST  NAME`, `DIGEST *NAME`, with or without `./`; or one digest alone, for whatever file.
 */
export const LISTED = `listed() { awk -v name="$1" -v digits=$(case $2 in ${Object.entries(DIGITS)
  .map(([name, count]) => `(${name}) echo ${count} ;;`)
  .join(" ")} esac) '
{ sub(/\\r$/, ""); digest = tolower($1); bare = $0
sub(/^[^ \\t]+[ \\t]+[*]?/, "", bare); while (sub(/^\\.\\//, "", bare)); }
digest ~ /^[0-9a-f]+$/ && length(digest) == digits {
if (NF == 1) alone = digest
else if (bare == name && found == "") found = digest }
{ if (NF > 0) lines++ }
END { if (found == "" && lines == 1) found = alone; if (found != "") print found }'; }
`;
