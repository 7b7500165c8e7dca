import type { Handler } from "../contract/play.js";
import { effectsOf } from "./effects.js";
import type { Handlers, Notified } from "./handlers.js";
import type { Host } from "./host.js";
import type { Lookahead } from "./lookahead.js";
import type { Marks } from "./marks.js";
import { predict } from "./predict.js";
import type { Reporter } from "./reporter.js";
import type { Sender } from "./sender.js";
import type { Settler } from "./settler.js";
import type { Slot } from "./slot.js";
import type { Turns } from "./turns.js";

interface HandlerRunsParts {
  readonly host: Host;
  readonly handlers: Handlers;
  readonly marks: Marks;
  readonly reporter: Reporter;
  readonly lookahead: Lookahead;
  readonly sender: Sender;
  readonly settler: Settler;
  readonly turns: Turns;
  goesOn(): boolean;
  /** A place for the handler behind the task whose turn it is. */
  makeSlot(handler: Handler): Slot;
  /** It was looked at ahead; the handler now has another slot. */
  forget(ahead: Slot): void;
  /** A handler that includes: its tasks run where it stands. */
  include(slot: Slot): Promise<void>;
}

/** A handler whose turn has come. */
interface Taken {
  readonly slot: Slot;
  readonly notified: Notified;
}

/** Runs the handlers that were notified on one host, in the order in which they are defined. */
export class HandlerRuns {
  readonly #parts: HandlerRunsParts;

  constructor(parts: HandlerRunsParts) {
    this.#parts = parts;
  }

  /** `at`: a flush among the tasks, or the end of their section. */
  async run(at: "flush" | "end"): Promise<void> {
    const { settler, sender, handlers, marks } = this.#parts;
    const goesOn = (): boolean => this.#parts.goesOn();
    await settler.flush();
    // A handler may notify another one, but nobody twice in a circle. Those of a host that has failed stay notified, for
    // force_handlers.
    const ran = new Map<Handler, Taken>();
    let last: Handler | undefined;
    while (goesOn()) {
      const next = handlers.takeNext(last);
      if (next === undefined && settler.isIdle) break;
      if (next === undefined) await settler.flush();
      else if (!ran.has(next.handler) || next.by.handler !== true) {
        const slot = this.#place((last = next.handler));
        ran.set(last, { slot, notified: next });
        await this.#one(slot, next);
        // Whom it notifies may be next.
        if (goesOn() && last.notify.length > 0) await settler.flush();
      }
    }
    if (at === "end" && goesOn()) marks.forgetRescued();
    if (goesOn()) await sender.unmark();
    else this.#putBack([...ran.values()]);
  }

  /** One failed: those that would have gone to the host along with it are still to run. */
  #putBack(taken: readonly Taken[]): void {
    const { host, handlers, marks } = this.#parts;
    for (const { slot, notified } of taken) {
      if (slot.outcome?.fatal === true && host.down === undefined) marks.rescued(slot);
      if (slot.settled) continue;
      marks.didNotRun(slot);
      handlers.notify(notified.handler, notified.by, notified.certain);
    }
  }

  #place(handler: Handler): Slot {
    const { host, marks, lookahead } = this.#parts;
    const slot = this.#parts.makeSlot(handler);
    const ahead = lookahead.handlerSlots.get(handler);
    if (ahead?.attempt !== undefined) slot.attempt = ahead.attempt;
    if (ahead !== undefined) this.#parts.forget(ahead);
    lookahead.handlerSlots.delete(handler);
    host.variables.announce([slot]);
    marks.ran(slot, handler);
    return slot;
  }

  async #one(slot: Slot, notified: Notified): Promise<void> {
    const { turns } = this.#parts;
    const { handler, certain } = notified;
    if (!certain) return this.#foresee(slot, notified);
    return handler.expand === undefined ? turns.own(slot) : this.#parts.include(slot);
  }

  /** Dry run: whether it is notified is not known. What it reads may have to wait for the handlers before it. */
  async #foresee(slot: Slot, { handler, by }: Notified): Promise<void> {
    const { host, settler, lookahead, reporter } = this.#parts;
    await settler.flush();
    const attempt = lookahead.launch(slot);
    attempt.grantTurn();
    const prepared = await attempt.end();
    if (prepared.kind !== "done") return;
    const why = { what: "whether it is notified", because: by.name };
    const touches = effectsOf(handler, prepared.prepared);
    const items = prepared.prepared.items.slice(0, 1);
    await predict(host, reporter, slot, {
      ...prepared.prepared,
      items: items.map(({ scope }) => ({ kind: "unknown" as const, scope, why, touches })),
    });
  }
}
