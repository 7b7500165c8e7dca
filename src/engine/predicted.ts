import type { TaskRef } from "../contract/event.js";
import type { ModuleSpec } from "../contract/module.js";
import { NotYet } from "../contract/play.js";
import type { Need } from "./needs.js";

/** Keys that a register has whatever the module. */
const COMMON = ["changed", "failed", "skipped", "results", "msg"];

/**
 * The register of a task that a dry run did not run: what is known answers; another key that the module returns
 * throws NotYet, so that whatever uses it is unknown because of this task.
 */
export function partlyKnown(
  known: Readonly<Record<string, unknown>>,
  module: ModuleSpec,
  because: TaskRef,
  register: string,
): Readonly<Record<string, unknown>> {
  const unknownKeys = new Set([...Object.keys(module.returns ?? {}), ...COMMON].filter((key) => !(key in known)));
  return new Proxy(
    { ...known },
    {
      get(target, key) {
        if (typeof key === "string" && unknownKeys.has(key)) {
          throw new NotYet({ kind: "unknown", what: `${register}.${key}`, because } satisfies Need);
        }
        return Reflect.get(target, key) as unknown;
      },
      has: (target, key) => key in target || (typeof key === "string" && unknownKeys.has(key)),
    },
  );
}
