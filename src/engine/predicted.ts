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

/** A result that is only partly known stays so: its unknown keys must go on to say that they are. */
export function withKeys(
  result: Readonly<Record<string, unknown>>,
  keys: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const isNew = (key: string | symbol): key is string => typeof key === "string" && Object.hasOwn(keys, key);
  return new Proxy(result, {
    get: (target, key) => (isNew(key) ? keys[key] : (Reflect.get(target, key) as unknown)),
    has: (target, key) => isNew(key) || Reflect.has(target, key),
    ownKeys: (target) => [...new Set([...Reflect.ownKeys(target), ...Object.keys(keys)])],
    getOwnPropertyDescriptor: (target, key) =>
      isNew(key)
        ? { value: keys[key], enumerable: true, configurable: true, writable: true }
        : Reflect.getOwnPropertyDescriptor(target, key),
  });
}
