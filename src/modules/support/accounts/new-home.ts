import { becomes, brings, disturbs, type Effect } from "../../../contract/change.js";
import type { Read } from "../../../contract/query.js";
import { Unknown } from "../../../contract/query.js";
import { fileStat, type FileStat } from "../../../probes/file-stat.js";
import { entriesSubject } from "../../../probes/file-way.js";
import { folderNames } from "../../../probes/folder-names.js";
import type { UserDefaults } from "../../../probes/user-defaults.js";
import { folderEntryOf } from "../folder.js";
import type { UserParams } from "./user-params.js";

/** A home that useradd will make. */
export interface NewHome {
  readonly path: string;
  /** What is there today, which is nothing. */
  readonly stat: FileStat;
  /** Names in the skeleton: what is copied into it. */
  readonly names: readonly string[];
}

/** undefined: no home is made, or a dry run does not know enough of it. */
export async function observeNewHome(
  read: Read,
  given: UserParams,
  defaults: UserDefaults | undefined,
): Promise<NewHome | undefined> {
  const path = given.home ?? (defaults && `${defaults.homes}/${given.name}`);
  if (path === undefined || !given.create_home) return undefined;
  const [stat, names] = await Promise.all([
    read.maybe(fileStat(path)),
    read.maybe(folderNames(given.skeleton ?? "/etc/skel")),
  ]);
  if (stat instanceof Unknown || names instanceof Unknown || stat.entry !== null) return undefined;
  return { path, stat, names };
}

/** What is in a new home: the skeleton, and nothing else. `missing`: the folders that are made for it. */
export function newHomeEffects(
  { path, stat, names }: NewHome,
  attributes: { readonly mode: number; readonly owner: string; readonly group: string },
  missing: readonly string[],
): readonly Effect[] {
  const { real, links } = stat;
  const entry = folderEntryOf(attributes);
  const places = [...new Set([path, real])];
  return [
    ...missing.filter((folder) => !places.includes(folder)).map((folder) => disturbs(`file:${folder}`)),
    ...places.map((at) => becomes(fileStat(at), { real, links: at === real ? [] : links, entry })),
    ...places.flatMap((at) => [
      disturbs(entriesSubject(at)),
      ...names.flatMap((name) => [brings(`file:${at}/${name}`), brings(`file:${at}/${name}/**`)]),
    ]),
  ];
}
