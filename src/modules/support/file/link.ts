import { becomes, type Change, disturbs, type Effect, leads } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import { type Read, Unknown } from "../../../contract/query.js";
import type { Step } from "../../../contract/step.js";
import type { Entry } from "../../../probes/file-entry.js";
import { endOf, fileStat, type FileStat, type Found } from "../../../probes/file-stat.js";
import { entriesSubject, fileSubject, parentOf, tidy } from "../../../probes/file-way.js";
import { type Attributes, defaults } from "../attributes.js";
import { type Destination, folderEntry, readDestination, requireFolder, requireTrustedWay } from "../destination.js";
import { requireWritable } from "../permission.js";
import { attributeChanges } from "./attributes.js";
import type { FileParams } from "./params.js";
import { refuseConversion, replaceScript } from "./replace.js";

export interface SymbolicLink {
  readonly kind: "link";
  readonly destination: Destination;
  readonly src: string;
  /** What src leads to; undefined in a dry run where nobody knows. */
  readonly target: FileStat | undefined;
  /** Set when attributes were asked for: what they apply to once the link is right. */
  readonly targetDestination?: Destination;
}

/** `anyTarget`: it does not matter where the link leads (links of a tree may lead to each other). */
export async function observeLink(read: Read, given: FileParams, anyTarget = false): Promise<SymbolicLink> {
  const src = given.src ?? "";
  const targetPath = tidy(src.startsWith("/") ? src : `${parentOf(given.path)}/${src}`);
  const touchesTarget = given.follow && (given.mode ?? given.owner ?? given.group) !== undefined;
  const [destination, target, targetDestination] = await Promise.all([
    readDestination(read, given.path, given),
    read.maybe(fileStat(targetPath)),
    touchesTarget ? readDestination(read, targetPath, given) : undefined,
  ]);
  requireFolder(destination);
  if (!given.force && !(target instanceof Unknown) && endOf(target).entry === null) {
    throw hostError(`${targetPath}, where ${given.path} shall lead, does not exist`, {
      remedy: "write force: true to make the link all the same",
    });
  }
  const state: SymbolicLink = {
    kind: "link",
    destination,
    src,
    target: target instanceof Unknown ? undefined : target,
    ...(targetDestination !== undefined && { targetDestination }),
  };
  if (isRight(state)) return state;
  // Where it would lead, and so whether it may, is known only then.
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- An Unknown is let through as it is.
  if (target instanceof Unknown && !anyTarget) throw target;
  if (!(target instanceof Unknown) && leadsThrough(endOf(target), destination.stat.real)) {
    throw hostError(`${given.path} would lead to itself`, { remedy: "give another src" });
  }
  await refuseConversion(read, destination, given.force, "a symbolic link");
  requireTrustedWay(destination, destination.stat);
  await requireWritable(read, destination.lane, folderEntry(destination), destination.stat.real);
  return state;
}

function isRight({ destination, src }: SymbolicLink): boolean {
  const { entry } = destination.stat;
  return entry?.type === "link" && entry.target === src;
}

/** With `follow`, attributes are those of what the link leads to, as in Ansible; otherwise of the link itself. */
export function linkChanges(state: SymbolicLink, given: FileParams): readonly Change[] {
  const { destination, targetDestination } = state;
  const link = isRight(state) ? [] : [linkChange(state, given)];
  if (targetDestination !== undefined) return [...link, ...attributeChanges(targetDestination, given)];
  return [...link, ...(link.length > 0 ? [] : attributeChanges(destination, { ...given, follow: false }))];
}

function linkChange(state: SymbolicLink, given: FileParams): Change {
  const { destination, src } = state;
  const { path, stat } = destination;
  const usual = defaults("file", destination.lane, folderEntry(destination));
  const owned: Attributes = given.follow ? usual : { ...usual, ...destination.names };
  return {
    summary: `link ${path} to ${src}`,
    title: path,
    before: stat.entry && {
      state: stat.entry.type,
      ...(stat.entry.target !== undefined && { src: stat.entry.target }),
    },
    after: { state: "link", src },
    effects: [
      ...linkEffects(state, owned),
      leads(stat.real),
      disturbs(entriesSubject(parentOf(stat.real))),
      ...(stat.entry?.shared === true ? [disturbs("file:*")] : []),
    ],
    steps: linkSteps(stat, src, given.follow ? "" : chownWords(given)),
  };
}

function chownWords({ owner = "", group }: FileParams): string {
  return group === undefined ? owner : `${owner}:${group}`;
}

function linkSteps({ real, entry }: FileStat, src: string, chown: string): readonly Step[] {
  const make: Step =
    entry === null
      ? { do: "exec", argv: ["ln", "-sT", "--", src, real] }
      : { do: "exec", argv: ["sh", "-c", replaceScript("ln -sT"), "link", src, real] };
  return chown === "" ? [make] : [make, { do: "exec", argv: ["chown", "-h", "--", chown, real] }];
}

/** Where the link will lead can be told unless it leads to itself or through itself. */
function linkEffects({ destination, src, target }: SymbolicLink, owned: Attributes): readonly Effect[] {
  const { real, links } = destination.stat;
  const end = target === undefined ? undefined : endOf(target);
  if (end === undefined || leadsThrough(end, real)) return [disturbs(fileSubject(real))];
  const entry: Entry = {
    type: "link",
    mode: 0o777,
    owner: owned.owner,
    group: owned.group,
    sizeBytes: null,
    shared: false,
    target: src,
  };
  const beyond = src.startsWith("/") ? end.links : end.links.slice(links.length);
  const way = [{ path: real, owner: owned.owner }, ...beyond];
  return [
    becomes(fileStat(real), { real, links: [], entry, followed: { real: end.real, links: way, entry: end.entry } }),
  ];
}

function leadsThrough({ real, links }: Found, path: string): boolean {
  return real === path || real.startsWith(`${path}/`) || links.some((link) => link.path === path);
}
