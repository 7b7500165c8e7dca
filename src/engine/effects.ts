import type { Effect } from "../contract/change.js";
import type { Task } from "../contract/play.js";
import { changesOf, type Prepared } from "./prepared.js";

export function touchesHosts({ module }: Task): boolean {
  return module.class === "state" || module.class === "action";
}

/** What a task will have changed when it has run, and what it may have changed. */
export function effectsOf(task: Task, prepared: Prepared): readonly Effect[] {
  return [...certainEffects(task, prepared), ...possibleEffects(task, prepared).flat()];
}

/** What a task will have changed. In an apply this is all: what is not known there is not run. */
export function certainEffects(task: Task, prepared: Prepared): readonly Effect[] {
  const effects = changesOf(prepared).flatMap((change) => change.effects);
  return declared(task, effects);
}

/** What a task may have changed of which a dry run cannot tell whether it does: by item, each may without the others. */
export function possibleEffects(task: Task, { items }: Prepared): readonly (readonly Effect[])[] {
  return items.flatMap((item) => (item.kind === "unknown" ? [declared(task, touchesOf(task, item.touches))] : []));
}

/** Of an include nobody knows whether its tasks come, or which. */
function touchesOf(task: Task, touches: readonly Effect[]): readonly Effect[] {
  return task.expand === undefined ? touches : [{ kind: "opaque", why: task.name.source }];
}

/** `changed_when: false` declares that a command disturbs nothing. */
export function declared(task: Task, effects: readonly Effect[]): readonly Effect[] {
  if (task.expand !== undefined) return effects;
  // What only looks, or happens on the controller, changes no host, whatever it comes to: at most time passes.
  if (!touchesHosts(task)) return effects.filter((effect) => effect.kind === "waited");
  const isQuiet = task.changedWhen.some((condition) => condition.constant?.value === false);
  return isQuiet ? effects.filter((effect) => effect.kind !== "opaque") : effects;
}
