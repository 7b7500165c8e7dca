import { NotYet } from "../contract/play.js";
import { freeze } from "./freeze.js";
import type { Need } from "./needs.js";
import type { News } from "./news.js";
import { compare, LAST, type Position } from "./position.js";
import { ANY, INVENTORY } from "./names.js";
import type { Slot, VariableRecord } from "./slot.js";
import { UnknownValue } from "./unknown.js";

const NOTHING: ReadonlyMap<string, VariableRecord> = new Map();

/** Behind every task. */
const END: Position = [...LAST, 1];

/**
 * Registers, set_fact and read definitions of one host, in the order of its tasks: a task sees what earlier tasks set,
 * and must wait for an earlier task that may set the name and has not run.
 */
export class Variables {
  readonly #base = new Map<string, VariableRecord>();
  readonly #writers = new Map<string, Slot[]>();
  /** Tasks of which it is not known beforehand what they set. */
  readonly #open: Slot[] = [];
  readonly #includes = new Set<Slot>();
  readonly #written = new Map<Slot, ReadonlyMap<string, VariableRecord>>();
  readonly #early = new Map<Slot, ReadonlyMap<string, VariableRecord>>();
  /** What handlers may set that were not notified yet. */
  #ofHandlers = new Set<string>();
  /** Tasks that set variables of other hosts (delegate_facts). */
  readonly #delegating: Slot[] = [];
  /** What tasks of other hosts have set here. */
  readonly #received = new Set<Slot>();
  #isInPlay = false;
  /** Everything before this position is done and will not be undone. */
  #finalBefore: Position = END;
  readonly #news: News;

  constructor(news: News) {
    this.#news = news;
  }

  /** A play begins. */
  begin(ofHandlers: Iterable<string>): void {
    this.#finalBefore = [];
    this.#isInPlay = true;
    this.#ofHandlers = new Set(ofHandlers);
  }

  /** The tasks of a play (or a handler) are about to be looked at. */
  announce(slots: Iterable<Slot>): void {
    for (const slot of slots) {
      if (slot.task.expand !== undefined) this.#includes.add(slot);
      if (slot.task.delegateFacts !== undefined && slot.task.delegateFacts.constant?.value !== false) {
        this.#delegating.push(slot);
        this.#news.delegates = true;
      }
      this.#addWriter(slot);
    }
  }

  #addWriter(slot: Slot): void {
    for (const name of slot.writes) {
      const writers = name === ANY ? this.#open : (this.#writers.get(name) ?? []);
      if (name !== ANY) this.#writers.set(name, writers);
      writers.push(slot);
      writers.sort((a, b) => compare(a.position, b.position));
    }
  }

  /** A task of another host sets these here; the tasks behind it see them. */
  receive(from: Slot, values: ReadonlyMap<string, unknown>, assuming: readonly string[]): void {
    if (!this.#isInPlay) {
      for (const [name, record] of asRecords(values, assuming)) this.#base.set(name, record);
      return;
    }
    const slot: Slot = { ...from, writes: [...values.keys()] };
    this.#received.add(slot);
    this.#addWriter(slot);
    this.settle(slot, values, assuming);
  }

  /** Whether tasks of the run set variables of other hosts, as far as is known. */
  get delegates(): boolean {
    return this.#news.delegates;
  }

  /** Throws NotYet while a task of this host may still set the name on another one. `host`: this one, for others. */
  checkDelegated(name: string, before: Position, host?: string): void {
    const isOpen = (slot: Slot): boolean =>
      host === undefined
        ? compare(slot.position, before) < 0 && !this.#written.has(slot)
        : this.#isPending(slot, before);
    const setter = this.#delegating.find(
      (slot) => [name, ANY].some((one) => slot.writes.includes(one)) && isOpen(slot),
    );
    if (setter === undefined) return;
    const waitsFor = setter.writes.includes(name) ? name : ANY;
    throw notYet({ kind: "variable", name: waitsFor, ...(host !== undefined && { host }) });
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
    for (const slot of slots) this.#includes.delete(slot);
    for (const [name, writers] of this.#writers) {
      const left = writers.filter((writer) => !slots.includes(writer));
      if (left.length < writers.length) this.#writers.set(name, left);
    }
    for (const kept of [this.#open, this.#delegating])
      kept.splice(0, kept.length, ...kept.filter((slot) => !slots.includes(slot)));
  }

  /** Everything before this position is done for good: other hosts may rely on it. */
  advance(position: Position): void {
    if (compare(position, this.#finalBefore) <= 0) return;
    this.#finalBefore = position;
    this.#news.tell();
  }

  /** Whether everything before this position is done for good. */
  isFinalBefore(position: Position): boolean {
    return compare(this.#finalBefore, position) >= 0;
  }

  /** The host is done with the play: tasks that have not run will not. */
  end(): void {
    this.advance(END);
  }

  /** Sets a name that no task may set (ansible_failed_task). */
  put(name: string, value: unknown): void {
    this.#base.set(name, { value: freeze(value), assuming: [] });
  }

  /** Throws NotYet for a name that an earlier task may still set. `isOver`: those that have not run will not. */
  lookup(name: string, before: Position, isOver = false): VariableRecord | undefined {
    const writers = this.#writersOf(name);
    for (let i = writers.length - 1; i >= 0; i--) {
      const writer = writers[i] as Slot;
      if (compare(writer.position, before) >= 0) continue;
      const known = this.#written.get(writer) ?? (isOver ? NOTHING : this.#early.get(writer));
      if (known === undefined) throw notYet({ kind: "variable", name: writer.writes.includes(name) ? name : ANY });
      const record = known.get(name) ?? known.get(ANY);
      if (record !== undefined) return certain(record);
    }
    const record = this.#base.get(name) ?? this.#base.get(ANY);
    return record === undefined ? undefined : certain(record);
  }

  /** The same for a task of another host, which waits until that is certain. `host`: the name of this one. */
  lookupFrom(name: string, before: Position, host: string): VariableRecord | undefined {
    if (this.#mayBeSet(name, before)) throw notYet({ kind: "variable", name, host });
    return this.lookup(name, before, true);
  }

  /** The inventory as a task of another host sees it. Includes are not waited for: they seldom add to it. */
  inventoryFrom(before: Position, host: string): VariableRecord | undefined {
    const isPending = (this.#writers.get(INVENTORY) ?? []).some((slot) => this.#isPending(slot, before));
    if (isPending) throw notYet({ kind: "variable", name: INVENTORY, host });
    return this.lookup(INVENTORY, before, true);
  }

  /** Whether a task before that position may still set the name. */
  #mayBeSet(name: string, before: Position): boolean {
    if (this.isFinalBefore(before)) return false;
    if (this.#ofHandlers.has(name)) return true;
    const setters = [...this.#writersOf(name), ...this.#includes].filter((slot) => !this.#received.has(slot));
    return setters.some((slot) => this.#isPending(slot, before));
  }

  #isPending({ position }: Slot, before: Position): boolean {
    return compare(position, before) < 0 && compare(position, this.#finalBefore) >= 0;
  }

  names(): readonly string[] {
    const named = [...this.#written.values()].flatMap((values) => [...values.keys()]);
    return [...new Set([...this.#base.keys(), ...this.#writers.keys(), ...named])].filter((name) => name !== ANY);
  }

  /** The play is over: what its tasks set is what the next play starts from. */
  fold(): void {
    const slots = [...this.#written.keys()].sort((a, b) => compare(a.position, b.position));
    for (const slot of slots) {
      for (const [name, record] of this.#written.get(slot) ?? []) this.#base.set(name, record);
    }
    for (const kept of [this.#writers, this.#includes, this.#written, this.#early]) kept.clear();
    this.#open.length = this.#delegating.length = 0;
    this.#received.clear();
    this.#isInPlay = false;
  }

  #writersOf(name: string): readonly Slot[] {
    const named = this.#writers.get(name) ?? [];
    if (this.#open.length === 0) return named;
    return [...named, ...this.#open].sort((a, b) => compare(a.position, b.position));
  }
}

function notYet(need: Need): NotYet {
  return new NotYet(need);
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
