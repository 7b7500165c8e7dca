import type { ItemOutcome } from "../contract/event.js";
import type { Task } from "../contract/play.js";
import { withKeys } from "./predicted.js";
import type { PreparedItem } from "./prepared.js";

type Result = Readonly<Record<string, unknown>>;

interface Judged {
  readonly outcome: ItemOutcome;
  readonly result: Result;
}

/** What `register` holds after a loop. Of a dry run `changed` or `failed` may be missing: nobody knows yet. */
export function loopRegister(task: Task, prepared: readonly PreparedItem[], items: readonly Judged[]): Result {
  // By the results, not the verdicts: a command that failed has changed something all the same.
  const some = (key: "changed" | "failed"): boolean =>
    items.some(({ result }) => Object.hasOwn(result, key) && result[key] === true);
  // Of a dry run: one that would, settles it; otherwise all must be known.
  const told = (key: "changed" | "failed"): object =>
    some(key) || items.every((item) => Object.hasOwn(item.result, key)) ? { [key]: some(key) } : {};
  return {
    results: items.map(({ result }, i) => withKeys(result, itemKeys(task, prepared[i]))),
    ...told("changed"),
    ...told("failed"),
    skipped: items.every((item) => item.outcome.status === "skipped"),
    msg: some("failed") ? "One or more items failed" : "All items completed",
  };
}

/** What the item was, as in Ansible: `results[0].item`, or whatever loop_control calls it. */
function itemKeys({ loop }: Task, item: PreparedItem | undefined): Result {
  // Without a label the list itself could not be evaluated.
  if (loop === undefined || item?.label === undefined) return {};
  const { variable, indexVariable: index } = loop;
  return {
    [variable]: item.scope.get(variable),
    ansible_loop_var: variable,
    ...(index !== undefined && { [index]: item.scope.get(index), ansible_index_var: index }),
  };
}
