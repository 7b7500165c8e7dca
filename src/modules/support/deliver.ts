import { endOf } from "../../probes/file-stat.js";
import type { Change } from "../../contract/change.js";
import { hostError } from "../../contract/error.js";
import type { TaskResult } from "../../contract/module.js";
import type { Read } from "../../contract/query.js";
import type { Found } from "../../probes/file-stat.js";
import { fileHash } from "../../probes/file-hash.js";
import { fileText, type FileText } from "../../probes/file-text.js";
import { type AttributeParams, type Attributes, shownAttributes } from "./attributes.js";
import { backupName } from "./backup.js";
import { type NewContent, predictedSha256, sha1 } from "./content.js";
import {
  type Destination,
  isAbsentText,
  readDestination,
  folderEntry,
  readUnlessBrought,
  requireFolder,
  requireTrustedWay,
} from "./destination.js";
import { requireOwner, requireOwnOwner, requireWritable } from "./permission.js";
import { isWrite, placeOf, type WriteRequest, writeChanges, writtenAttributes } from "./write.js";

/** How a whole file is to be brought to a host. */
export interface DeliveryOptions {
  readonly attributes: AttributeParams;
  readonly follow: boolean;
  readonly backup: boolean;
  /** false: a file that is there stays as it is. */
  readonly force: boolean;
  readonly validate?: readonly string[] | undefined;
}

export interface Delivery {
  readonly request: WriteRequest;
  /** Something is there and shall stay. */
  readonly keep: boolean;
}

/**
 * Looks at the place and compares. The text is asked together with the rest, for files of ordinary size. When `dest`
 * is a folder, the file goes into it under `name`.
 */
export async function observeDelivery(
  read: Read,
  dest: string,
  name: string | undefined,
  content: NewContent,
  options: DeliveryOptions,
): Promise<Delivery> {
  if (name !== undefined && dest.endsWith("/")) {
    return observeDelivery(read, dest + name, undefined, content, options);
  }
  const [destination, text] = await Promise.all([
    readDestination(read, dest, options.attributes),
    content.kind === "bytes" ? readUnlessBrought(read, fileText(dest), isAbsentText) : undefined,
  ]);
  if (name !== undefined && endOf(destination.stat).entry?.type === "directory") {
    return observeDelivery(read, `${dest === "/" ? "" : dest}/${name}`, undefined, content, options);
  }
  return comparedDelivery(read, destination, text, content, options);
}

async function comparedDelivery(
  read: Read,
  destination: Destination,
  text: FileText | undefined,
  content: NewContent,
  options: DeliveryOptions,
): Promise<Delivery> {
  const place = placeOf(destination, options.follow);
  requireFolder(destination);
  requireFileOrNothing(destination);
  const backupPath = options.backup ? backupName(place.real) : undefined;
  const request: WriteRequest = {
    destination,
    text: text ?? { ...endOf(destination.stat), kind: place.entry === null ? "absent" : "big" },
    content,
    differs: await isDifferent(read, destination, text, content),
    attributes: options.attributes,
    follow: options.follow,
    ...(options.validate !== undefined && { validate: options.validate }),
    ...(backupPath !== undefined && { backupPath }),
  };
  const keep = !options.force && endOf(destination.stat).entry !== null;
  if (!keep) await requireAllowed(read, request, place);
  return { request, keep };
}

async function requireAllowed(read: Read, request: WriteRequest, place: Found): Promise<void> {
  if (writeChanges(request).length === 0) return;
  const { destination } = request;
  const { lane } = destination;
  const after = writtenAttributes(request);
  requireTrustedWay(destination, place);
  if (!isWrite(request)) {
    if (place.entry !== null) requireOwner(lane, destination.path, place.entry, after);
    return;
  }
  requireOwnOwner(lane.user, destination.path, after);
  if (place === destination.stat) await requireWritable(read, lane, folderEntry(destination), place.real);
}

export function requireFileOrNothing({ path, stat }: Destination): void {
  const { entry } = endOf(stat);
  if (entry === null || entry.type === "file") return;
  if (entry.type === "directory" && stat.followed !== undefined) return;
  throw hostError(`${path} is ${entry.type === "directory" ? "a folder" : "no regular file"}`);
}

async function isDifferent(
  read: Read,
  { stat }: Destination,
  text: FileText | undefined,
  content: NewContent,
): Promise<boolean> {
  const expected = predictedSha256(content);
  if (expected === undefined && content.kind === "bytes")
    return text?.kind !== "bytes" || !text.bytes.equals(content.bytes);
  const { entry } = endOf(stat);
  // In a dry run a task before may have fetched a file of whatever size: then its hash is not known either.
  if (entry?.type !== "file" || (entry.sizeBytes !== null && entry.sizeBytes !== content.sizeBytes)) return true;
  return (await read(fileHash({ path: endOf(stat).real, algorithm: "sha256", cost: "dear" }))) !== expected;
}

export function deliveryChanges({ request, keep }: Delivery): readonly Change[] {
  return keep ? [] : writeChanges(request);
}

/** Ansible's keys, in a dry run too. */
export function deliveryResult({ request, keep }: Delivery): TaskResult {
  const { destination, content, follow, backupPath } = request;
  const { entry } = endOf(destination.stat);
  const after: Attributes = keep && entry !== null ? entry : writtenAttributes(request);
  const wrote = deliveryChanges({ request, keep }).some(
    (change) => change.steps[0]?.do === "put" || content.kind === "remote",
  );
  const hadFile = placeOf(destination, follow).entry?.type === "file";
  return {
    dest: destination.path,
    path: destination.path,
    ...shownAttributes(after),
    size: keep ? (entry?.sizeBytes ?? 0) : content.sizeBytes,
    state: "file",
    ...(!keep && content.kind === "bytes" && { checksum: sha1(content.bytes) }),
    ...(wrote && hadFile && backupPath !== undefined && { backup_file: backupPath }),
  };
}
