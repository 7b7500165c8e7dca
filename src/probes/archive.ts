import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { type ArchiveEntry, readTarListing } from "./archive-entry.js";
import { fileSubject, tidy } from "./file-way.js";
import { Cursor, decoded, orFailure, quote } from "./shell.js";
import { maxZipDirectoryBytes, readZipDirectory } from "./zip-directory.js";

/** An archive on the host (a canonical path), or one of the controller's, which is sent to be looked at. */
export type ArchiveSource = { readonly path: string } | { readonly bytes: Buffer; readonly sha256: string };

export interface ArchiveKey {
  readonly source: ArchiveSource;
  /** Only these entries. Absent: all. */
  readonly members?: readonly string[];
}

export interface Archive {
  readonly format: "tar" | "zip";
  /** Read by GNU tar, which can unpack a part and leaves folders that are there as they are. */
  readonly isGnu: boolean;
  /** In the archive's order. */
  readonly entries: readonly ArchiveEntry[];
  /** SHA-256 of the contents of all regular files (of the members), one behind the other. */
  readonly contentSha256: string;
}

/** The packages that have the programs that formats need. */
const PROGRAMS = ["tar", "gzip", "bzip2", "xz", "zstd", "unzip"];

/**
 * What is in an archive: tar, plain or compressed by gzip, bzip2, xz or zstd; of those on the host also zip. Nothing
 * is unpacked.
 */
export const archive = defineProbe<ArchiveKey, Archive>({
  kind: "archive",
  identify: ({ source, members }) =>
    JSON.stringify(["path" in source ? source.path : source.sha256, ...(members ?? ["*"])]),
  subjects: ({ source }) => [
    ...("path" in source ? [fileSubject(tidy(source.path))] : []),
    ...PROGRAMS.flatMap((name): Subject[] => [`file:/usr/bin/${name}`, `file:/bin/${name}`]),
  ],
  changed: ({ source }) => ("path" in source ? [fileSubject(tidy(source.path))] : []),
  cost: "dear",
  script: (keys) => ({
    text: `${UNPACK}${LOOK}${keys.map((key) => question(key, keys.length > 1)).join("")}`,
    stdin: Buffer.concat(keys.map(({ source }) => ("bytes" in source ? source.bytes : Buffer.alloc(0)))),
  }),
  parse: (output, keys) => {
    const cursor = new Cursor(output);
    return keys.map(() => orFailure(() => readArchive(cursor)));
  },
});

function question({ source, members = [] }: ArchiveKey, isOneOfSeveral: boolean): string {
  const words = members.map((name) => quote(name)).join(" ");
  if ("path" in source) {
    const path = quote(tidy(source.path));
    return `path=${path}; how=$(how <"$path"); look ${words} <"$path"\n`;
  }
  const { bytes } = source;
  const input = isOneOfSeveral ? `dd bs=${bytes.length} count=1 iflag=fullblock 2>/dev/null` : "cat";
  return `path=; how=${compression(bytes)}; ${input} | look ${words}\n`;
}

function readArchive(cursor: Cursor): Archive {
  const kind = cursor.until("\n");
  const body = cursor.until("\0\n");
  const said = cursor.until("\0\n").split("\n");
  const contentSha256 = said.flatMap((line) => /^=digest ([0-9a-f]{64})/.exec(line)?.[1] ?? [])[0];
  const failed = said.some((line) => /^=(tar|unpack|unzip) [^0]/.test(line));
  const complaint = said.filter((line) => line !== "" && !line.startsWith("="))[0];
  if (failed || contentSha256 === undefined)
    throw new ProbeFailure(decoded(complaint ?? "it is no archive of a kind that is known"));
  if (kind === "zip") {
    const entries = readZipDirectory(Buffer.from(body, "base64"));
    return { format: "zip", isGnu: false, entries, contentSha256 };
  }
  const entries = readTarListing(body, kind === "GNU").map((entry) => ({
    ...entry,
    name: decoded(entry.name),
    ...(entry.target !== undefined && { target: decoded(entry.target) }),
  }));
  return { format: "tar", isGnu: kind === "GNU", entries, contentSha256 };
}

/** As the shell function `how`. */
export function compression(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 6)).toString("hex");
  return MAGIC.find(([magic]) => start.startsWith(magic))?.[1] ?? "plain";
}

const MAGIC = [
  ["1f8b", "gzip"],
  ["425a68", "bzip2"],
  ["fd377a585a00", "xz"],
  ["28b52ffd", "zstd"],
  ["504b0304", "zip"],
  ["504b0506", "zip"],
] as const;

/** `how`: what stdin is compressed by. `unpack`: decompresses it, by $how. `is_gnu`: whose tar it is. */
export const UNPACK = `how() { case $(head -c 6 | od -An -tx1 | tr -d ' \\n') in
${MAGIC.map(([magic, name]) => `(${magic}*) echo ${name} ;;`).join("\n")}
(*) echo plain ;; esac; }
has() { command -v "$1" >/dev/null 2>&1 || { echo "to unpack it, the host needs $1" >&2; return 127; }; }
unpack() { case $how in (plain) cat ;; (*) has "$how" && "$how" -dc ;; esac; }
is_gnu() { case $(tar --version 2>/dev/null) in (*GNU*) return 0 ;; (*) return 1 ;; esac; }
`;

/**
 * `look MEMBERS`: reads stdin once, and prints the kind of listing, the listing, and beside complaints the digest of the
 * contents and how all ended. Of a zip ($path) the end stands for the listing: its directory is there.
 */
const LOOK = `look() {
if [ "$how" = zip ]; then echo zip; tail -c ${maxZipDirectoryBytes} | base64
said=$( { has unzip && { LC_ALL=C.UTF-8 unzip -p "$path" "$@"; echo "=unzip $?" >&2; } | digest; } 2>&1 )
else
if is_gnu; then echo GNU; options='--numeric-owner --quoting-style=escape -P'; else echo plain; options=; fi
{ said=$( { { unpack; echo "=unpack $?" >&2; } | {
{ tee /proc/self/fd/9 | contents "$@" 2>/dev/null | digest; } 9>&1 |
{ LC_ALL=C tar -tv $options -f - >&8; echo "=tar $?" >&2; cat >/dev/null; }; }; } 2>&1 ); } 8>&1
fi
printf '\\0\\n%s\\0\\n' "$said"; }
contents() { if [ $# -gt 0 ]; then tar -xO -f - --no-recursion -- "$@"; else tar -xO -f -; fi; }
digest() { sha256sum | sed 's/^/=digest /' >&2; }
`;
