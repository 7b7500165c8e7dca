import type { Expression } from "../contract/play.js";
import { dynamicOf } from "./dynamic.js";
import { SeenFacts } from "./facts.js";
import type { Host } from "./host.js";
import type { Lookahead } from "./lookahead.js";
import { behind, type Position } from "./position.js";
import type { HostContext } from "./context.js";
import type { Settler } from "./settler.js";
import type { Slot } from "./slot.js";
import type { Tranche } from "./tranche.js";

interface TurnsParts {
  readonly host: Host;
  readonly tranche: Tranche;
  readonly settler: Settler;
  readonly lookahead: Lookahead;
  readonly context: HostContext;
  goesOn(): boolean;
  /** The host is done with the play, without a failure. */
  leave(): void;
  /** The task has failed here, too. */
  fail(slot: Slot): void;
}

/** What a task waits for at its turn besides its own host: lockstep, run_once, throttle, delegate_to. */
export class Turns {
  constructor(readonly parts: TurnsParts) {}

  /** The task's turn has come on this host; others may have a say. */
  async take(slot: Slot): Promise<void> {
    const { name, variables } = this.parts.host;
    if (this.parts.settler.isIdle) variables.advance(slot.position);
    await this.parts.tranche.arrive(name, slot.position);
    if (!this.parts.goesOn()) return;
    if (!(await this.parts.tranche.allows(slot.ref, slot.position))) {
      this.#leaveOut(slot);
      return;
    }
    const { runOnce, delegateTo, changesInventory } = slot.task;
    if (runOnce !== undefined && this.#evaluate(slot, runOnce)) return this.#onceForAll(slot);
    if (delegateTo === undefined && changesInventory) await this.#inOrder(slot);
    return this.own(slot);
  }

  /** A task that each host does for itself, as all handlers are. */
  async own(slot: Slot): Promise<void> {
    const { throttle } = slot.task;
    if (slot.task.delegateTo !== undefined) return this.#delegated(slot);
    if (throttle === undefined) return this.#settle(slot);
    await this.#flush(slot);
    const most = this.#evaluate(slot, throttle) ?? 0;
    await this.#settle(slot, async () => {
      const work = async (): Promise<boolean> => {
        const isDone = !this.parts.goesOn() || (await this.parts.settler.settle(slot));
        if (this.parts.goesOn()) await this.parts.settler.flush();
        return isDone;
      };
      return most >= 1 ? this.parts.tranche.throttled(slot.task, most, work) : work();
    });
  }

  /** Settles a task; whatever it holds meanwhile it gives back while it waits for other hosts. */
  async #settle(slot: Slot, settle = (): Promise<boolean> => this.parts.settler.settle(slot)): Promise<void> {
    const { news } = this.parts.host.deps;
    while (this.parts.goesOn()) {
      const { version } = news;
      if (await settle()) return;
      // It waits with nothing unsent: others may be waiting for what that sets.
      this.parts.host.variables.advance(slot.position);
      await news.after(version);
    }
  }

  /** Not wanted: as if it were not there. */
  #leaveOut(slot: Slot): void {
    slot.settled = true;
    this.parts.host.variables.settle(slot, new Map());
    this.parts.lookahead.wake(slot.writes);
  }

  /** What hosts add to the inventory they add in their order. */
  async #inOrder(slot: Slot): Promise<void> {
    await this.#flush(slot);
    const { hosts } = this.parts.tranche;
    await this.#until(hosts.slice(0, hosts.indexOf(this.parts.host.name)), behind(slot.position, 0));
  }

  /** Resolves when all that these hosts do before that position is done for good. */
  async #until(hosts: readonly string[], position: Position): Promise<void> {
    const { news, known } = this.parts.host.deps;
    while (this.parts.goesOn()) {
      const { version } = news;
      if (hosts.every((name) => known(name)?.variables.isFinalBefore(position) !== false)) return;
      await news.after(version);
    }
  }

  /** Sends what waits, and lets others know. */
  async #flush(slot: Slot): Promise<void> {
    await this.parts.settler.flush();
    if (this.parts.goesOn()) this.parts.host.variables.advance(slot.position);
  }

  /** One at a time looks at another host and changes it: two of them would not see what the other does. */
  async #delegated(slot: Slot): Promise<void> {
    await this.#flush(slot);
    if (!this.parts.goesOn()) return;
    const settle = (): Promise<boolean> => this.parts.settler.settle(slot);
    const isState = slot.task.module.class === "state";
    await this.#settle(slot, isState ? () => this.parts.host.deps.delegate(settle) : settle);
  }

  /** run_once: the others get the register. Its failure is everybody's. */
  async #onceForAll(slot: Slot): Promise<void> {
    // Whoever runs it may need what waits here.
    await this.#flush(slot);
    if (!this.parts.goesOn()) return;
    const known = await this.parts.tranche.once(this.parts.host.name, slot.task, slot.position);
    if (known !== undefined) {
      slot.settled = true;
      this.parts.host.variables.settle(slot, known.variables);
      this.parts.lookahead.wake(slot.writes);
      if (known.failed === true) this.parts.fail(slot);
      if (known.ends !== undefined) this.parts.leave();
      return;
    }
    // It may use what the others have done, and what it does to the play concerns them.
    await this.#until(this.parts.context.others(), slot.position);
    if (this.parts.goesOn()) await (slot.task.delegateTo === undefined ? this.#settle(slot) : this.#delegated(slot));
    if (this.parts.goesOn()) await this.parts.settler.flush();
    const { outcome, ends } = slot;
    if (outcome === undefined && ends === undefined && slot.task.module.name !== "meta") return;
    const variables = outcome?.variables ?? new Map<string, unknown>();
    const failed = outcome?.fatal === true;
    this.parts.tranche.tell(slot.task, { variables, failed, ...(ends !== undefined && { ends }) });
  }

  /** A keyword about the hosts together. undefined when it needs what is not known at its turn. */
  #evaluate<T>({ task, position }: Slot, expression: Expression<T>): T | undefined {
    if (expression.constant !== undefined) return expression.constant.value;
    const facts = new SeenFacts(this.parts.host.facts);
    const dynamic = dynamicOf(this.parts.context, position, facts, { note: () => undefined });
    return expression.evaluate(task.scope(this.parts.host.name, dynamic));
  }
}
