import { isProxy } from "node:util/types";

/**
 * Makes plain data unchangeable, in depth: tasks share registers and facts, and an expression is evaluated as often as
 * the engine likes, so `list.reverse()` must fail rather than work every second time.
 */
export function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (!isProxy(value)) {
    if (Object.isFrozen(value)) return value;
    Object.freeze(value);
  }
  for (const part of Object.values(value)) freeze(part);
  return value;
}
