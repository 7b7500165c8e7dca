import { becomes, type Change, disturbs, type Effect } from "../../contract/change.js";
import type { PutStep, Step } from "../../contract/step.js";
import { anythingBelow } from "../../probes/file-below.js";
import type { Entry } from "../../probes/file-entry.js";
import { fileHash } from "../../probes/file-hash.js";
import { endOf, fileStat, type Found } from "../../probes/file-stat.js";
import { fileText, type FileText } from "../../probes/file-text.js";
import { entriesSubject, fileSubject, parentOf } from "../../probes/file-way.js";
import {
  type AttributeParams,
  type Attributes,
  attributeSteps,
  attributeWords,
  defaults,
  sameAttributes,
  shownAttributes,
  wantedAttributes,
} from "./attributes.js";
import { type NewContent, onWire, predictedSha256, predictedText, shownContent, shownText } from "./content.js";
import { copyStep } from "./remote-copy.js";
import { type Destination, folderEntry } from "./destination.js";

export interface WriteRequest {
  readonly destination: Destination;
  /** What is there now. */
  readonly text: FileText;
  readonly content: NewContent;
  /** Whether the content there is another one. */
  readonly differs: boolean;
  readonly attributes: AttributeParams;
  /** Write to the end of a symbolic link; otherwise the link itself is replaced by a file. */
  readonly follow: boolean;
  readonly validate?: readonly string[];
  readonly backupPath?: string;
}

/** The place that a write replaces: the path itself, or the end of a symbolic link. */
export function placeOf(destination: Destination, follow: boolean): Found {
  return follow ? endOf(destination.stat) : destination.stat;
}

/** Attributes of the file as it will be. */
export function writtenAttributes(request: Pick<WriteRequest, "destination" | "attributes" | "follow">): Attributes {
  const { destination, attributes, follow } = request;
  const { entry } = placeOf(destination, follow);
  const base = entry?.type === "file" ? entry : defaults("file", destination.lane, folderEntry(destination));
  const kind = { isDirectory: false, umask: destination.lane.umask };
  return wantedAttributes(attributes, destination.names, base, kind);
}

/** Whether the file is written anew; otherwise at most its attributes change. */
export function isWrite({ destination, follow, differs }: WriteRequest): boolean {
  return differs || placeOf(destination, follow).entry?.type !== "file";
}

/** One write where the content differs, else what its attributes need, else nothing. */
export function writeChanges(request: WriteRequest): readonly Change[] {
  const { destination, follow } = request;
  const place = placeOf(destination, follow);
  const after = writtenAttributes(request);
  if (isWrite(request) || place.entry === null) return [putChange(request, place, after)];
  if (sameAttributes(place.entry, after)) return [];
  return [attributeChange(destination, place, place.entry, after)];
}

function putChange(request: WriteRequest, place: Found, after: Attributes): Change {
  const { destination, text, content, validate, backupPath } = request;
  const old = place.entry;
  const entry: Entry = { type: "file", ...pick(after), sizeBytes: content.sizeBytes, shared: false };
  const words = old?.type === "file" ? attributeWords(old, after) : "";
  const isUsual = isUsualOwner(destination, old, after);
  const target: Omit<PutStep, "do" | "content"> & { readonly mode: number } = {
    path: place.real,
    mode: after.mode,
    ...(!isUsual && { owner: after.owner, group: after.group }),
    ...(validate !== undefined && { validate }),
    ...(backupPath !== undefined && old?.type === "file" && { backupPath }),
  };
  const step: Step =
    content.kind === "remote" ? copyStep(content.path, target) : { do: "put", ...target, content: onWire(content) };
  return {
    summary: `write ${destination.path}${words === "" ? "" : ` (${words})`}`,
    title: destination.path,
    before: old?.type === "link" ? `(link to ${old.target ?? ""})\n` : shownText(text, old?.sizeBytes ?? null),
    after: shownContent(content),
    effects: [...writtenEffects(place, entry, content), ...sideEffects(place, target.backupPath)],
    steps: [step],
  };
}

/** Whether a new file here gets this owner and group anyway, and the old one has no others that could be kept. */
function isUsualOwner(destination: Destination, old: Entry | null, after: Attributes): boolean {
  if (destination.folder === undefined) return false;
  const same = ({ owner, group }: Attributes): boolean => owner === after.owner && group === after.group;
  return same(defaults("file", destination.lane, folderEntry(destination))) && (old === null || same(old));
}

function writtenEffects(place: Found, entry: Entry, content: NewContent): readonly Effect[] {
  const { real } = place;
  const hash = predictedSha256(content);
  return [
    becomes(fileText(real), { real, links: [], ...predictedText(content) }),
    ...(hash === undefined ? [] : [becomes(fileHash({ path: real, algorithm: "sha256", cost: "dear" }), hash)]),
    statEffect(place, entry),
  ];
}

/** The new entry of a place, under its canonical name: what it is under others follows. */
export function statEffect({ real }: Found, entry: Entry | null): Effect {
  return becomes(fileStat(real), { real, links: [], entry });
}

/** What a replaced or new entry does to others: the folder's list, what was reached through it, its other names. */
export function sideEffects(place: Found, backupPath?: string): readonly Effect[] {
  const effects: Effect[] = [disturbs(entriesSubject(parentOf(place.real)))];
  if (place.entry?.type === "link" || place.entry?.type === "directory")
    effects.push(becomes(anythingBelow(place.real), false));
  if (place.entry?.shared === true) effects.push(disturbs("file:*"));
  if (backupPath !== undefined) effects.push(disturbs(fileSubject(backupPath)));
  return effects;
}

/** Gives what is there other attributes. */
export function attributeChange(destination: Destination, place: Found, old: Entry, after: Attributes): Change {
  const { path } = destination;
  const entry: Entry = { ...old, ...pick(after) };
  return {
    summary: `change ${path} (${attributeWords(old, after)})`,
    title: path,
    before: shownAttributes(old),
    after: shownAttributes(after),
    effects: [statEffect(place, entry), ...(old.shared ? [disturbs("file:*")] : [])],
    steps: attributeSteps(place.real, old, after),
  };
}

function pick({ mode, owner, group }: Attributes): Attributes {
  return { mode, owner, group };
}
