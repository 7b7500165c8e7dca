import { hostError } from "../../contract/error.js";
import { type Read, Unknown } from "../../contract/query.js";
import type { Entry } from "../../probes/file-entry.js";
import { parentOf } from "../../probes/file-way.js";
import { folderWritable } from "../../probes/folder-writable.js";
import type { LaneUser } from "../../probes/lane-user.js";
import type { Attributes } from "./attributes.js";
import { showMode } from "./mode.js";

const REMEDY = "write become: true, with become_user: for another user than root";

/**
 * Fails where the acting user may not make or replace `real`. `folder` is what it lies in. The bits alone can be wrong
 * (some network file systems ask the server), so the host has the last word where it can be asked.
 */
export async function requireWritable(
  read: Read,
  { user }: LaneUser,
  folder: Entry | null,
  real: string,
): Promise<void> {
  if (folder === null || !isForbidden(user, folder)) return;
  const path = parentOf(real);
  const answer = await read.maybe(folderWritable(path));
  if (!(answer instanceof Unknown) && answer) return;
  throw hostError(`${user} may not write in ${path}, which is ${folder.owner}'s (mode ${showMode(folder.mode)})`, {
    remedy: REMEDY,
  });
}

/** Without w for group and others nothing, not even an access control list, gives it to anybody but the owner. */
function isForbidden(user: string, { owner, mode }: Entry): boolean {
  if (user === "root") return false;
  return owner === user ? (mode & 0o200) === 0 : (mode & 0o022) === 0;
}

/** Fails where only root or the owner may change attributes, and only root the owner. */
export function requireOwner({ user }: LaneUser, path: string, old: Attributes, after: Attributes): void {
  if (user === "root") return;
  if (old.owner !== user)
    throw hostError(`${user} may not change the attributes of ${path}, which is ${old.owner}'s`, { remedy: REMEDY });
  requireOwnOwner(user, path, after);
}

/** Fails where a new file shall be somebody else's. */
export function requireOwnOwner(user: string, path: string, after: Attributes): void {
  if (user === "root" || after.owner === user) return;
  throw hostError(`${user} may not make ${after.owner} the owner of ${path}; only root may`, { remedy: REMEDY });
}
