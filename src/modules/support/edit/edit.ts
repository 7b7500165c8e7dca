import type { Change } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import type { TaskResult } from "../../../contract/module.js";
import type { Read } from "../../../contract/query.js";
import { endOf, fileStat } from "../../../probes/file-stat.js";
import { fileText } from "../../../probes/file-text.js";
import { parentOf } from "../../../probes/file-way.js";
import { assuming } from "../copy/assuming.js";
import { missingFolders } from "../copy/folders.js";
import { type Delivery, deliveryChanges, type DeliveryOptions, deliveryResult, observeDelivery } from "../deliver.js";
import { readDestination } from "../destination.js";
import { folderChange } from "../folder.js";
import { bytesOf } from "./bytes.js";
import { type Codec, openBytes } from "./codec.js";

/** What an editor makes of a file. */
export interface Edited {
  /** The whole new text, in the codec's form; the old one where nothing is to be done. */
  readonly text: string;
  /** What `register` holds besides. */
  readonly result: TaskResult;
}

/** A file that is edited in place. */
export interface Edit {
  readonly path: string;
  /** Folders to be made before. */
  readonly folders: readonly Change[];
  /** Absent: there is no file, and there shall be none. */
  readonly delivery?: Delivery;
  readonly result: TaskResult;
}

export interface EditOptions extends Omit<DeliveryOptions, "follow" | "force"> {
  /** What to do where there is no file: make it, with its folders; nothing; or fail (`require`: there is no `create`). */
  readonly missing: "create" | "ignore" | "fail" | "require";
}

/**
 * Reads a file and computes what becomes of it. A symbolic link is followed: its end is edited. Other than for a whole
 * file, a prediction must name the old text: a package may bring one.
 */
export async function observeEdit(
  read: Read,
  path: string,
  edit: (codec: Codec) => Edited,
  { missing, ...options }: EditOptions,
): Promise<Edit> {
  const [text, destination] = await Promise.all([
    read(fileText(path)),
    readDestination(read, path, options.attributes),
    read(fileStat(path)),
  ]);
  const codec = openBytes(bytesOf(path, text, "write it as a whole (template, copy), or edit it with command: sed"));
  const isNew = text.kind === "absent";
  if (isNew && (missing === "fail" || missing === "require")) {
    const remedy = missing === "fail" ? "write create: true to make it" : "make it in an earlier task";
    throw hostError(`${path} does not exist`, { remedy });
  }
  const { text: after, result } = edit(codec);
  if (isNew && (missing === "ignore" || after === "")) return { path, folders: [], result };
  const content = codec.encode(after);
  const { folder } = destination;
  const folders =
    isNew && folder !== undefined && endOf(folder).entry === null ? await newFolders(read, parentOf(path)) : [];
  const delivery = await observeDelivery(
    assuming(read, folders),
    path,
    undefined,
    { kind: "bytes", bytes: content, sizeBytes: content.length },
    { ...options, follow: true, force: true },
  );
  return { path, folders, delivery, result };
}

async function newFolders(read: Read, path: string): Promise<readonly Change[]> {
  const root = await readDestination(read, path, {});
  return folderChange(await missingFolders(read, root, new Map(), {}), {});
}

export function editChanges({ folders, delivery }: Edit): readonly Change[] {
  return delivery === undefined ? [] : [...folders, ...deliveryChanges(delivery)];
}

export function editResult({ path, delivery, result }: Edit): TaskResult {
  if (delivery === undefined) return { path, state: "absent", ...result };
  const file = deliveryResult(delivery);
  return { ...file, ...(file["backup_file"] !== undefined && { backup: file["backup_file"] }), ...result };
}
