import { defineProbe, ProbeFailure, type Read, type TouchCause, Unknown } from "../contract/query.js";
import type { Arrived } from "./file-arrived.js";
import { ENTRY_FORMAT, type Entry, readEntry } from "./file-entry.js";
import {
  changedSubjects,
  fileSubject,
  mostLinks,
  parentOf,
  readWay,
  tidy,
  WALK,
  type Way,
  waySubjects,
} from "./file-way.js";
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
  changed: changedSubjects,
  script: (paths) => ({ text: `${SCRIPT}${calls("g", paths.map(tidy))}:` }),
  parse: (output, paths) => {
    const cursor = new Cursor(output);
    return slices(paths.map(tidy)).flatMap((slice) => readSlice(cursor, slice));
  },
  infer,
  otherwise: throughFolder,
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
  // Whoever changes what is in a file names its entry too.
  if (["fileText", "fileHash", "fileMatchesUrl"].includes(cause.query.probe.kind)) return was;
  const there = entryAt(cause);
  if (there === undefined || there.entry?.type === "link") return undefined;
  const { real, entry } = there;
  // What is no link takes the place of one, too.
  if (was.real === real) return { real, links: was.links, entry };
  return was.followed?.real === real ? { ...was, followed: { ...was.followed, entry } } : undefined;
}

/** The entry of a canonical path that a change names. */
export function entryAt({ query, value, subject }: TouchCause): Found | undefined {
  if (query?.probe.kind === "fileArrived" && value !== null) {
    const entry: Entry = { type: "file", ...(value as Arrived), sizeBytes: null, shared: false };
    return { real: tidy(query.key as string), links: [], entry };
  }
  if (query?.probe.kind !== "fileStat") return undefined;
  const stat = value as FileStat;
  return subject === fileSubject(stat.real) ? stat : undefined;
}

/** Where a path leads to: itself, or the end of a symbolic link. */
export function endOf(stat: FileStat): Found {
  return stat.followed ?? stat;
}

/** Where earlier tasks leave the way to the folder, the entry by its canonical name. */
async function throughFolder(given: string, ask: Read["maybe"]): Promise<FileStat | Unknown | undefined> {
  const path = tidy(given);
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "" || name === "..") return undefined;
  const parent = await ask(fileStat(parentOf(path)));
  if (parent instanceof Unknown || endOf(parent).links.length >= mostLinks) return undefined;
  const folder = endOf(parent);
  const real = `${folder.real === "/" ? "" : folder.real}/${name}`;
  if (folder.entry?.type !== "directory") return { real, links: folder.links, entry: null };
  if (real === path) return undefined;
  const there = await ask(fileStat(real));
  return there instanceof Unknown ? there : behind(folder.links, there);
}

function behind(links: Way["links"], { followed, ...stat }: FileStat): FileStat {
  const on = <W extends Way>(way: W): W => ({ ...way, links: [...links, ...way.links] });
  return { ...on(stat), ...(followed !== undefined && { followed: on(followed) }) };
}

function goneBelow(was: FileStat, folder: string): FileStat | undefined {
  const { real, links, followed } = was;
  if (isGoneWith(was, folder)) return { real, links, entry: null };
  return followed !== undefined && isGoneWith(followed, folder)
    ? { ...was, followed: { ...followed, entry: null } }
    : undefined;
}
