import type { Change } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import { fileTree } from "../../../probes/file-tree.js";
import { type Destination, readDestination, requireTrustedWay } from "../destination.js";
import { folderChange, type Missing, plannedFolders, readMissing } from "../folder.js";
import { requireWritable } from "../permission.js";
import { placeOf } from "../write.js";
import { attributeChanges, requireChangeable } from "./attributes.js";
import type { FileParams } from "./params.js";
import { type Below, belowChanges } from "./recurse.js";

export interface Directory {
  readonly kind: "directory";
  readonly destination: Destination;
  /** Set when it is not there. */
  readonly missing?: Missing;
  /** Set with `recurse` when the folder is there. */
  readonly below?: Below;
}

export async function observeDirectory(read: Read, given: FileParams): Promise<Directory> {
  const destination = await readDestination(read, given.path, given);
  const { stat, folder } = destination;
  const place = placeOf(destination, given.follow);
  if (place.entry === null) {
    if (folder === undefined)
      return { kind: "directory", destination, missing: { stats: [{ path: given.path, stat }], base: null } };
    const missing = await readMissing(read, given.path, stat, folder);
    requireTrustedWay(destination, place);
    const first = missing.stats[0]?.stat.real ?? place.real;
    await requireWritable(read, destination.lane, missing.base, first);
    return { kind: "directory", destination, missing };
  }
  if (place.entry.type !== "directory") {
    throw hostError(`${given.path} is ${place.entry.type === "link" ? "a symbolic link" : "a file"}, not a folder`, {
      remedy: "remove it in a task before (file: state=absent)",
    });
  }
  const below = given.recurse ? { real: place.real, tree: await read(fileTree(place.real)) } : undefined;
  const state: Directory = { kind: "directory", destination, ...(below !== undefined && { below }) };
  if (directoryChanges(state, given).length > 0) requireTrustedWay(destination, place);
  requireChangeable(destination, given);
  return state;
}

export function directoryChanges(state: Directory, given: FileParams): readonly Change[] {
  const { destination, missing, below } = state;
  const lower = below === undefined ? [] : belowChanges(below, destination, given);
  if (missing === undefined) return [...attributeChanges(destination, given), ...lower];
  return folderChange(
    plannedFolders(missing.stats, () => missing.base, given, destination),
    destination.names,
  );
}
