import { didYouMean, inputError } from "../contract/error.js";
import type { FactSource } from "../contract/module.js";
import { type Dynamic, NotYet } from "../contract/play.js";
import { freeze } from "./freeze.js";
import type { Need } from "./needs.js";
import { compare, type Position } from "./position.js";
import type { Slot, VariableRecord } from "./slot.js";
import { UnknownValue } from "./unknown.js";

/** Facts that are known so far. */
export type KnownFacts = Pick<ReadonlyMap<string, unknown>, "has" | "get">;

function notYet(need: Need): NotYet {
  return new NotYet(need);
}

/** What an attempt looked up, to see later whether it still holds. */
export interface Lookups {
  note(name: string, record: VariableRecord | undefined): void;
}

/**
 * Registers and set_fact of one host, in the order of its tasks: a task sees what earlier tasks set, and must wait
 * for an earlier task that may set the name and has not run.
 */
export class Variables {
  readonly #base = new Map<string, VariableRecord>();
  readonly #writers = new Map<string, Slot[]>();
  readonly #written = new Map<Slot, ReadonlyMap<string, VariableRecord>>();
  readonly #early = new Map<Slot, ReadonlyMap<string, VariableRecord>>();

  /** The tasks of a play (or a handler) are about to be looked at. */
  announce(slots: Iterable<Slot>): void {
    for (const slot of slots) {
      for (const name of slot.writes) {
        const writers = this.#writers.get(name) ?? [];
        this.#writers.set(name, writers);
        writers.push(slot);
        writers.sort((a, b) => compare(a.position, b.position));
      }
    }
  }

  /** The value a pure read will have unless something touches what it read. */
  setEarly(slot: Slot, values: ReadonlyMap<string, unknown>): void {
    this.#early.set(slot, asRecords(values));
  }

  /** The attempt whose early value this was is no longer good. */
  dropEarly(slot: Slot): void {
    this.#early.delete(slot);
  }

  /** The task has run (or was skipped, with no values). `assuming`: see VariableRecord. */
  settle(slot: Slot, values: ReadonlyMap<string, unknown>, assuming: readonly string[] = []): void {
    this.#written.set(slot, asRecords(values, assuming));
    this.#early.delete(slot);
  }

  /** The task has not run after all. */
  unsettle(slot: Slot): void {
    this.#written.delete(slot);
  }

  /** These tasks will not come: what took their place was put there by mistake. */
  withdraw(slots: readonly Slot[]): void {
    for (const [name, writers] of this.#writers) {
      const left = writers.filter((writer) => !slots.includes(writer));
      if (left.length < writers.length) this.#writers.set(name, left);
    }
  }

  /** Sets a name that no task may set (ansible_failed_task). */
  put(name: string, value: unknown): void {
    this.#base.set(name, { value, assuming: [] });
  }

  /** Throws NotYet for a name that an earlier task may still set. */
  lookup(name: string, before: Position): VariableRecord | undefined {
    const writers = this.#writers.get(name) ?? [];
    for (let i = writers.length - 1; i >= 0; i--) {
      const writer = writers[i] as Slot;
      if (compare(writer.position, before) >= 0) continue;
      const known = this.#written.get(writer) ?? this.#early.get(writer);
      if (known === undefined) throw notYet({ kind: "variable", name });
      const record = known.get(name);
      if (record !== undefined) return certain(record);
    }
    const record = this.#base.get(name);
    return record === undefined ? undefined : certain(record);
  }

  names(): readonly string[] {
    return [...new Set([...this.#base.keys(), ...this.#writers.keys()])];
  }

  /** The play is over: what its tasks set is what the next play starts from. */
  fold(): void {
    const slots = [...this.#written.keys()].sort((a, b) => compare(a.position, b.position));
    for (const slot of slots) {
      for (const [name, record] of this.#written.get(slot) ?? []) this.#base.set(name, record);
    }
    this.#writers.clear();
    this.#written.clear();
    this.#early.clear();
  }

  /** What a task at `position` sees; every lookup is noted. */
  dynamic(position: Position, facts: object, magic: Readonly<Record<string, unknown>>, lookups: Lookups): Dynamic {
    return {
      lookup: (name) => {
        const record = this.lookup(name, position);
        lookups.note(name, record);
        return record;
      },
      names: () => this.names(),
      facts: facts as Readonly<Record<string, unknown>>,
      magic,
    };
  }
}

/** Throws NotYet for a value that only a real run gives. */
function certain(record: VariableRecord): VariableRecord {
  if (record.value instanceof UnknownValue) throw record.value.notYet;
  return record;
}

function asRecords(
  values: ReadonlyMap<string, unknown>,
  assuming: readonly string[] = [],
): ReadonlyMap<string, VariableRecord> {
  return new Map([...values].map(([name, value]) => [name, { value: freeze(value), assuming }]));
}

/** The `facts` object: a property that was not read yet is asked for by NotYet; all at once when it is listed. */
export function factsObject(sources: readonly FactSource[], known: KnownFacts): object {
  const names = sources.flatMap((source) => source.names);
  const missing = (wanted: readonly string[]): void => {
    const unread = sources.filter((source) => source.names.some((name) => wanted.includes(name) && !known.has(name)));
    if (unread.length > 0) throw notYet({ kind: "reads", names: wanted, sources: unread });
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
