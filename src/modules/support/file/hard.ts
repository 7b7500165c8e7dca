import { becomes, type Change, disturbs } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { fileIdentity } from "../../../probes/file-identity.js";
import { endOf, fileStat, type FileStat, type Found } from "../../../probes/file-stat.js";
import { fileSubject } from "../../../probes/file-way.js";
import { type Destination, folderEntry, readDestination, requireFolder, requireTrustedWay } from "../destination.js";
import { sideEffects, statEffect } from "../write.js";
import { requireWritable } from "../permission.js";
import { attributeChanges } from "./attributes.js";
import type { FileParams } from "./params.js";
import { refuseConversion, replaceScript } from "./replace.js";

export interface HardLink {
  readonly kind: "hard";
  readonly destination: Destination;
  readonly src: string;
  readonly source: FileStat;
  /** Unknown in a dry run when a task before writes it. */
  readonly sourceIdentity: string | null | Unknown;
  readonly same: boolean;
}

export async function observeHard(read: Read, given: FileParams): Promise<HardLink> {
  const src = given.src ?? "";
  if (!src.startsWith("/")) throw hostError(`${JSON.stringify(src)}, the src of a hard link, is not absolute`);
  const [destination, source] = await Promise.all([readDestination(read, given.path, given), read(fileStat(src))]);
  if (endOf(source).entry?.type !== "file") throw hostError(`${src} is no file that a hard link could lead to`);
  requireFolder(destination);
  const [sourceIdentity, same] = await identities(read, destination.stat, endOf(source));
  if (!same) {
    await refuseConversion(read, destination, given.force, "a hard link");
    requireTrustedWay(destination, destination.stat);
    await requireWritable(read, destination.lane, folderEntry(destination), destination.stat.real);
  }
  return { kind: "hard", destination, src, source, sourceIdentity, same };
}

/** Of the source, and whether the place has the same; only a file can. */
async function identities(read: Read, own: Found, source: Found): Promise<[string | null | Unknown, boolean]> {
  if (own.entry?.type !== "file") return [await read.maybe(fileIdentity(source.real)), false];
  const [one, other] = await Promise.all([read(fileIdentity(source.real)), read(fileIdentity(own.real))]);
  return [one, one === other];
}

export function hardChanges(state: HardLink, given: FileParams): readonly Change[] {
  const { destination, src, source, sourceIdentity, same } = state;
  const { path, stat } = destination;
  const { real, entry } = endOf(source);
  if (same || entry === null) return attributeChanges(destination, given);
  const shared = { ...entry, shared: true };
  const linked: Destination = { ...destination, stat: { real: stat.real, links: stat.links, entry: shared } };
  return [
    {
      summary: `link ${path} to ${src}`,
      title: path,
      before: stat.entry && { state: stat.entry.type },
      after: { state: "hard", src },
      effects: [
        statEffect(stat, shared),
        statEffect(endOf(source), shared),
        ...(sourceIdentity instanceof Unknown
          ? []
          : [stat.real, real].map((name) => becomes(fileIdentity(name), sourceIdentity))),
        // Its text and what else there is to it: the source's.
        disturbs(fileSubject(stat.real)),
        ...sideEffects(stat),
        ...(entry.shared ? [disturbs("file:*")] : []),
      ],
      steps: [{ do: "exec", argv: ["sh", "-c", replaceScript("ln -T"), "link", real, stat.real] }],
    },
    ...attributeChanges(linked, given),
  ];
}
