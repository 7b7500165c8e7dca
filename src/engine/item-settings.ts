import { type FettleError, inputError } from "../contract/error.js";
import type { Expression, Scope, Task } from "../contract/play.js";
import type { LaneKey } from "../contract/transport.js";
import { laneOf } from "./facts.js";
import { type Settings, settingsOf } from "./settings.js";

/** What a task's keywords say, of the whole task or of one item of its loop. */
export type OwnSettings = Settings & { readonly lane: LaneKey };

export function ownSettings(task: Task, scope: Scope): OwnSettings {
  return { lane: laneOf(task, scope), ...settingsOf(task, scope) };
}

/** Whether keywords may say something else for each item of the loop. */
export function differByItem(task: Task): boolean {
  const { loop, becomeIsComputed, environment, timeout, retries, delay, ignoreErrors, noLog, checkMode } = task;
  if (loop === undefined) return false;
  const { anyErrorsFatal, delegateFacts, async, poll, diff } = task;
  const others = [...environment, timeout, retries, delay, ignoreErrors, noLog, checkMode];
  return becomeIsComputed === true || [...others, anyErrorsFatal, delegateFacts, async, poll, diff].some(isComputed);
}

function isComputed(expression: Expression<unknown> | undefined): boolean {
  return expression !== undefined && expression.constant === undefined;
}

/**
 * What the items that ran say together. As whom and in which environment each runs is its own; a secret of one is one of
 * all; the rest must be the same. Without items: undefined.
 */
export function together(task: Task, items: readonly OwnSettings[]): OwnSettings | undefined {
  const [first] = items;
  if (first === undefined) return undefined;
  const common = ({ lane: _lane, environment: _environment, noLog: _noLog, ...rest }: OwnSettings): string =>
    JSON.stringify(rest);
  if (items.some((one) => common(one) !== common(first))) throw differing(task);
  return { ...first, noLog: items.some(({ noLog }) => noLog) };
}

function differing({ place }: Task): FettleError {
  const cause =
    "of the keywords of a loop only become, become_user, environment, no_log, when and notify may differ from item to item";
  return inputError(cause, { place, remedy: "include a file of tasks for each item (include_tasks with this loop)" });
}
