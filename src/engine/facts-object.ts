import { didYouMean, inputError } from "../contract/error.js";
import type { FactSource } from "../contract/module.js";
import { NotYet } from "../contract/play.js";
import { freeze } from "./freeze.js";
import type { Need } from "./needs.js";

/** Facts that are known so far. */
export type KnownFacts = Pick<ReadonlyMap<string, unknown>, "has" | "get">;

/**
 * The `facts` object: a property that was not read yet is asked for by NotYet; all at once when it is listed. `host`:
 * whose they are, when they are not those of the host that asks.
 */
export function factsObject(sources: readonly FactSource[], known: KnownFacts, host?: string): object {
  const names = sources.flatMap((source) => source.names);
  const missing = (wanted: readonly string[]): void => {
    const unread = sources.filter((source) => source.names.some((name) => wanted.includes(name) && !known.has(name)));
    const need: Need = { kind: "reads", names: wanted, sources: unread, ...(host !== undefined && { host }) };
    if (unread.length > 0) throw new NotYet(need);
  };
  return new Proxy(Object.create(null) as object, {
    has: (_target, name) => typeof name === "string" && names.includes(name),
    get(_target, name) {
      if (typeof name !== "string" || name === "toJSON") return undefined;
      if (!names.includes(name)) throw unknownFact(name, names);
      missing([name]);
      return freeze(known.get(name));
    },
    ownKeys() {
      missing(names);
      return names;
    },
    getOwnPropertyDescriptor(_target, name) {
      if (typeof name !== "string" || !names.includes(name)) return undefined;
      missing([name]);
      return { value: freeze(known.get(name)), enumerable: true, configurable: true, writable: false };
    },
  });
}

function unknownFact(name: string, names: readonly string[]): Error {
  const meant = didYouMean(name.replace(/^ansible_/, ""), names);
  return inputError(`there is no fact "${name}"`, {
    remedy: meant === undefined ? "`fettle facts HOST` lists them" : `did you mean facts.${meant}?`,
  });
}
