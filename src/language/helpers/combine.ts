import { inputError } from "../../contract/error.js";
import { isEqual } from "./compare.js";
import { isMapping, mappingOf, newMapping, type Options, word } from "./helper.js";

type Mapping = Readonly<Record<string, unknown>>;
type Merge = (older: readonly unknown[], newer: readonly unknown[]) => readonly unknown[];

const without = (list: readonly unknown[], those: readonly unknown[]): readonly unknown[] =>
  list.filter((one) => !those.some((other) => isEqual(one, other)));

const MERGES: Readonly<Record<string, Merge>> = {
  replace: (_older, newer) => newer,
  keep: (older) => older,
  append: (older, newer) => [...older, ...newer],
  prepend: (older, newer) => [...newer, ...older],
  append_rp: (older, newer) => [...without(older, newer), ...newer],
  prepend_rp: (older, newer) => [...newer, ...without(older, newer)],
};

/** Mappings and lists of them, the later the stronger; options when the last argument is nothing else. */
export function combine(...given: unknown[]): object {
  const options = isOptions(given.at(-1)) && given.length > 1 ? (given.pop() as Options) : {};
  const name = word(options["listMerge"], "replace");
  const merge = MERGES[name];
  if (merge === undefined)
    throw inputError(`combine: there is no listMerge "${name}"`, {
      remedy: `known are ${Object.keys(MERGES).join(", ")}`,
    });
  const mappings = given.flat().map((one) => mappingOf("combine", one));
  return mappings.reduce<Mapping>((all, one) => merged(all, one, options["recursive"] === true, merge), newMapping());
}

/** Written out in the expression, `{ recursive: true }` has a prototype; what files of variables hold has none. */
function isOptions(value: unknown): boolean {
  if (!isMapping(value) || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key === "recursive" || key === "listMerge");
}

function merged(older: Mapping, newer: Mapping, recursive: boolean, merge: Merge): Mapping {
  const made = newMapping(Object.entries(older));
  for (const [key, value] of Object.entries(newer)) {
    const before = Object.hasOwn(older, key) ? older[key] : undefined;
    if (recursive && isMapping(before) && isMapping(value)) made[key] = merged(before, value, recursive, merge);
    else if (Array.isArray(before) && Array.isArray(value)) made[key] = merge(before, value);
    else made[key] = value;
  }
  return made;
}
