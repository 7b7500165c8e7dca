import type { Effect } from "../contract/change.js";
import type { Task } from "../contract/play.js";
import type { Prepared } from "./prepared.js";

export function touchesHosts({ module }: Task): boolean {
  return module.class === "state" || module.class === "action";
}

/** Dry run: nobody knows whether the tasks of the include come, or which. */
function isInDoubt(task: Task, { items }: Prepared): boolean {
  return task.expand !== undefined && items.some(({ kind }) => kind === "unknown");
}

/** What a task will have changed when it has run. `changed_when: false` declares that its command disturbs nothing. */
export function effectsOf(task: Task, prepared: Prepared): readonly Effect[] {
  // What only looks, or happens on the controller, changes no host, whatever it comes to.
  if (!touchesHosts(task)) return isInDoubt(task, prepared) ? [{ kind: "opaque", why: task.name.source }] : [];
  const effects = prepared.items.flatMap((item) => {
    if (item.kind === "ready") return item.changes.flatMap((change) => change.effects);
    return item.kind === "unknown" ? item.touches : [];
  });
  const declaredQuiet = task.changedWhen.some((condition) => condition.constant?.value === false);
  return declaredQuiet ? effects.filter((effect) => effect.kind !== "opaque") : effects;
}
