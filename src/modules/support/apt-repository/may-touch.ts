import { disturbs, type Effect } from "../../../contract/change.js";
import { listsSubject } from "../../../probes/apt.js";
import { pathMayTouch } from "../path-may-touch.js";
import { keyPath, type Repository, sourcePath } from "./observe.js";

export function repositoryMayTouch({ name }: Repository): readonly Effect[] {
  return [...pathMayTouch(sourcePath(name)), ...pathMayTouch(keyPath(name)), disturbs(listsSubject)];
}
