import { hostError } from "../../../contract/error.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { accountName } from "../../../probes/account-name.js";
import type { Entry } from "../../../probes/file-entry.js";
import { endOf, fileStat, type FileStat, type Found } from "../../../probes/file-stat.js";
import { fileText, type FileText } from "../../../probes/file-text.js";
import { parentOf } from "../../../probes/file-way.js";
import { laneUser } from "../../../probes/lane-user.js";
import { user as userProbe, userGroupId } from "../../../probes/user.js";
import type { KeyParams } from "./params.js";

/** Where the keys of a user are, and in whose hands the way there is. */
export interface KeyPlace {
  readonly path: string;
  readonly text: FileText;
  /** What is replaced: the file, or the end of a link. */
  readonly place: Found;
  /** The user's primary group; undefined: a dry run does not know it. */
  readonly group: string | undefined;
  readonly lane: string;
  /** The folder that the file lies in. */
  readonly folder: Held;
  /** The one above it. */
  readonly above: Held;
  /** The folder is a part of the user's home. */
  readonly isOwn: boolean;
}

export interface Held {
  readonly path: string;
  readonly stat: FileStat;
  /** Only root can change what is there, or what any folder of the way to it is. */
  readonly isRoots: boolean;
}

export async function readPlace(read: Read, given: KeyParams): Promise<KeyPlace> {
  const [account, gid, lane, early] = await Promise.all([
    read(userProbe(given.user)),
    read.maybe(userGroupId(given.user)),
    read(laneUser(null)),
    given.path === undefined ? undefined : readWay(read, given.path),
  ]);
  if (account === null) {
    throw hostError(`there is no user ${given.user}`, { remedy: "make it in an earlier task with the module user" });
  }
  const home = account.home.replace(/\/+$/, "");
  if (given.path === undefined && !home.startsWith("/")) throw hostError(`${given.user} has no home folder`);
  const path = given.path ?? `${home}/.ssh/authorized_keys`;
  const [way, group] = await Promise.all([
    early ?? readWay(read, path),
    gid instanceof Unknown || gid === null ? undefined : read(accountName({ kind: "group", id: gid })),
  ]);
  requireNoForeignLink(way.links, given.user, lane.user);
  const place = given.follow ? endOf(way.stat) : way.stat;
  const above = held(way.above, parentOf(parentOf(path)));
  return {
    path,
    text: way.text,
    place,
    group: gid instanceof Unknown || gid === null ? groupOfHome(above, given.user) : (group ?? String(gid)),
    lane: lane.user,
    folder: held(way.above, parentOf(path)),
    above,
    isOwn: parentOf(path).startsWith(`${home}/`),
  };
}

/** Of a user who is not there yet the number is unknown; a new home is his and his primary group's. */
function groupOfHome({ stat }: Held, user: string): string | undefined {
  const { entry } = endOf(stat);
  return entry?.owner === user ? entry.group : undefined;
}

interface WayToFile {
  readonly stat: FileStat;
  readonly text: FileText;
  readonly above: ReadonlyMap<string, FileStat>;
  readonly links: FileStat["links"];
}

async function readWay(read: Read, path: string): Promise<WayToFile> {
  const folders = ancestors(path);
  const [stat, text, ...stats] = await Promise.all([
    read(fileStat(path)),
    read(fileText(path)),
    ...folders.map((folder) => read(fileStat(folder))),
  ]);
  const above = new Map(folders.map((folder, i) => [folder, stats[i] ?? stat]));
  const links = [stat, ...stats].flatMap((one) => [...one.links, ...(one.followed?.links ?? [])]);
  return { stat, text, above, links: [...links, ...text.links] };
}

/** From the file's folder up to the root. */
function ancestors(path: string): readonly string[] {
  const folder = parentOf(path);
  return folder === path || folder === "/" ? ["/"] : [folder, ...ancestors(folder)];
}

function held(above: ReadonlyMap<string, FileStat>, path: string): Held {
  const stat = above.get(path) ?? above.get("/");
  if (stat === undefined) throw new Error("a folder of the way was not read");
  const way = [path, ...ancestors(path)].map((folder) => above.get(folder));
  const isRoots = way.every((one) => one !== undefined && isRootsOwn(endOf(one).entry));
  return { path, stat, isRoots };
}

/** What is not there can only be made by who may write in the folder above. */
function isRootsOwn(entry: Entry | null): boolean {
  return entry === null || (entry.owner === "root" && (entry.mode & 0o022) === 0);
}

/** A link of the user's could lead to any file: what root reads and writes there would be another one. */
function requireNoForeignLink(links: FileStat["links"], user: string, lane: string): void {
  const foreign = links.find(({ owner }) => owner !== "root" && owner !== lane);
  if (foreign === undefined) return;
  const how = foreign.owner === user ? `act as ${user} (become_user)` : "name the place behind it with path";
  throw hostError(`${foreign.path} is a symbolic link that ${foreign.owner} owns, who could point it anywhere`, {
    remedy: `remove the link, or ${how}`,
  });
}
