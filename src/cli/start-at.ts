import { didYouMean, inputError } from "../contract/error.js";
import type { Section } from "../contract/play.js";
import { type LoadedPlay, matchesGlob } from "../language/index.js";
import { taskName } from "./listing.js";

/**
 * The plays from the first task of that name on (wildcards allowed; `role : name` is one of a role). Plays before it are
 * left out. Throws an input error when no task is called so; those of includes are known only in a run.
 */
export function startingAt(plays: readonly LoadedPlay[], wanted: string): readonly LoadedPlay[] {
  const isIt = (task: Section["tasks"][number]): boolean =>
    matchesGlob(wanted, task.name.source) || matchesGlob(wanted, taskName(task));
  const at = plays.findIndex(({ sections }) => sections.some(({ tasks }) => tasks.some(isIt)));
  const play = plays[at];
  if (play === undefined) throw unknown(plays, wanted);
  const section = play.sections.findIndex(({ tasks }) => tasks.some(isIt));
  const sections = play.sections.map((one, i): Section => {
    if (i < section) return { ...one, tasks: [] };
    return i > section ? one : { ...one, tasks: one.tasks.slice(one.tasks.findIndex(isIt)) };
  });
  return [{ ...play, sections }, ...plays.slice(at + 1)];
}

function unknown(plays: readonly LoadedPlay[], wanted: string): Error {
  const names = plays.flatMap(({ sections }) =>
    sections.flatMap(({ tasks }) => tasks.flatMap((task) => [task.name.source, taskName(task)])),
  );
  const meant = didYouMean(wanted, names);
  const remedy = meant === undefined ? "--list-tasks shows what there is" : `did you mean "${meant}"?`;
  return inputError(`--start-at-task: no task is called "${wanted}"`, { remedy });
}
