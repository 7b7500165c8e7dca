import { becomes, type Change, disturbs } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import { fileIdentity } from "../../../probes/file-identity.js";
import { fileStat, type FileStat } from "../../../probes/file-stat.js";
import { entriesSubject, parentOf } from "../../../probes/file-way.js";
import { type Destination, endOf, readDestination, requireFolder, requireTrustedWay } from "../destination.js";
import { statEffects } from "../write.js";
import { attributeChanges } from "./attributes.js";
import type { FileParams } from "./params.js";
import { refuseConversion, replaceScript } from "./replace.js";

export interface HardLink {
  readonly kind: "hard";
  readonly destination: Destination;
  readonly src: string;
  readonly source: FileStat;
  readonly sourceIdentity: string | null;
  readonly same: boolean;
}

export async function observeHard(read: Read, given: FileParams): Promise<HardLink> {
  const src = given.src ?? "";
  if (!src.startsWith("/")) throw hostError(`${JSON.stringify(src)}, the src of a hard link, is not absolute`);
  const [destination, source, sourceIdentity, ownIdentity] = await Promise.all([
    readDestination(read, given.path, given),
    read(fileStat(src)),
    read(fileIdentity(src)),
    read(fileIdentity(given.path)),
  ]);
  if (endOf(source).entry?.type !== "file") throw hostError(`${src} is no file that a hard link could lead to`);
  requireFolder(destination);
  const { entry } = destination.stat;
  const same = entry !== null && entry.type !== "link" && ownIdentity === sourceIdentity;
  if (!same) {
    await refuseConversion(read, destination, given.force, "a hard link");
    requireTrustedWay(destination, destination.stat);
  }
  return { kind: "hard", destination, src, source, sourceIdentity, same };
}

export function hardChanges(state: HardLink, given: FileParams): readonly Change[] {
  const { destination, src, source, same } = state;
  const { path, stat } = destination;
  const { real, entry } = endOf(source);
  if (same || entry === null) return attributeChanges(destination, given);
  const shared = { ...entry, shared: true };
  const linked: Destination = { ...destination, stat: { real: stat.real, links: stat.links, entry: shared } };
  const ends = source.followed === undefined ? { ...source, entry: shared } : undefined;
  return [
    {
      summary: `link ${path} to ${src}`,
      title: path,
      before: stat.entry && { state: stat.entry.type },
      after: { state: "hard", src },
      effects: [
        ...statEffects(destination, destination.stat, shared),
        ...(ends === undefined ? [disturbs(`file:${real}`)] : [becomes(fileStat(src), ends)]),
        becomes(fileIdentity(path), state.sourceIdentity),
        becomes(fileIdentity(src), state.sourceIdentity),
        disturbs(`file:${stat.real}/**`),
        disturbs(entriesSubject(parentOf(stat.real))),
        ...(stat.entry?.shared === true || entry.shared ? [disturbs("file:*")] : []),
      ],
      steps: [{ do: "exec", argv: ["sh", "-c", replaceScript("ln -T"), "link", real, stat.real] }],
    },
    ...attributeChanges(linked, given),
  ];
}
