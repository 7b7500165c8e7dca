import { becomes, type Change } from "../../../contract/change.js";
import type { Read } from "../../../contract/query.js";
import { aptArchives, type Archives } from "../../../probes/apt-archives.js";
import { aptGet } from "./get.js";
import type { AptParams } from "./params.js";

/** Files of packages that are to go; undefined: the task does not care. */
export async function observeArchives(read: Read, given: AptParams): Promise<readonly string[] | undefined> {
  const which = archivesOf(given);
  return which === undefined ? undefined : read(aptArchives(which));
}

/** The last change of a task: what it installs itself does not stay either. */
export function archivesChanges(
  kept: readonly string[] | undefined,
  after: boolean,
  given: AptParams,
): readonly Change[] {
  const which = archivesOf(given);
  if (which === undefined || kept === undefined || (kept.length === 0 && !after)) return [];
  const command = which === "all" ? "clean" : "autoclean";
  return [
    {
      summary: which === "all" ? "remove downloaded packages" : "remove downloaded packages that are out of date",
      effects: [becomes(aptArchives(which), [])],
      steps: [aptGet([command], given)],
    },
  ];
}

function archivesOf({ clean, autoclean }: AptParams): Archives | undefined {
  return clean ? "all" : autoclean ? "outdated" : undefined;
}
