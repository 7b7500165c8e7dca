import type { ChangeOutputs } from "../contract/module.js";
import type { Query } from "../contract/query.js";
import type { Group, Item, ScriptResults, Step, StepResult, WireStep } from "../contract/step.js";
import type { LaneKey } from "../contract/transport.js";
import { asItem } from "./loop-lanes.js";
import type { Prepared, PreparedItem } from "./prepared.js";
import type { Slot } from "./slot.js";

/** A task waiting for its turn to be reported; those with steps have a group in the script. */
export interface BatchEntry {
  readonly slot: Slot;
  readonly prepared: Prepared;
  readonly group?: number;
  /** Of a loop: the items before this one have run already. */
  readonly from: number;
  /** Of a loop: these are not all items; the others will be looked at when these have run. */
  readonly partial: boolean;
  /** The group of the mark before it. */
  readonly markGroup?: number;
}

/** The engine's own steps around those of a task: marks of handlers. */
export interface Around {
  readonly before?: Group;
  readonly after?: Group;
}

/** What will leave as one script: tasks in order, all of one lane. Tasks without steps only keep their place. */
export class Batch {
  readonly #entries: BatchEntry[] = [];
  readonly #groups: Group[] = [];
  #lane: LaneKey | undefined;

  get entries(): readonly BatchEntry[] {
    return this.#entries;
  }

  get groups(): readonly Group[] {
    return this.#groups;
  }

  get lane(): LaneKey {
    return this.#lane ?? {};
  }

  /** Nothing would be sent. */
  get isIdle(): boolean {
    return this.#groups.length === 0;
  }

  get stepCount(): number {
    return this.#groups.flatMap((group) => group.items.flatMap((item) => item.steps)).length;
  }

  /** Whether a task of this lane can go along. */
  takes(lane: LaneKey): boolean {
    return this.#lane === undefined || this.#lane.becomeUser === lane.becomeUser;
  }

  /** A task with `failed_when` is judged here, not by its exit status: the script goes on after it. */
  add(slot: Slot, prepared: Prepared, around: Around = {}, partial = false): void {
    const from = slot.done.length;
    const rest = prepared.items.slice(from);
    const items = rest.filter(hasSteps).map((item) => wireItem(item, prepared));
    if (items.length === 0) {
      this.#entries.push({ slot, prepared, from, partial });
      return;
    }
    this.#lane = prepared.lane;
    const marked = around.before === undefined ? {} : { markGroup: this.#groups.push(around.before) - 1 };
    this.#entries.push({ slot, prepared, from, partial, group: this.#groups.length, ...marked });
    const goesOn = prepared.ignoreErrors || slot.task.failedWhen.length > 0 || partial;
    this.#groups.push({ onFailure: goesOn ? "continue" : "stop", items });
    if (around.after !== undefined) this.#groups.push(around.after);
  }
}

export function hasSteps(item: PreparedItem): item is PreparedItem & { kind: "ready" } {
  return item.kind === "ready" && item.changes.some((change) => change.steps.length > 0);
}

/** Steps that the engine takes itself: they end a batch and stand alone. */
export function standsAlone(prepared: Prepared): boolean {
  return prepared.items.some(
    (item) => hasSteps(item) && item.changes.some((change) => change.steps.some((step) => !isWire(step))),
  );
}

function wireItem(item: PreparedItem & { kind: "ready" }, prepared: Prepared): Item {
  const steps = item.changes.flatMap((change) => change.steps);
  return { steps: steps.filter(isWire).map((step) => dressed(step, asItem(prepared, item))) };
}

export function isWire(step: Step): step is Step & WireStep {
  return step.do === "exec" || step.do === "put";
}

/** With the task's own timeout and environment. */
export function dressed<S extends WireStep>(step: S, { timeoutMs, environment }: Prepared): S {
  const timed = step.timeoutMs === undefined && timeoutMs !== undefined ? { ...step, timeoutMs } : step;
  if (timed.do !== "exec" || Object.keys(environment).length === 0) return timed;
  return { ...timed, environment: { ...environment, ...timed.environment } };
}

/** The results of an entry, for each of its items the outputs of each change; undefined for items without steps. */
export function outputsOf(
  entry: BatchEntry,
  results: ScriptResults,
): (item: number) => readonly ChangeOutputs[] | undefined {
  const ofItems = new Map<number, readonly StepResult[]>();
  let next = 0;
  entry.prepared.items.forEach((item, i) => {
    if (i >= entry.from && hasSteps(item)) ofItems.set(i, results[entry.group ?? -1]?.[next++] ?? []);
  });
  return (i) => {
    if (i < entry.from) return entry.slot.done[i]?.outputs;
    const item = entry.prepared.items[i];
    if (item?.kind !== "ready") return undefined;
    return splitByChange(item, ofItems.get(i) ?? []);
  };
}

function splitByChange(
  item: PreparedItem & { kind: "ready" },
  results: readonly StepResult[],
): readonly ChangeOutputs[] {
  let from = 0;
  return item.changes.map((change) => results.slice(from, (from += change.steps.length)));
}

/** The items of a loop that have not run yet. */
export function restOf(prepared: Prepared, { done }: Slot): Prepared {
  return done.length === 0 ? prepared : { ...prepared, items: prepared.items.slice(done.length) };
}

/** Keeps what came of the first items of a loop, for the report on all. */
export function keepDone(entry: BatchEntry, results: ScriptResults): void {
  const outputs = outputsOf(entry, results);
  const fresh = entry.prepared.items.slice(entry.from);
  entry.slot.done.push(...fresh.map((item, i) => ({ item, outputs: outputs(entry.from + i) })));
}

/** Questions to send along with a batch: those that its changes make stale and that later tasks had asked. */
export function staleQueries(slots: Iterable<Slot>, lane: LaneKey): readonly Query<unknown>[] {
  const queries = new Map<string, Query<unknown>>();
  for (const { attempt, settled } of slots) {
    if (settled || attempt === undefined) continue;
    for (const view of attempt.views) {
      const wanted = view.stale && view.query.cost === "cheap" && view.lane.becomeUser === lane.becomeUser;
      if (wanted) queries.set(view.query.id, view.query);
    }
  }
  return [...queries.values()];
}
