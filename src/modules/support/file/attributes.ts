import type { Change } from "../../../contract/change.js";
import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import { type Attributes, sameAttributes, wantedAttributes } from "../attributes.js";
import { type Destination, readDestination, requireTrustedWay } from "../destination.js";
import { requireOwner } from "../permission.js";
import { attributeChange, placeOf } from "../write.js";
import type { FileParams } from "./params.js";

/** Something that is there and keeps its kind. */
export interface Existing {
  readonly kind: "existing";
  readonly destination: Destination;
}

export async function observeExisting(read: Read, given: FileParams): Promise<Existing> {
  const destination = await readDestination(read, given.path, given);
  const { entry } = placeOf(destination, given.follow);
  if (entry === null) {
    throw hostError(`${given.path} does not exist`, {
      remedy: "say which state it shall have: directory, link, touch",
    });
  }
  if (given.state === "file" && entry.type !== "file" && entry.type !== "link") {
    throw hostError(`${given.path} is ${entry.type === "directory" ? "a folder" : "no regular file"}, not a file`);
  }
  return guarded({ kind: "existing", destination }, given);
}

function guarded(state: Existing, given: FileParams): Existing {
  const place = placeOf(state.destination, given.follow);
  if (existingChanges(state, given).length > 0) requireTrustedWay(state.destination, place);
  requireChangeable(state.destination, given);
  return state;
}

export function existingChanges({ destination }: Existing, given: FileParams): readonly Change[] {
  return attributeChanges(destination, given);
}

/** What the attributes of an existing entry need. A symbolic link itself has an owner, but no mode. */
export function attributeChanges(destination: Destination, given: FileParams): readonly Change[] {
  const place = placeOf(destination, given.follow);
  const { entry } = place;
  if (entry === null) return [];
  const after = attributesAfter(destination, given);
  return sameAttributes(entry, after) ? [] : [attributeChange(destination, place, entry, after)];
}

/** Fails where the acting user may not give what is there the attributes. */
export function requireChangeable(destination: Destination, given: FileParams): void {
  const { entry } = placeOf(destination, given.follow);
  if (entry === null || attributeChanges(destination, given).length === 0) return;
  requireOwner(destination.lane, destination.path, entry, attributesAfter(destination, given));
}

export function attributesAfter(destination: Destination, given: FileParams): Attributes {
  const { entry } = placeOf(destination, given.follow);
  if (entry === null) throw new Error(`${destination.path} has no attributes`);
  const kind = { isDirectory: entry.type === "directory", umask: destination.lane.umask };
  const asked = entry.type === "link" ? { ...given, mode: undefined } : given;
  return wantedAttributes(asked, destination.names, entry, kind);
}
