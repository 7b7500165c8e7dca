import type { Expansion, Task } from "../contract/play.js";
import { asFettleError } from "./attempt.js";
import type { Handlers } from "./handlers.js";
import type { Lookahead } from "./lookahead.js";
import { keyOf } from "./names.js";
import type { Position } from "./position.js";
import type { Prepared, PreparedItem } from "./prepared.js";
import type { Exports, Slot } from "./slot.js";
import type { Variables } from "./variables.js";
import type { Walk } from "./walk.js";

interface IncludesParts {
  readonly variables: Variables;
  readonly handlers: Handlers;
  readonly slots: Slot[];
  readonly lookahead: Lookahead;
  makeSlot(task: Task, position: Position, handler: boolean): Slot;
}

/** Includes on one host: what they expand to takes its place behind them, ahead of its turn when that is known. */
export class Includes {
  readonly #parts: IncludesParts;

  constructor(parts: IncludesParts) {
    this.#parts = parts;
  }

  /** As things look now: its tasks are looked at along with the others. What cannot be expanded waits for its turn. */
  ahead(slot: Slot, prepared: Prepared): void {
    if (!prepared.items.every((item) => item.kind === "ready" || item.kind === "skipped")) return;
    const { expansions, failures } = expand(slot.task, prepared);
    if (failures.size === 0) this.#settle(slot, prepared, expansions);
  }

  /** Its tasks come next. */
  atTurn(slot: Slot, prepared: Prepared, walk: Walk): Prepared {
    if (slot.expanded?.from !== prepared) {
      const { expansions, failures } = expand(slot.task, prepared);
      this.#settle(slot, prepared, failures.size === 0 ? expansions : []);
      if (failures.size > 0) {
        const items = prepared.items.map((item, i) => failures.get(i) ?? item);
        return { ...prepared, items };
      }
    }
    walk.insert(slot, slot.expanded?.slots ?? []);
    return { ...prepared, exports: slot.expanded?.exports ?? new Map() };
  }

  #settle(slot: Slot, prepared: Prepared, expansions: readonly Expansion[]): void {
    const { variables, handlers, lookahead } = this.#parts;
    this.#withdraw(slot);
    handlers.include(
      slot.position,
      expansions.flatMap((one) => one.handlers),
    );
    const tasks = expansions.flatMap((one) => one.tasks);
    const slots = tasks.map((task, i) => this.#parts.makeSlot(task, [...slot.position, i + 1], slot.handler));
    slot.expanded = { from: prepared, slots, exports: exportsOf(expansions) };
    variables.announce(slots);
    lookahead.launchAll(slots);
  }

  /** What it expanded to before, with all that this expanded to. */
  #withdraw(slot: Slot): void {
    const before = slot.expanded?.slots ?? [];
    if (before.length === 0) return;
    for (const child of before) {
      this.#withdraw(child);
      const at = this.#parts.slots.indexOf(child);
      if (at >= 0) this.#parts.slots.splice(at, 1);
    }
    this.#parts.variables.withdraw(before);
    delete slot.expanded;
  }
}

function exportsOf(expansions: readonly Expansion[]): Exports {
  const keyed = expansions.flatMap(({ exports = [] }) =>
    exports.flatMap(({ rank, values }) => [...values].map(([name, one]) => [keyOf(rank, name), one] as const)),
  );
  return new Map(keyed);
}

function expand(
  task: Task,
  prepared: Prepared,
): { readonly expansions: readonly Expansion[]; readonly failures: ReadonlyMap<number, PreparedItem> } {
  const expansions: Expansion[] = [];
  const failures = new Map<number, PreparedItem>();
  for (const [i, item] of prepared.items.entries()) {
    if (item.kind !== "ready" || task.expand === undefined) continue;
    try {
      expansions.push(task.expand(item.params, item.scope));
    } catch (error) {
      const { scope, label } = item;
      failures.set(i, { kind: "failed", scope, error: asFettleError(error), ...(label !== undefined && { label }) });
    }
  }
  return { expansions, failures };
}
