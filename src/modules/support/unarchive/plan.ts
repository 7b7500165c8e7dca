import { hostError } from "../../../contract/error.js";
import type { Entry } from "../../../probes/file-entry.js";
import type { ArchiveEntry } from "../../../probes/archive-entry.js";
import { endOf, type FileStat, type Found } from "../../../probes/file-stat.js";
import { parentOf } from "../../../probes/file-way.js";
import { type Attributes, defaults, wantedAttributes } from "../attributes.js";
import type { Destination } from "../destination.js";
import type { UnarchiveParams } from "./params.js";
import type { Member } from "./select.js";

/** An entry of the archive (a hard link with mode and size of what it is the same as) and what stands in its place. */
export interface Planned {
  readonly member: Member;
  /** Where it goes: canonical. */
  readonly real: string;
  readonly old: Entry | null;
  /** Links on the way to it. */
  readonly links: FileStat["links"];
  /** Missing, of another kind, size or target. */
  readonly differs: boolean;
  /** As the archive's program leaves it. */
  readonly fresh: Attributes;
  /** As it shall be: after unpacking, and where nothing is unpacked. */
  readonly wanted: { readonly unpacked: Attributes; readonly kept: Attributes };
}

/** In the archive's order. `stats` are what stands at the members' places. */
export function plan(
  members: readonly Member[],
  stats: readonly FileStat[],
  destination: Destination,
  given: UnarchiveParams,
): readonly Planned[] {
  const base = endOf(destination.stat).entry;
  const entries = new Map(members.map(({ path, entry }) => [path, entry]));
  const planned = new Map<string, Planned>();
  for (const [i, member] of members.entries()) {
    const stat = stats[i];
    if (stat === undefined) continue;
    const { real } = placeOf(member, stat);
    const above = planned.get(parentOf(real));
    const parent = above === undefined ? base : folderOf(above.wanted.unpacked);
    planned.set(real, planOne(resolved(member, entries), stat, parent, destination, given));
  }
  return [...planned.values()];
}

/** A hard link has the mode and size of what it is the same as; a symbolic link has all permissions. */
function resolved(member: Member, entries: ReadonlyMap<string, ArchiveEntry>): Member {
  const { entry, target } = member;
  if (entry.type === "link") return { ...member, entry: { ...entry, mode: 0o777 } };
  const same = entry.type === "hard" ? entries.get(target ?? "") : undefined;
  return same === undefined ? member : { ...member, entry: { ...entry, mode: same.mode, sizeBytes: same.sizeBytes } };
}

/** A link to a folder stays where a folder goes; everything else takes the place of a link. */
function placeOf({ entry }: Member, stat: FileStat): Found {
  return entry.type === "directory" ? endOf(stat) : stat;
}

function planOne(
  member: Member,
  stat: FileStat,
  parent: Entry | null,
  { lane, names }: Destination,
  given: UnarchiveParams,
): Planned {
  const { type, mode } = member.entry;
  const isDirectory = type === "directory";
  const { entry: old, real } = placeOf(member, stat);
  requireSameKind(isDirectory, old, real);
  const fresh =
    isDirectory && old !== null ? old : { ...defaults(isDirectory ? "directory" : "file", lane, parent), mode };
  const kept = old === null || isDirectory ? fresh : { ...old, mode };
  // A link's mode cannot be changed.
  const asked = type === "link" ? { ...given, mode: undefined } : given;
  const wish = (from: Attributes): Attributes =>
    wantedAttributes(asked, names, from, { isDirectory, umask: lane.umask });
  const wanted = { unpacked: wish(fresh), kept: wish(kept) };
  return {
    member,
    real,
    old,
    links: isDirectory ? endOf(stat).links : stat.links,
    differs: isDifferent(member.entry, old),
    fresh,
    wanted,
  };
}

function isDifferent(entry: ArchiveEntry, old: Entry | null): boolean {
  if (old === null) return true;
  if (entry.type === "directory") return false;
  if (entry.type === "link") return old.type !== "link" || old.target !== entry.target;
  return old.type !== "file" || old.sizeBytes !== entry.sizeBytes;
}

function requireSameKind(isDirectory: boolean, old: Entry | null, real: string): void {
  if (old === null || (old.type === "directory") === isDirectory) return;
  const [here, there] = isDirectory ? ["no folder", "one"] : ["a folder", "none"];
  throw hostError(`${real} is ${here}, and in the archive it is ${there}`, {
    remedy: "remove it in a task before (file: state=absent)",
  });
}

function folderOf({ mode, owner, group }: Attributes): Entry {
  return { type: "directory", mode, owner, group, sizeBytes: null, shared: false };
}
