import { randomBytes } from "node:crypto";
import { defineProbe, ProbeFailure, type Read, type TouchCause, Unknown } from "../contract/query.js";
import type { Entry } from "./file-entry.js";
import { endOf, entryAt, fileStat } from "./file-stat.js";
import { emptied, isGoneWith } from "./file-below.js";
import { changedSubjects, fileSubject, mostLinks, readWay, tidy, WALK, type Way, waySubjects } from "./file-way.js";
import { binary, calls, Cursor, orFailure, slices } from "./shell.js";

/** Files up to this size are read whole; of bigger ones only the hash is asked (see file-hash.ts). */
export const maxTextBytes = 256 * 1024;

/** The content at the end of a path, symbolic links followed. */
export type FileText = Way &
  (
    | { readonly kind: "absent" }
    | { readonly kind: "bytes"; readonly bytes: Buffer }
    | { readonly kind: "big" }
    /** A folder, a device: nothing with a content. */
    | { readonly kind: "none" }
  );

/**
 * One process reads a hundred files: `head -v` puts a line with the file's name before each. So that no content can be
 * taken for such a line, names get a prefix that leads nowhere and cannot be guessed: `/` and `/.` in a random order.
 * /dev/null stands first in each call, so that a newline precedes the line of every real file.
 */
function script(paths: readonly string[]): string {
  const bits = [...randomBytes(12)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const prefix = bits.replaceAll("0", "/").replaceAll("1", "/.");
  return `${WALK}
N=${prefix}; printf '%s\\0' "$N"
g() { n=$#
while [ "$n" -gt 0 ]; do n=$((n - 1)) p=$1; shift; enter "$p"
K=$V R=$q S=$Y; [ -n "$S" ] || [ ! -L "$q" ] || walk "$q"
if [ -n "$S" ]; then printf 'o\\0\\0'
elif [ -f "$R" ]; then if [ -r "$R" ]; then printf 'r%s\\0%s\\0' "$R" "$K"; set -- "$@" "$N$p"
else printf 'x%s\\0%s\\0' "$R" "$K"; fi
elif [ -e "\${R:-/}" ]; then printf 'd%s\\0%s\\0' "$R" "$K"
elif seen "$R"; then printf 'a%s\\0%s\\0' "$R" "$K"
else printf 'x%s\\0%s\\0' "$s" ""; fi
done
head -v -c ${maxTextBytes + 1} -- "$N/dev/null" "$@" 2>/dev/null
printf '\\n==> %s/\\n' "$N"; }
${calls("g", paths)}:`;
}

export const fileText = defineProbe<string, FileText>({
  kind: "fileText",
  identify: tidy,
  subjects: (path) => [fileSubject(tidy(path))],
  resolved: (_path, text) => waySubjects(text),
  changed: changedSubjects,
  script: (paths) => ({ text: script(paths.map(tidy)) }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    const prefix = cursor.until("\0");
    return slices(paths.map(tidy)).flatMap((slice) => readSlice(cursor, prefix, slice));
  },
  infer,
  otherwise: throughEntry,
});

interface Reading {
  readonly status: string;
  readonly way: () => Way;
}

function readSlice(cursor: Cursor, prefix: string, paths: readonly string[]): readonly (FileText | ProbeFailure)[] {
  const readings = paths.map((): Reading => ({ status: cursor.take(1), way: readWay(cursor) }));
  const line = `==> ${prefix}`;
  if (!cursor.skip(`${line}/dev/null <==\n`)) throw new ProbeFailure("the answer is not understood");
  const contents = readings.map(({ status }, i) => {
    if (status !== "r" || !cursor.skip(`\n${line}${binary(paths[i] ?? "")} <==\n`)) return undefined;
    const end = cursor.text.indexOf(`\n${line}/`, cursor.at);
    if (end < 0) throw new ProbeFailure("the answer ends too early");
    return cursor.take(end - cursor.at);
  });
  cursor.until(`${line}/\n`);
  return readings.map((reading, i) => orFailure(() => valueOf(reading, contents[i])));
}

function valueOf({ status, way }: Reading, content: string | undefined): FileText {
  switch (status) {
    case "a":
      return { ...way(), kind: "absent" };
    case "d":
      return { ...way(), kind: "none" };
    case "x":
      throw new ProbeFailure(`no permission to read ${way().real}`);
    case "o":
      throw new ProbeFailure("too many symbolic links on the way (a loop?)");
    default:
      if (content === undefined) throw new ProbeFailure("it changed while it was read");
      if (content.length > maxTextBytes) return { ...way(), kind: "big" };
      return { ...way(), kind: "bytes", bytes: Buffer.from(content, "latin1") };
  }
}

/** Under another name, or after a change of attributes alone. */
function infer(_path: string, was: FileText | undefined, cause: TouchCause): FileText | undefined {
  if (was === undefined || cause.kind !== "becomes" || cause.query === undefined) return undefined;
  const gone = cause.value === false ? emptied(cause.query) : undefined;
  if (gone !== undefined && isGoneWith(was, gone)) return { real: was.real, links: was.links, kind: "absent" };
  if (cause.subject !== fileSubject(was.real)) return undefined;
  const { kind } = cause.query.probe;
  if (kind === "fileHash") return was;
  if (kind === "fileText") return { ...(cause.value as FileText), links: was.links };
  const there = entryAt(cause);
  return there === undefined ? undefined : textOf(was, there.entry);
}

/** A change that writes content names the text besides the entry. */
function textOf(was: FileText, entry: Entry | null): FileText | undefined {
  const { real, links } = was;
  if (entry === null) return { real, links, kind: "absent" };
  if (entry.type !== "file") return entry.type === "link" ? undefined : { real, links, kind: "none" };
  const size = entry.sizeBytes;
  if (size === null) return undefined;
  const isSame = was.kind === "bytes" ? size === was.bytes.length : was.kind === "big" && size > maxTextBytes;
  return isSame ? was : undefined;
}

/** Where earlier tasks leave the way to the file, its text by its canonical name. */
async function throughEntry(path: string, ask: Read["maybe"]): Promise<FileText | Unknown | undefined> {
  const stat = await ask(fileStat(path));
  if (stat instanceof Unknown || endOf(stat).links.length >= mostLinks) return undefined;
  const { real, links, entry } = endOf(stat);
  if (entry === null) return { real, links, kind: "absent" };
  if (entry.type !== "file") return { real, links, kind: "none" };
  if (real === tidy(path)) return undefined;
  const there = await ask(fileText(real));
  return there instanceof Unknown ? there : { ...there, real, links };
}
