import { hostError } from "../../contract/error.js";
import { type Query, type Read, type TouchCause, Unknown } from "../../contract/query.js";
import type { Entry } from "../../probes/file-entry.js";
import { endOf, fileStat, type FileStat, type Found } from "../../probes/file-stat.js";
import type { FileText } from "../../probes/file-text.js";
import { parentOf } from "../../probes/file-way.js";
import { laneUser, type LaneUser } from "../../probes/lane-user.js";
import { type AccountNames, type AttributeParams, readNames } from "./attributes.js";

/** A place where a file shall be, and what decides how it comes out there. */
export interface Destination {
  readonly path: string;
  readonly stat: FileStat;
  /** The folder that it lies in; undefined in a dry run when a task before brings it. */
  readonly folder: FileStat | undefined;
  readonly lane: LaneUser;
  readonly names: AccountNames;
}

export async function readDestination(read: Read, path: string, given: AttributeParams): Promise<Destination> {
  const [stat, folder, lane, names] = await Promise.all([
    readUnlessBrought(read, fileStat(path), ({ entry }) => entry === null),
    readFolder(read, parentOf(path)),
    read(laneUser(null)),
    readNames(read, given),
  ]);
  return { path, stat, folder, lane, names };
}

/**
 * The answer; in a dry run before an installation that may bring anything: what is there now when that is nothing.
 * Whatever a package ships at this place will be overwritten, so the verdict is certain.
 */
export async function readUnlessBrought<V>(read: Read, query: Query<V>, isAbsent: (now: V) => boolean): Promise<V> {
  const answer = await read.maybe(query);
  if (!(answer instanceof Unknown)) return answer;
  if (answer.was !== undefined && onlyBrought(answer.cause) && isAbsent(answer.was as V)) return answer.was as V;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  throw answer;
}

export const isAbsentText = (text: FileText): boolean => text.kind === "absent";

/** An installation leaves folders that exist where they are. */
async function readFolder(read: Read, path: string): Promise<FileStat | undefined> {
  const answer = await read.maybe(fileStat(path));
  if (!(answer instanceof Unknown)) return answer;
  const was = answer.was as FileStat | undefined;
  if (was !== undefined && onlyBrought(answer.cause)) return endOf(was).entry === null ? undefined : was;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  throw answer;
}

function onlyBrought(cause: TouchCause): boolean {
  return cause.brings === true;
}

export function folderEntry({ folder }: Destination): Entry | null {
  return folder === undefined ? null : endOf(folder).entry;
}

/** A file can only be written into a folder. */
export function requireFolder({ path, folder }: Destination): void {
  if (folder === undefined) return;
  const { entry } = endOf(folder);
  if (entry?.type === "directory") return;
  const what = entry === null ? "does not exist" : "is not a folder";
  throw hostError(`${parentOf(path)} ${what}, so ${path} cannot be written`, {
    remedy: "create the folder in a task before (file: state=directory)",
  });
}

/**
 * Refuses to write through a symbolic link that somebody else could point elsewhere. root's links and one's own are
 * trusted, and those of the user to whom the folder at their end belongs: he could write there himself.
 */
export function requireTrustedWay(destination: Destination, place: Found): void {
  const { lane } = destination;
  const folderOwner = place === destination.stat ? folderEntry(destination)?.owner : undefined;
  const foreign = place.links.find(({ owner }) => owner !== "root" && owner !== lane.user && owner !== folderOwner);
  if (foreign === undefined) return;
  throw hostError(`${foreign.path} is a symbolic link that ${foreign.owner} owns, who could point it anywhere`, {
    remedy: `write to ${place.real} itself, or as ${foreign.owner} (become_user)`,
  });
}
