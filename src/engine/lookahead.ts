import type { Handler } from "../contract/play.js";
import { Attempt, type Rest } from "./attempt.js";
import type { Handlers } from "./handlers.js";
import type { Prepared } from "./prepared.js";
import type { HostContext } from "./context.js";
import { type Look, prepare } from "./prepare.js";
import type { Slot } from "./slot.js";

export interface LookaheadParts {
  readonly context: HostContext;
  readonly handlers: Handlers;
  readonly slots: readonly Slot[];
  readonly speculate: boolean;
  makeSlot(handler: Handler): Slot;
  /** Whether this host will run the task itself (run_once). */
  isOwn(slot: Slot): boolean;
  /** The register of an attempt that changes nothing. */
  earlyVariables(slot: Slot, prepared: Prepared): Promise<ReadonlyMap<string, unknown>>;
  /** An include: its tasks can be looked at as well. */
  expand(slot: Slot, prepared: Prepared): void;
}

/**
 * Looks at the tasks of a host ahead of their turn. Nothing here decides anything: an attempt that turns out to rely
 * on what has changed since is thrown away at its turn.
 */
export class Lookahead {
  /** Slots of handlers, looked at before anything notified them. */
  readonly handlerSlots = new Map<Handler, Slot>();

  constructor(readonly parts: LookaheadParts) {}

  /** Rescue tasks are not looked at before something has failed. */
  launchAll(slots: readonly Slot[] = this.parts.slots): void {
    if (!this.parts.speculate) return;
    for (const slot of slots) {
      const isRescue = slot.task.blocks.some(({ part }) => part === "rescue");
      if (!isRescue && this.parts.isOwn(slot)) this.launch(slot);
    }
  }

  launch(slot: Slot, look: Look = "observe"): Attempt {
    this.parts.context.variables.dropEarly(slot);
    slot.attempt?.abandon();
    const attempt = new Attempt((self) => prepare(this.parts.context, slot, self, look));
    slot.attempt = attempt;
    void attempt.end().then(
      (rest) => this.#seen(slot, attempt, rest),
      () => undefined, // a defect shows when the task's turn comes
    );
    return attempt;
  }

  /** Tasks that were waiting for one of these variables can be looked at now. */
  wake(names: readonly string[]): void {
    if (!this.parts.speculate) return;
    for (const slot of this.parts.slots) {
      const rest = slot.attempt?.finished;
      if (slot.settled || rest?.kind !== "blocked" || rest.host !== undefined) continue;
      if (names.includes(rest.name)) this.launch(slot);
    }
  }

  /** Looks again at everything ahead that relied on what has changed. */
  refresh(): void {
    if (!this.parts.speculate) return;
    for (const slot of this.parts.slots) {
      const { attempt, settled } = slot;
      if (!settled && attempt !== undefined && attempt.finished?.kind !== "blocked" && attempt.isStale())
        this.launch(slot);
    }
  }

  /** Facts are read again: what is ahead may have relied on them. */
  forgetFacts(): void {
    const { facts, reader } = this.parts.context;
    facts.forget();
    reader.forgetOnly(facts.sources.map(({ query }) => query));
    this.again();
  }

  /** Looks again at everything ahead. */
  again(): void {
    for (const slot of this.parts.slots) if (!slot.settled && slot.attempt !== undefined) this.launch(slot);
  }

  /** Makes what is certain of an attempt available to the tasks behind it. */
  async #seen(slot: Slot, attempt: Attempt, rest: Rest): Promise<void> {
    if (!this.parts.speculate || rest.kind !== "done") return;
    const isCurrent = (): boolean => slot.attempt === attempt && !slot.settled;
    const { items } = rest.prepared;
    const quiet = items.every(
      (item) => item.kind === "skipped" || (item.kind === "ready" && item.changes.length === 0),
    );
    if (!isCurrent()) return;
    if (slot.task.expand !== undefined) this.parts.expand(slot, rest.prepared);
    if (!quiet) this.#lookAtHandlers(slot, rest.prepared);
    else if (slot.writes.length > 0 && rest.prepared.retry === undefined && !slot.task.changesInventory) {
      const exports = slot.expanded?.from === rest.prepared ? slot.expanded.exports : undefined;
      const prepared = { ...rest.prepared, ...(exports !== undefined && { exports }) };
      const values = await this.parts.earlyVariables(slot, prepared);
      if (!isCurrent()) return;
      this.parts.context.variables.setEarly(slot, values);
      this.wake(slot.writes);
    }
  }

  /** Handlers that will probably be notified are looked at along with the tasks. */
  #lookAtHandlers({ position }: Slot, { topics }: Prepared): void {
    for (const handler of topics.flatMap((topic) => this.parts.handlers.named(topic, position))) {
      if (handler.expand !== undefined || this.handlerSlots.has(handler)) continue;
      const ahead = this.parts.makeSlot(handler);
      this.handlerSlots.set(handler, ahead);
      this.launch(ahead);
    }
  }
}
