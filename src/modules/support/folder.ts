import { becomes, type Change, disturbs, type Effect } from "../../contract/change.js";
import { hostError } from "../../contract/error.js";
import type { Read } from "../../contract/query.js";
import type { ExecStep } from "../../contract/step.js";
import type { Entry } from "../../probes/file-entry.js";
import { endOf, fileStat, type FileStat } from "../../probes/file-stat.js";
import { entriesSubject, parentOf } from "../../probes/file-way.js";
import type { LaneUser } from "../../probes/lane-user.js";
import {
  type AccountNames,
  type AttributeParams,
  type Attributes,
  defaults,
  modeArgument,
  shownAttributes,
  wantedAttributes,
} from "./attributes.js";

/** A folder that is to be made. */
export interface MissingFolder {
  readonly path: string;
  readonly real: string;
  readonly stat: FileStat;
  readonly attributes: Attributes;
}

/** Folders above `path` that are not there, outermost first, and the folder that they begin in. */
export interface Missing {
  readonly stats: readonly { readonly path: string; readonly stat: FileStat }[];
  readonly base: Entry | null;
}

/** One more wave, and only when the parent is missing too. `stat` and `parent` are known already. */
export async function readMissing(read: Read, path: string, stat: FileStat, parent: FileStat): Promise<Missing> {
  const above = ancestors(path);
  const higher = above.slice(0, -1);
  const stats =
    endOf(parent).entry === null ? await Promise.all(higher.map((folder) => read(fileStat(folder)))) : undefined;
  const chain = [
    ...(stats === undefined ? [] : higher.map((folder, i) => ({ path: folder, stat: stats[i] ?? parent }))),
    { path: above.at(-1) ?? "/", stat: parent },
    { path, stat },
  ];
  const first = chain.findIndex((one) => endOf(one.stat).entry === null);
  const base = chain[first - 1] ?? chain[0];
  const broken = chain.find((one) => one.stat.followed?.entry === null);
  if (broken !== undefined) throw hostError(`${broken.path} is a symbolic link that leads to nothing`);
  const entry = base === undefined ? null : endOf(base.stat).entry;
  if (first > 0 && entry?.type !== "directory") throw hostError(`${base?.path ?? "/"} is not a folder`);
  return { stats: first < 0 ? [] : chain.slice(first), base: entry };
}

/** `/a`, `/a/b` for `/a/b/c`; `/` for `/a`. */
function ancestors(path: string): readonly string[] {
  const found: string[] = [];
  for (let folder = parentOf(path); folder !== "/"; folder = parentOf(folder)) found.unshift(folder);
  return found.length === 0 ? ["/"] : found;
}

/**
 * The folders with the attributes that they will have, each after the one that it lies in. `base` tells what the parent
 * of the outermost ones is.
 */
export function plannedFolders(
  stats: Missing["stats"],
  base: (path: string) => Entry | null,
  given: AttributeParams,
  { names, lane }: { readonly names: AccountNames; readonly lane: LaneUser },
): readonly MissingFolder[] {
  const made = new Map<string, Entry>();
  return stats.map(({ path, stat }) => {
    const usual = defaults("directory", lane, made.get(parentOf(path)) ?? base(path));
    const attributes = wantedAttributes(given, names, usual, { isDirectory: true, umask: lane.umask });
    made.set(path, folderEntryOf(attributes));
    return { path, real: stat.real, stat, attributes };
  });
}

export function folderEntryOf({ mode, owner, group }: Attributes): Entry {
  return { type: "directory", mode, owner, group, sizeBytes: null, shared: false };
}

/** Makes all of them, those of one mode together. */
export function folderChange(folders: readonly MissingFolder[], names: AccountNames): readonly Change[] {
  const last = folders.at(-1);
  const first = folders[0];
  if (last === undefined || first === undefined) return [];
  const isChain = folders.every(({ path }) => `${last.path}/`.startsWith(`${path}/`));
  const parents = [...new Set(folders.map(({ real }) => parentOf(real)))];
  return [
    {
      summary: isChain
        ? `create the folder ${last.path}`
        : `create ${folders.length} folders in ${parentOf(first.path)}`,
      title: isChain ? last.path : first.path,
      before: null,
      after: { state: "directory", ...shownAttributes(last.attributes) },
      effects: [...folders.flatMap(folderEffects), ...parents.map((parent) => disturbs(entriesSubject(parent)))],
      steps: groupByMode(folders).flatMap((group) => makeSteps(group, names)),
    },
  ];
}

/** busybox may lack `install`. chmod says the last word: a folder in a setgid folder gets that bit whatever mkdir is told. */
function makeSteps(group: readonly MissingFolder[], { owner = "", group: named }: AccountNames): readonly ExecStep[] {
  const paths = group.map((folder) => folder.real);
  const mode = modeArgument(group[0]?.attributes.mode ?? 0);
  const account = named === undefined ? owner : `${owner}:${named}`;
  const chown: ExecStep = { do: "exec", argv: ["chown", "-h", "--", account, ...paths] };
  return [
    { do: "exec", argv: ["mkdir", "-m", mode, "--", ...paths] },
    ...(account === "" ? [] : [chown]),
    { do: "exec", argv: ["chmod", "--", mode, ...paths] },
  ];
}

function groupByMode(folders: readonly MissingFolder[]): readonly (readonly MissingFolder[])[] {
  const groups: MissingFolder[][] = [];
  for (const folder of folders) {
    const last = groups.at(-1);
    if (last?.[0]?.attributes.mode === folder.attributes.mode) last.push(folder);
    else groups.push([folder]);
  }
  return groups;
}

function folderEffects({ path, real, stat, attributes }: MissingFolder): readonly Effect[] {
  const entry = folderEntryOf(attributes);
  const own = becomes(fileStat(path), { real, links: stat.links, entry });
  return path === real ? [own] : [becomes(fileStat(real), { real, links: [], entry }), own];
}
