import type { Change } from "../contract/change.js";
import type { Loop, Scope, Task } from "../contract/play.js";
import type { Because, PreparedItem } from "./prepared.js";

export function unknownItem(
  scope: Scope,
  label: string | undefined,
  why: Because,
  changes: readonly Change[],
): PreparedItem {
  return { kind: "unknown", scope, why, touches: changes.flatMap((change) => change.effects), ...labelled(label) };
}

/** With nothing to change it is the same whether it runs or not: it leaves no variable, and cannot fail by itself. */
export function isQuiet({ register, module }: Task): boolean {
  return register === undefined && module.setsVariables === undefined && module.class === "state";
}

export function labelled(label: string | undefined): { label?: string } {
  return label === undefined ? {} : { label };
}

export function showLabel(value: unknown): string {
  const text = typeof value === "string" ? value : value === undefined ? "undefined" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

export function describe(value: unknown): string {
  return value === null ? "null" : typeof value === "object" ? "a mapping" : JSON.stringify(value);
}

/** What the item at `index` sees of its loop. */
export function loopVariables(
  { variable, indexVariable, extended }: Loop,
  values: readonly unknown[],
  index: number,
): Readonly<Record<string, unknown>> {
  const length = values.length;
  return {
    [variable]: values[index],
    ansible_loop_var: variable,
    ...(indexVariable !== undefined && { [indexVariable]: index, ansible_index_var: indexVariable }),
    ...(extended === true && {
      ansible_loop: {
        allitems: values,
        index: index + 1,
        index0: index,
        revindex: length - index,
        revindex0: length - index - 1,
        first: index === 0,
        last: index === length - 1,
        length,
        ...(index > 0 && { previtem: values[index - 1] }),
        ...(index < length - 1 && { nextitem: values[index + 1] }),
      },
    }),
  };
}
