import { ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { type Cursor, decoded } from "./shell.js";

/** A symbolic link that was followed. */
export interface Link {
  readonly path: string;
  readonly owner: string;
}

/** How a path leads to a file. */
export interface Way {
  /** Canonical path: no symbolic links in it. Exists or not. */
  readonly real: string;
  /** The links that were followed, in order. */
  readonly links: readonly Link[];
}

/**
 * `walk PATH`: R is the canonical path, K grows by `//LINK:OWNER UID` for each link on the way, S tells a loop.
 * /proc/self is taken for a folder: it leads elsewhere for each who asks. No process is started unless there is a link, and the last link is remembered: a thousand paths below /var/run cost
 * one look at it.
 */
export const WALK = `
walk() { R= w=$1 i=0 S=
while w=\${w#"\${w%%[!/]*}"}; [ -n "$w" ]; do
c=\${w%%/*}
case $w in */*) w=\${w#*/} ;; *) w= ;; esac
case $c in .) continue ;; ..) R=\${R%/*}; continue ;; esac
[ -L "$R/$c" ] || { R=$R/$c; continue; }
case $R/$c in /proc/self|/proc/thread-self) R=$R/$c; continue ;; esac
i=$((i + 1)); [ "$i" -le 40 ] || { S=loop; return; }
[ "$R/$c" = "$ml" ] || { ml=$R/$c; mt=$(readlink -n -- "$ml"; echo x); mo=$(stat -c '%U %u' -- "$ml"); }
K=$K/$ml:$mo w=\${mt%x}/$w
case $mt in /*) R= ;; esac
done; }
# Whether the nearest folder that can be seen can be searched: otherwise nobody knows what is in it.
seen() { s=$1; while [ ! -e "\${s:-/}" ]; do s=\${s%/*}; done; [ ! -d "\${s:-/}" ] || [ -x "\${s:-/}" ]; }
# enter PATH: D its folder's canonical path, V the links on the way to the folder, q the canonical path of the entry.
# Y tells a loop among them.
L= D= V= Y= ml=
enter() { d=\${1%/*} b=\${1##*/}
case $b in .|..) K=; walk "$1"; V=$K Y=$S q=$R L=// ;;
*) [ "$d" = "$L" ] || { L=$d K=; walk "$d"; D=$R V=$K Y=$S; }
q=$D/$b ;;
esac; }
`;

const LINK = /^(.*):(.*) (\d+)$/s;

/** Reads `CANONICAL\\0LINKS\\0`. */
export function readWay(cursor: Cursor): () => Way {
  const real = cursor.until("\0");
  const links = cursor.until("\0");
  return () => ({ real: decoded(real) || "/", links: links === "" ? [] : links.slice(2).split("//").map(readLink) });
}

function readLink(text: string): Link {
  const [, path, owner, uid] = LINK.exec(text) ?? [];
  if (path === undefined || owner === undefined || uid === undefined) {
    throw new ProbeFailure(`unexpected link ${JSON.stringify(text)}`);
  }
  return { path: `/${decoded(path)}`, owner: owner === "UNKNOWN" ? uid : owner };
}

/** One spelling for each path: no double slashes, no `.`, no slash at the end. `..` stays: it follows links. */
export function tidy(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return `/${parts.join("/")}`;
}

export function fileSubject(path: string): Subject {
  return `file:${path}`;
}

/** What a way depends on. */
export function waySubjects(way: Way): readonly Subject[] {
  return [fileSubject(way.real), ...way.links.map((link) => fileSubject(link.path))];
}

/** What a change of the file at the end of a way changes: not the way. */
export function changedSubjects(path: string, { real }: Way): readonly Subject[] {
  return [fileSubject(tidy(path)), fileSubject(real)];
}

/** As many as a way may have; more are taken for a loop. */
export const mostLinks = 40;

/** The list of names in a folder (and what changes with it: its times, its link count). */
export function entriesSubject(folder: string): Subject {
  return `file:${folder === "/" ? "" : folder}/.`;
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
