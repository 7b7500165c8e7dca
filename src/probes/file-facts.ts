import { defineProbe, ProbeFailure, type Read, Unknown } from "../contract/query.js";
import type { HashKey } from "./file-hash.js";
import { endOf, fileStat } from "./file-stat.js";
import { fileSubject, readWay, tidy, WALK, type Way, waySubjects } from "./file-way.js";
import { Cursor, decoded, orFailure, quote } from "./shell.js";

export interface FactsKey {
  readonly path: string;
  /** Symbolic links at the end are followed. */
  readonly follow: boolean;
  /** Hash the file too, when it is regular, readable and no bigger than `maxHashedBytes`. */
  readonly algorithm?: HashKey["algorithm"];
}

export const maxHashedBytes = 16 * 1024 * 1024;

/** All that stat tells, and what the lane may do. */
export interface Facts {
  /** File type and permissions, as in st_mode. */
  readonly rawMode: number;
  readonly sizeBytes: number;
  readonly names: number;
  readonly inode: number;
  readonly device: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly accessed: number;
  readonly modified: number;
  readonly changed: number;
  /** Absent: the number has no name. */
  readonly owner?: string;
  readonly group?: string;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  /** Of a symbolic link: the text in it, and the canonical path that it leads to. */
  readonly link?: { readonly target: string; readonly source: string };
  readonly hash?: string;
}

/** `facts` is null where nothing is. */
export type FileFacts = Way & { readonly facts: Facts | null };

const SCRIPT = `${WALK}
may() { [ "$1" "$R" ] && printf 1 || printf 0; }
g() { enter "$1"; K=$V R=$q S=$Y W=
if [ -z "$S" ] && [ -L "$q" ]; then walk "$q"; W=$R; [ "$2" = 1 ] || R=$q S=; fi
if [ -n "$S" ]; then printf 'o\\0\\0'
elif [ -e "\${R:-/}" ] || [ -L "$R" ]; then R=\${R:-/}
printf 'p%s\\0%s\\0' "$R" "$K"; stat -c '%f %s %h %i %d %u %g %X %Y %Z %U:%G:' -- "$R" 2>/dev/null
may -r; may -w; may -x; printf '\\0'
if [ -L "$R" ]; then readlink -n -- "$R"; printf '\\0%s\\0' "$W"; else printf '\\0\\0'; fi
if [ -n "$3" ] && [ -f "$R" ] && [ ! -L "$R" ] && [ -r "$R" ] && [ "$(stat -c %s -- "$R")" -le ${maxHashedBytes} ]; then "$3" <"$R"; fi
printf '\\0'
elif seen "$R"; then printf 'a%s\\0%s\\0' "$R" "$K"
else printf 'x%s\\0%s\\0' "$s" ""; fi; }
`;

/** What the module `stat` tells of a path. */
export const fileFacts = defineProbe<FactsKey, FileFacts>({
  kind: "fileFacts",
  identify: ({ path, follow, algorithm = "" }) => `${follow ? "end" : "self"}:${algorithm}:${tidy(path)}`,
  subjects: ({ path }) => [fileSubject(tidy(path))],
  resolved: (_key, facts) => waySubjects(facts),
  script: (keys) => ({
    text: `${SCRIPT}${keys
      .map(({ path, follow, algorithm }) => {
        const tool = algorithm === undefined ? "" : `${algorithm}sum`;
        return `g ${quote(tidy(path))} ${follow ? 1 : 0} ${quote(tool)}\n`;
      })
      .join("")}:`,
  }),
  parse: (output, keys) => {
    const cursor = new Cursor(output);
    return keys.map(() => readRecord(cursor)).map((read) => orFailure(read));
  },
  otherwise: nothingThere,
});

/** Takes a whole record, so that a failure in it does not spoil the next one. */
function readRecord(cursor: Cursor): () => FileFacts {
  const status = cursor.take(1);
  const way = readWay(cursor);
  if (status !== "p") return () => nothing(status, way());
  const [fields = "", target = "", source = "", hash = ""] = Array.from({ length: 4 }, () => cursor.until("\0"));
  return () => ({
    ...way(),
    facts: {
      ...readFields(fields),
      ...(source !== "" && { link: { target: decoded(target), source: decoded(source) } }),
      ...(hash !== "" && { hash: hash.replace(/ .*/s, "") }),
    },
  });
}

function nothing(status: string, way: Way): FileFacts {
  switch (status) {
    case "a":
      return { ...way, facts: null };
    case "x":
      throw new ProbeFailure(`no permission to look into ${way.real}`);
    default:
      throw new ProbeFailure("too many symbolic links on the way (a loop?)");
  }
}

const FIELDS =
  /^([0-9a-f]+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (-?\d+) (-?\d+) (-?\d+) ([^:]*):([^:]*):\n([01])([01])([01])$/;

function readFields(text: string): Omit<Facts, "link" | "hash"> {
  const [, mode = "", ...rest] = FIELDS.exec(text) ?? [];
  if (mode === "") throw new ProbeFailure("it changed while it was read");
  const [sizeBytes, names, inode, device, uid, gid, accessed, modified, changed] = rest.slice(0, 9).map(Number) as Nine;
  const [owner, group] = rest
    .slice(9, 11)
    .map((name) => (name === "UNKNOWN" || name === "" ? undefined : decoded(name)));
  const [readable, writable, executable] = rest.slice(11).map((bit) => bit === "1") as [boolean, boolean, boolean];
  return {
    rawMode: parseInt(mode, 16),
    ...{ sizeBytes, names, inode, device, uid, gid, accessed, modified, changed },
    ...(owner !== undefined && { owner }),
    ...(group !== undefined && { group }),
    ...{ readable, writable, executable },
  };
}

type Nine = [number, number, number, number, number, number, number, number, number];

/** Times cannot be foretold; that nothing will be there can. */
async function nothingThere({ path, follow }: FactsKey, ask: Read["maybe"]): Promise<FileFacts | undefined> {
  const stat = await ask(fileStat(path));
  if (stat instanceof Unknown) return undefined;
  const { real, links, entry } = follow ? endOf(stat) : stat;
  return entry === null ? { real, links, facts: null } : undefined;
}
