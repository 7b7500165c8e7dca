import type { TaskRef } from "../contract/event.js";
import { NotYet } from "../contract/play.js";
import type { Need } from "./needs.js";

/** What JavaScript itself asks of objects. */
const ASKED_BY_LANGUAGE = new Set(["toJSON", "then", "constructor", "toString", "valueOf"]);

/**
 * The register of a task that a dry run did not run: what is known answers; any other key throws NotYet, so that
 * whatever uses it is unknown because of this task.
 */
export function partlyKnown(
  known: Readonly<Record<string, unknown>>,
  because: TaskRef,
  register: string,
): Readonly<Record<string, unknown>> {
  const isUnknown = (key: string | symbol): key is string =>
    typeof key === "string" && !Object.hasOwn(known, key) && !ASKED_BY_LANGUAGE.has(key);
  return new Proxy(
    { ...known },
    {
      get(target, key) {
        if (!isUnknown(key)) return Reflect.get(target, key) as unknown;
        throw new NotYet({ kind: "unknown", what: `${register}.${key}`, because } satisfies Need);
      },
      has: (target, key) => key in target || isUnknown(key),
    },
  );
}
