import { defineProbe, ProbeFailure, type TouchCause } from "../contract/query.js";
import { ENTRY_FORMAT, type Entry, readEntry } from "./file-entry.js";
import { fileSubject, readWay, tidy, WALK, type Way, waySubjects } from "./file-way.js";
import type { Subject } from "../contract/subject.js";
import { emptied, isGoneWith } from "./file-below.js";
import { calls, Cursor, orFailure, quote, slices } from "./shell.js";

/** What is at the end of a way; `entry` is null when nothing is there. */
export interface Found extends Way {
  readonly entry: Entry | null;
}

/** A path's entry itself, and for a symbolic link what it leads to. */
export interface FileStat extends Found {
  readonly followed?: Found;
}

const SCRIPT = `${WALK}
g() { a=
for p do enter "$p"
if [ -n "$Y" ]; then printf 'o\\0\\0'
elif [ -L "$q" ]; then a=1 K=$V; walk "$q"; printf 'l%s\\0%s\\0%s\\0%s\\0' "$q" "$V" "$R" "$K"
elif [ -e "\${q:-/}" ]; then printf 'p%s\\0%s\\0' "$q" "$V"
elif seen "$q"; then printf 'a%s\\0%s\\0' "$q" "$V"
else printf 'x%s\\0%s\\0' "$s" ""; fi
done
QUOTING_STYLE=literal stat -c ${quote(ENTRY_FORMAT)} -- "$@" 2>/dev/null
printf '\\0'
[ -z "$a" ] || QUOTING_STYLE=literal stat -L -c ${quote(ENTRY_FORMAT)} -- "$@" 2>/dev/null
printf '\\0'; }
`;

/** Type, mode, owner, group and size of a path. Its folders' links are followed; a link at its end is told apart. */
export const fileStat = defineProbe<string, FileStat>({
  kind: "fileStat",
  identify: tidy,
  subjects: (path) => [fileSubject(tidy(path))],
  resolved: (_path, stat) => [...waySubjects(stat), ...(stat.followed === undefined ? [] : waySubjects(stat.followed))],
  script: (paths) => ({ text: `${SCRIPT}${calls("g", paths.map(tidy))}:` }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    return slices(paths.map(tidy)).flatMap((slice) => readSlice(cursor, slice));
  },
  infer,
});

type Reading = (entry: Found["entry"] | undefined, followed: Found["entry"]) => FileStat;

function readSlice(cursor: Cursor, paths: readonly string[]): readonly (FileStat | ProbeFailure)[] {
  const readings = paths.map(() => readRecord(cursor));
  const entries = paths.map((path) => readEntry(cursor, path));
  cursor.until("\0");
  const followed = paths.map((path) => readEntry(cursor, path));
  cursor.until("\0");
  return readings.map((reading, i) => orFailure(() => reading(entries[i]?.(), followed[i]?.() ?? null)));
}

function readRecord(cursor: Cursor): Reading {
  const status = cursor.take(1);
  const way = readWay(cursor);
  const end = status === "l" ? readWay(cursor) : undefined;
  return (entry, followed) => {
    switch (status) {
      case "a":
        return { ...way(), entry: null };
      case "x":
        throw new ProbeFailure(`no permission to look into ${way().real}`);
      case "o":
        throw new ProbeFailure("too many symbolic links on the way (a loop?)");
      default:
        if (entry === undefined) throw new ProbeFailure("it changed while it was read");
        return { ...way(), entry, ...(end !== undefined && { followed: { ...end(), entry: followed } }) };
    }
  };
}

/** The same place under another name: what was predicted there is true here. Below a removed folder nothing is left. */
function infer(_path: string, was: FileStat | undefined, cause: TouchCause): FileStat | undefined {
  if (was === undefined || cause.kind !== "becomes" || cause.query === undefined) return undefined;
  const gone = cause.value === false ? emptied(cause.query) : undefined;
  if (gone !== undefined) return goneBelow(was, gone);
  if (cause.query.probe.kind !== "fileStat") return undefined;
  const there = placeAt(cause.value as FileStat, cause.subject);
  if (there === undefined || there.entry?.type === "link") return undefined;
  const { real, entry } = there;
  if (was.followed === undefined) return was.real === real ? { real, links: was.links, entry } : undefined;
  return was.followed.real === real ? { ...was, followed: { ...was.followed, entry } } : undefined;
}

/** What an answer says about a canonical path: its own, or that at the end of its link. */
export function placeAt(stat: FileStat, subject: Subject): Found | undefined {
  if (subject === fileSubject(stat.real)) return stat;
  return stat.followed !== undefined && subject === fileSubject(stat.followed.real) ? stat.followed : undefined;
}

function goneBelow(was: FileStat, folder: string): FileStat | undefined {
  const { real, links, followed } = was;
  if (isGoneWith(was, folder)) return { real, links, entry: null };
  return followed !== undefined && isGoneWith(followed, folder)
    ? { ...was, followed: { ...followed, entry: null } }
    : undefined;
}
