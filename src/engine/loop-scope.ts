import { type Dynamic, NotYet, type Scope, type Task } from "../contract/play.js";
import type { Need } from "./needs.js";
import type { DoneItem } from "./prepared.js";
import type { VariableRecord } from "./slot.js";

/**
 * What each item of a loop sees before its own variables: as in Ansible, the register of the task holds what came of the
 * item before it. NotYet where that has not run.
 */
export function scopeOfItems(
  task: Task,
  { host, dynamic, done }: { host: string; dynamic: Dynamic; done: readonly DoneItem[] },
  first: Scope,
): (index: number) => Scope {
  const { register, expand } = task;
  if (register === undefined || expand !== undefined) return () => first;
  return (index) => {
    if (index === 0) return first;
    const before = (): VariableRecord => {
      const result = done[index - 1]?.result;
      if (result === undefined) throw new NotYet({ kind: "item" } satisfies Need);
      return { value: result, assuming: [] };
    };
    const lookup: Dynamic["lookup"] = (name) => (name === register ? before() : dynamic.lookup(name));
    return task.scope(host, { ...dynamic, lookup });
  };
}
