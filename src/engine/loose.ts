import type { Play, Scope, Task } from "../contract/play.js";
import type { LaneKey } from "../contract/transport.js";
import { laneOf } from "./facts.js";
import { showLabel } from "./items.js";

/** What is asked of a task before it can be known whether it can be answered: where it cannot, something simpler does. */

/** A name that cannot be rendered (yet) is no reason to fail: it shows as it is written. */
export function nameOf({ name }: Task, scope: Scope): string {
  return orElse(() => name.evaluate(scope), name.source);
}

export function labelOf({ loop }: Task, scope: Scope, item: unknown): string {
  return orElse(() => showLabel(loop?.label?.evaluate(scope) ?? item), undefined) ?? showLabel(item);
}

/** Asked first: whatever else is asked may be what the host does not answer. */
export function ignoresUnreachable({ ignoreUnreachable }: Task, scope: Scope): boolean {
  return orElse(() => ignoreUnreachable?.evaluate(scope) ?? false, false);
}

/** As whom facts are read that are needed to know as whom the task runs. */
export function laneAhead(who: Task | Play, scope: Scope): LaneKey {
  return orElse(() => laneOf(who, scope), {});
}

function orElse<T, E>(work: () => T, otherwise: E): T | E {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
