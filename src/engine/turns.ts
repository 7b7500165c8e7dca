import type { Expression } from "../contract/play.js";
import { SeenFacts } from "./facts.js";
import type { Host } from "./host.js";
import type { Lookahead } from "./lookahead.js";
import type { Settler } from "./settler.js";
import type { Slot } from "./slot.js";
import type { Tranche } from "./tranche.js";
import { isRescued } from "./walk.js";

interface TurnsParts {
  readonly host: Host;
  readonly tranche: Tranche;
  readonly settler: Settler;
  readonly lookahead: Lookahead;
  readonly magic: Readonly<Record<string, unknown>>;
  goesOn(): boolean;
}

/** What a task waits for at its turn besides its own host: lockstep, run_once, throttle, delegate_to. */
export class Turns {
  constructor(readonly parts: TurnsParts) {}

  /** The task's turn has come on this host; others may have a say. */
  async take(slot: Slot): Promise<void> {
    const { name } = this.parts.host;
    await this.parts.tranche.arrive(name, slot.position);
    if (!this.parts.goesOn()) return;
    const { runOnce, throttle } = slot.task;
    if (runOnce !== undefined && this.#evaluate(slot, runOnce)) return this.#onceForAll(slot);
    if (slot.task.delegateTo !== undefined) return this.#delegated(slot);
    if (throttle === undefined) return this.parts.settler.settle(slot);
    await this.parts.settler.flush();
    const most = this.#evaluate(slot, throttle) ?? 0;
    const work = async (): Promise<void> => {
      if (this.parts.goesOn()) await this.parts.settler.settle(slot);
      if (this.parts.goesOn()) await this.parts.settler.flush();
    };
    await (most >= 1 ? this.parts.tranche.throttled(slot.task, most, work) : work());
  }

  /** One at a time looks at another host and changes it: two of them would not see what the other does. */
  async #delegated(slot: Slot): Promise<void> {
    await this.parts.settler.flush();
    if (!this.parts.goesOn()) return;
    const isState = slot.task.module.class === "state";
    await (isState
      ? this.parts.host.deps.delegate(() => this.parts.settler.settle(slot))
      : this.parts.settler.settle(slot));
  }

  /** run_once: the others get the register. Its failure is everybody's. */
  async #onceForAll(slot: Slot): Promise<void> {
    // Whoever runs it may need what waits here.
    await this.parts.settler.flush();
    const known = await this.parts.tranche.once(this.parts.host.name, slot.task, slot.position);
    if (known !== undefined) {
      slot.settled = true;
      this.parts.host.variables.settle(slot, known.variables);
      this.parts.lookahead.wake(slot.writes);
      return;
    }
    if (this.parts.goesOn())
      await (slot.task.delegateTo === undefined ? this.parts.settler.settle(slot) : this.#delegated(slot));
    if (this.parts.goesOn()) await this.parts.settler.flush();
    if (slot.outcome === undefined) return;
    if (slot.outcome.fatal && !isRescued(slot.task)) this.parts.tranche.end();
    this.parts.tranche.tell(slot.task, { variables: slot.outcome.variables });
  }

  /** A keyword about the hosts together. undefined when it needs what is not known at its turn. */
  #evaluate<T>({ task, position }: Slot, expression: Expression<T>): T | undefined {
    if (expression.constant !== undefined) return expression.constant.value;
    const lookups = { note: () => undefined };
    const facts = new SeenFacts(this.parts.host.facts).object;
    const dynamic = this.parts.host.variables.dynamic(position, facts, this.parts.magic, lookups);
    return expression.evaluate(task.scope(this.parts.host.name, dynamic));
  }
}
