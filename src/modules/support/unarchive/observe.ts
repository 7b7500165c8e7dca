import { basename } from "node:path/posix";
import { hostError } from "../../../contract/error.js";
import type { Local } from "../../../contract/module.js";
import { type Read, Unknown } from "../../../contract/query.js";
import type { Archive, ArchiveSource } from "../../../probes/archive.js";
import { anythingBelow } from "../../../probes/file-below.js";
import { endOf, fileStat, type FileStat } from "../../../probes/file-stat.js";
import { parentOf } from "../../../probes/file-way.js";
import { linkText } from "../../../probes/link-text.js";
import { filesDigest } from "../../../probes/files-digest.js";
import { program } from "../../../probes/program.js";
import { lookAtGuards } from "../../run/skip.js";
import { type Destination, readDestination } from "../destination.js";
import { requireWritable } from "../permission.js";
import type { UnarchiveParams } from "./params.js";
import { type Planned, plan } from "./plan.js";
import { requireHarmless } from "./refuse.js";
import { type Member, select } from "./select.js";
import { findSource, lookInto } from "./source.js";

export type Unarchive =
  /** `creates` is there. */
  | { readonly kind: "skip"; readonly creates: string }
  /** In a dry run: an archive that an earlier task brings will be unpacked, whatever is in it. */
  | { readonly kind: "unseen"; readonly dest: string }
  | {
      readonly kind: "seen";
      readonly destination: Destination;
      readonly source: ArchiveSource;
      readonly archive: Archive;
      /** The names to unpack, when that is not all. */
      readonly part: readonly string[] | undefined;
      readonly planned: readonly Planned[];
      readonly contentSha256: string;
      /** Whether anything is missing or another; otherwise at most attributes change. */
      readonly unpacks: boolean;
    };

export async function observeUnarchive(read: Read, given: UnarchiveParams, local: Local): Promise<Unarchive> {
  const { skip } = await lookAtGuards(read, { creates: given.creates });
  if (skip !== null) return { kind: "skip", creates: given.creates ?? "" };
  const [destination, source] = await Promise.all([
    readDestination(read, given.dest, given),
    findSource(read, given, local),
  ]);
  const { entry, real } = endOf(destination.stat);
  if (entry?.type !== "directory")
    throw hostError(`${given.dest} ${entry === null ? "does not exist" : "is no folder"}`, {
      remedy: "make it in a task before (file: state=directory)",
    });
  const archive = await lookInto(read, source);
  if (archive instanceof Unknown) return unseen(read, archive, real, given);
  const { members, all } = select(archive, given);
  requireHarmless(members, archive.format, real, given.allow_setuid);
  if (!all && archive.format === "tar" && !archive.isGnu)
    throw hostError("to unpack a part of an archive (include, exclude) the host needs GNU tar");
  if (archive.format === "zip" && (await read(program("unzip"))) === null)
    throw hostError("to unpack it, the host needs unzip", { remedy: "install it in a task before" });
  const stats = await Promise.all(members.map((member) => readPlace(read, member, real, destination)));
  const planned = plan(members, stats, destination, given);
  await requireAllowed(read, destination, planned);
  const part = all ? undefined : members.map(({ entry: { name } }) => name);
  const contentSha256 = await contentOf(read, source, archive, planned, part);
  const seen = { kind: "seen", destination, source, archive, part, planned, contentSha256 } as const;
  const unpacks = planned.some(({ differs }) => differs) || (await hasOtherContent(read, planned, contentSha256));
  return { ...seen, unpacks };
}

export function below(folder: string, path: string): string {
  return path === "" ? folder : `${folder === "/" ? "" : folder}/${path}`;
}

/** The archive is not there yet, so nobody can look into it. What it makes is missing, or all is: then it is unpacked. */
async function unseen(read: Read, archive: Unknown, real: string, { creates }: UnarchiveParams): Promise<Unarchive> {
  const anything = creates === undefined ? await read.maybe(anythingBelow(real)) : false;
  if (anything === false) return { kind: "unseen", dest: real };
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  throw archive;
}

/**
 * Where an earlier task of a dry run unpacks a link, nobody may know where that leads; what is in it is enough.
 */
async function readPlace(read: Read, { entry, path }: Member, folder: string, at: Destination): Promise<FileStat> {
  const place = below(folder, path);
  const stat = await read.maybe(fileStat(place));
  if (!(stat instanceof Unknown)) return stat;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  if (entry.type !== "link") throw stat;
  const real = below(endOf(await read(fileStat(parentOf(place)))).real, basename(place));
  const target = await read(linkText(real));
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  if (target === null) throw stat;
  const { owner = at.lane.user, group = at.lane.group } = at.names;
  return {
    real,
    links: [],
    entry: { type: "link", mode: 0o777, owner, group, sizeBytes: null, shared: false, target },
  };
}

async function requireAllowed(read: Read, { lane, stat }: Destination, planned: readonly Planned[]): Promise<void> {
  const links = planned.flatMap((one) => one.links);
  const foreign = links.find(({ owner }) => owner !== "root" && owner !== lane.user);
  if (foreign !== undefined)
    throw hostError(`${foreign.path} is a symbolic link that ${foreign.owner} owns, who could point it anywhere`, {
      remedy: `remove it, or unpack as ${foreign.owner} (become_user)`,
    });
  if (!planned.some(({ differs }) => differs)) return;
  const { entry, real } = endOf(stat);
  await requireWritable(read, lane, entry, below(real, "x"));
}

/** The digest of what the files shall hold, one behind the other. */
async function contentOf(
  read: Read,
  source: ArchiveSource,
  archive: Archive,
  planned: readonly Planned[],
  part: readonly string[] | undefined,
): Promise<string> {
  const names = filesOf(planned).map(({ member }) => member.entry.name);
  if (part === undefined || names.length === 0) return archive.contentSha256;
  const seen = await lookInto(read, source, names);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  if (seen instanceof Unknown) throw seen;
  return seen.contentSha256;
}

/** All sizes are as they should be, so that the contents, one behind the other, are equal only when each is. */
async function hasOtherContent(read: Read, planned: readonly Planned[], wanted: string): Promise<boolean> {
  const files = filesOf(planned);
  return files.length > 0 && (await read(filesDigest(files.map(({ real }) => real)))) !== wanted;
}

export function filesOf(planned: readonly Planned[]): readonly Planned[] {
  return planned.filter(({ member }) => member.entry.type === "file");
}
