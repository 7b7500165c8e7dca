import { becomes, type Change, disturbs, type Effect, leads } from "../../../contract/change.js";
import type { ExecStep, Step } from "../../../contract/step.js";
import { anythingBelow } from "../../../probes/file-below.js";
import type { Entry } from "../../../probes/file-entry.js";
import { endOf, fileStat } from "../../../probes/file-stat.js";
import { entriesSubject, fileSubject, parentOf } from "../../../probes/file-way.js";
import { filesDigest } from "../../../probes/files-digest.js";
import { linkText } from "../../../probes/link-text.js";
import { type Attributes, attributeWords, modeArgument, sameAttributes, shownAttributes } from "../attributes.js";
import { filesOf, type Unarchive } from "./observe.js";
import type { UnarchiveParams } from "./params.js";
import type { Planned } from "./plan.js";
import { unpackStep } from "./script.js";

type Seen = Extract<Unarchive, { kind: "seen" }>;

export function unarchiveChanges(state: Unarchive, given: UnarchiveParams): readonly Change[] {
  switch (state.kind) {
    case "skip":
      return [];
    case "unseen":
      return [unseenChange(state.dest, given)];
    case "seen":
      return state.unpacks ? [unpackChange(state, given)] : attributeChanges(state);
    default:
      return state satisfies never;
  }
}

/** Only in a dry run: nothing of it is ever sent. */
function unseenChange(dest: string, { src }: UnarchiveParams): Change {
  return {
    summary: `unpack ${src} into ${dest}`,
    effects: [disturbs(`file:${dest === "/" ? "" : dest}/**`), disturbs(entriesSubject(dest)), leads(dest)],
    steps: [],
  };
}

function unpackChange(state: Seen, given: UnarchiveParams): Change {
  const { planned } = state;
  const dest = state.destination.path;
  const [isNew, isOther] = [
    planned.filter(({ old }) => old === null),
    planned.filter(({ old, differs }) => old !== null && differs),
  ];
  const count = (what: readonly Planned[], word: string): string[] =>
    what.length === 0 ? [] : [`${what.length} ${word}`];
  const words = [...count(isNew, "new"), ...count(isOther, "different")].join(", ") || "other content";
  return {
    summary: `unpack ${given.src} into ${dest} (${words})`,
    title: dest,
    before: isOther.length === 0 ? null : listed(isOther),
    after: listed([...isNew, ...isOther]),
    effects: [
      ...planned.flatMap((one) => unpackedEffects(one, planned)),
      ...contentEffects(state),
      ...folderEffects(state),
    ],
    steps: [
      unpackStep(state, given),
      ...attributeSteps(planned, ({ fresh, wanted }) => [fresh, wanted.unpacked], state),
    ],
  };
}

const mostListed = 200;

function listed(planned: readonly Planned[]): string {
  const names = planned
    .slice(0, mostListed)
    .map(({ real, member }) => `${real}${member.entry.type === "directory" ? "/" : ""}\n`);
  const more = planned.length - names.length;
  return names.join("") + (more > 0 ? `… and ${more} more\n` : "");
}

function unpackedEffects(one: Planned, planned: readonly Planned[]): readonly Effect[] {
  const { member, real, old, wanted } = one;
  const { entry, path } = member;
  const { mode, owner, group } = wanted.unpacked;
  if (entry.type === "link") return [becomes(linkText(real), entry.target ?? ""), leads(real)];
  const isDirectory = entry.type === "directory";
  const shared = entry.type === "hard" || planned.some((other) => other.member.target === path);
  const after: Entry = isDirectory
    ? { type: "directory", mode, owner, group, sizeBytes: null, shared: false }
    : { type: "file", mode, owner, group, sizeBytes: entry.sizeBytes, shared };
  return [
    becomes(fileStat(real), { real, links: [], entry: after }),
    ...(old?.type === "link" && !isDirectory ? [becomes(anythingBelow(real), false)] : []),
    ...sharedEffects(one, planned),
  ];
}

function contentEffects({ planned, contentSha256 }: Seen): readonly Effect[] {
  const files = filesOf(planned);
  return files.length === 0 ? [] : [becomes(filesDigest(files.map(({ real }) => real)), contentSha256)];
}

/** Folders that hold something new, also those that the archive does not name. */
function folderEffects({ planned, destination }: Seen): readonly Effect[] {
  const dest = endOf(destination.stat).real;
  const named = new Set(planned.map(({ real }) => real));
  const unnamed = new Set<string>();
  for (const { real } of planned)
    for (let at = parentOf(real); at.startsWith(`${dest === "/" ? "" : dest}/`); at = parentOf(at))
      if (!named.has(at)) unnamed.add(at);
  const parents = planned.filter(({ real }) => real !== dest).map(({ real }) => parentOf(real));
  const folders = new Set([dest, ...unnamed, ...parents]);
  return [
    ...[...unnamed].map((folder) => disturbs(fileSubject(folder))),
    ...[...folders].map((folder) => disturbs(entriesSubject(folder))),
  ];
}

/** Other names of a file that is replaced, or gets other attributes; those in the archive are known. */
function sharedEffects({ member, old }: Planned, planned: readonly Planned[]): readonly Effect[] {
  const isKnown = member.entry.type === "hard" || planned.some((other) => other.member.target === member.path);
  return old?.shared === true && !isKnown ? [disturbs("file:*")] : [];
}

function attributeChanges(state: Seen): readonly Change[] {
  const pair = ({ old, fresh, wanted }: Planned): readonly [Attributes, Attributes] => [old ?? fresh, wanted.kept];
  const odd = state.planned.filter((one) => !sameAttributes(...pair(one)));
  const [first] = odd;
  if (first === undefined) return [];
  const [before, after] = pair(first);
  const more = odd.length > 1 ? ` and ${odd.length - 1} more` : "";
  return [
    {
      summary: `change ${first.real}${more} (${attributeWords(before, after)})`,
      title: first.real,
      before: shownAttributes(before),
      after: shownAttributes(after),
      effects: odd.flatMap((one) => attributeEffects(one, state.planned)),
      steps: attributeSteps(odd, pair, state),
    },
  ];
}

function attributeEffects(one: Planned, planned: readonly Planned[]): readonly Effect[] {
  const { real, old, wanted, member } = one;
  if (member.entry.type === "link") return [becomes(linkText(real), member.entry.target ?? "")];
  if (old === null) return [disturbs(fileSubject(real))];
  const { mode, owner, group } = wanted.kept;
  const entry: Entry = { ...old, mode, owner, group };
  return [becomes(fileStat(real), { real, links: [], entry }), ...sharedEffects(one, planned)];
}

/** Names by stdin: there may be any number. chown goes first, since it takes setuid away. */
function attributeSteps(
  planned: readonly Planned[],
  pair: (one: Planned) => readonly [Attributes, Attributes],
  { archive }: Seen,
): readonly Step[] {
  const [owners, modes] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const add = (to: Map<string, string[]>, key: string, path: string): void =>
    void to.set(key, [...(to.get(key) ?? []), path]);
  for (const one of planned) {
    const [before, after] = pair(one);
    const isOwned = before.owner === after.owner && before.group === after.group;
    if (!isOwned) add(owners, `${after.owner}:${after.group}`, one.real);
    // Programs other than GNU tar leave modes as they like, also those of folders that were there.
    const isModed = before.mode === after.mode && archive.isGnu && (isOwned || (after.mode & 0o6000) === 0);
    if (!isModed && one.member.entry.type !== "link") add(modes, modeArgument(after.mode), one.real);
  }
  return [
    ...[...owners].map(([account, paths]) => xargs(["chown", "-h", "--", account], paths)),
    ...[...modes].map(([mode, paths]) => xargs(["chmod", "--", mode], paths)),
  ];
}

function xargs(command: readonly string[], paths: readonly string[]): ExecStep {
  const bytes = Buffer.from(paths.map((path) => `${path}\0`).join(""));
  return { do: "exec", argv: ["xargs", "-0", ...command], stdin: { kind: "bytes", bytes } };
}
