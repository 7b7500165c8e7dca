import { endOf } from "../../../probes/file-stat.js";
import type { TaskResult } from "../../../contract/module.js";
import { shownAttributes } from "../attributes.js";
import { deliveryResult } from "../deliver.js";
import { plannedFolders } from "../folder.js";
import type { FileState } from "../../file.js";
import { attributesAfter } from "./attributes.js";
import type { FileParams } from "./params.js";

/** What will be there, with Ansible's keys. */
export function fileResult(state: FileState, given: FileParams): TaskResult {
  const common = { path: given.path, dest: given.path };
  switch (state.kind) {
    case "absent":
      return { ...common, state: "absent" };
    case "link":
    case "hard":
      return { ...common, state: state.kind, src: state.src };
    case "directory":
      return { ...common, state: "directory", ...directoryAttributes(state, given) };
    case "touch":
      if (state.delivery !== undefined) return deliveryResult(state.delivery);
      return { ...common, state: "file", ...shownAttributes(attributesAfter(state.destination, given)) };
    case "existing": {
      const type = endOf(state.destination.stat).entry?.type ?? "file";
      return { ...common, state: type, ...shownAttributes(attributesAfter(state.destination, given)) };
    }
    default:
      return state satisfies never;
  }
}

function directoryAttributes(state: FileState & { kind: "directory" }, given: FileParams): Record<string, string> {
  const { destination, missing } = state;
  if (missing === undefined) return { ...shownAttributes(attributesAfter(destination, given)) };
  const planned = plannedFolders(missing.stats, () => missing.base, given, destination).at(-1);
  return planned === undefined ? {} : { ...shownAttributes(planned.attributes) };
}
