import type { Scope, Task } from "../contract/play.js";
import { unknownItem } from "./items.js";
import type { PreparedItem } from "./prepared.js";

interface Item {
  readonly scope: Scope;
  readonly label?: string;
}

/** The items of a set_fact: each sees what those before it have set (`list: <%= [...list, item] %>`). */
export async function eachAfterTheOther<I extends Item>(
  { module, loop }: Task,
  items: readonly I[],
  look: (item: I, index: number) => Promise<PreparedItem>,
): Promise<readonly PreparedItem[]> {
  const found: PreparedItem[] = [];
  let set: Readonly<Record<string, unknown>> = {};
  for (const [index, item] of items.entries()) {
    const before = found.at(-1);
    // In a dry run: whatever it would set, those behind it may use.
    if (before?.kind === "unknown") {
      found.push(unknownItem(item.scope, item.label, before.why, []));
      continue;
    }
    const own = [loop?.variable ?? "", loop?.indexVariable ?? ""];
    const seen = Object.entries(set).filter(([name]) => !own.includes(name));
    const one = await look({ ...item, scope: item.scope.with(Object.fromEntries(seen)) }, index);
    found.push(one);
    if (one.kind === "ready") set = { ...set, ...module.result?.([], one.params, one.state).variables };
  }
  return found;
}
