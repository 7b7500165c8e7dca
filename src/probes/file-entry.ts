import { ProbeFailure } from "../contract/query.js";
import { binary, type Cursor, decoded } from "./shell.js";

export type EntryType = "file" | "directory" | "link" | "other";

/** What lies at a path, itself: a symbolic link is not followed. */
export interface Entry {
  readonly type: EntryType;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  /** Name, or the number as text where it has no name. */
  readonly owner: string;
  readonly group: string;
  /** Of a regular file; null for everything else, and in a dry run for a file whose content nobody knows yet. */
  readonly sizeBytes: number | null;
  /** A regular file that has other names too (hard links). */
  readonly shared: boolean;
  /** Of a symbolic link: the text in it. */
  readonly target?: string;
}

/** `stat -c` format; GNU stat prints names raw under QUOTING_STYLE=literal, busybox always does. */
export const ENTRY_FORMAT = "%f %s %h %u:%g:%U:%G:%N";

const LINE = /([0-9a-f]+) (\d+) (\d+) (\d+):(\d+):([^:]*):([^:]*):/y;
const TYPES: Readonly<Record<number, EntryType>> = { 0o100000: "file", 0o40000: "directory", 0o120000: "link" };

/** Reads the line of `path`; undefined when the next line is another's: stat found nothing there. */
export function readEntry(cursor: Cursor, path: string): (() => Entry) | undefined {
  const start = cursor.at;
  const fields = cursor.match(LINE);
  if (fields === undefined) return undefined;
  const [, raw = "", size = "", names = "", uid = "", gid = "", user = "", group = ""] = fields;
  const bits = parseInt(raw, 16);
  const type = TYPES[bits & 0o170000] ?? "other";
  const name = binary(path);
  const quoted = cursor.skip(`'${name}'`);
  if (!quoted && !cursor.skip(name)) {
    cursor.at = start;
    return undefined;
  }
  const target = type === "link" && cursor.skip(" -> ") ? readTarget(cursor, Number(size), quoted) : undefined;
  if (!cursor.skip("\n")) {
    cursor.at = start;
    return undefined;
  }
  return () => ({
    type,
    mode: bits & 0o7777,
    owner: nameOr(user, uid),
    group: nameOr(group, gid),
    sizeBytes: type === "file" ? Number(size) : null,
    shared: type === "file" && Number(names) > 1,
    ...(target !== undefined && { target: decoded(target) }),
  });
}

/** A link's size is the length of its text, except in /proc. */
function readTarget(cursor: Cursor, size: number, quoted: boolean): string {
  if (quoted) cursor.skip("'");
  const length = size > 0 ? size : cursor.text.indexOf(quoted ? "'\n" : "\n", cursor.at) - cursor.at;
  if (length < 0) throw new ProbeFailure("the answer ends too early");
  const target = cursor.take(length);
  if (quoted) cursor.skip("'");
  return target;
}

function nameOr(name: string, id: string): string {
  return name === "UNKNOWN" || name === "" ? id : decoded(name);
}
