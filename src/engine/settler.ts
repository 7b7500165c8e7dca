import { FettleError } from "../contract/error.js";
import type { Task } from "../contract/play.js";
import { type Around, Batch, hasSteps, restOf, standsAlone } from "./batch.js";
import { certainEffects } from "./effects.js";
import type { Host } from "./host.js";
import type { Lookahead } from "./lookahead.js";
import { asNext, firstOtherLane } from "./loop-lanes.js";
import { firstConflict, least } from "./loop-order.js";
import type { Marks } from "./marks.js";
import { foresee, predict } from "./predict.js";
import { byHost, failedBy, type Prepared } from "./prepared.js";
import type { OutputsOf } from "./outcome.js";
import type { Reporter } from "./reporter.js";
import type { Sender } from "./sender.js";
import type { Slot } from "./slot.js";
import { runAlone } from "./solo.js";
import { Retrying } from "./retry.js";

/** What settling a task takes from the play on its host. */
export interface SettlerParts {
  readonly host: Host;
  readonly reporter: Reporter;
  readonly lookahead: Lookahead;
  readonly sender: Sender;
  readonly marks: Marks;
  readonly speculate: boolean;
  /** Nothing may be sent along with what comes behind it. */
  readonly lockstep: boolean;
  /** False as soon as the task at its turn is no longer the next one: the host is done, or a task before it failed. */
  goesOn(): boolean;
  /** A meta task: it steers the play itself. */
  steer(slot: Slot, prepared: Prepared): Promise<void>;
  /** An include at its turn: what it expands to comes next. What cannot be expanded has failed. */
  include(slot: Slot, prepared: Prepared): Prepared;
}

/** Settles the tasks of a host in order: each gets its verdict at its turn, or its place in the batch. */
export class Settler {
  readonly #parts: SettlerParts;
  #batch = new Batch();

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  /** Nothing waits to be sent. */
  get isIdle(): boolean {
    return this.#batch.isIdle;
  }

  /** Brings one task to its verdict, or into the batch; false: it has to wait for another host first. */
  async settle(slot: Slot): Promise<boolean> {
    const { lookahead } = this.#parts;
    slot.turnAt = Date.now();
    // What it saw of other hosts may be long ago.
    const ahead = slot.attempt;
    let waitedFor: string | undefined;
    // A loop whose first items could not be sent is reported by whoever tried.
    while (this.#parts.goesOn() && !slot.settled) {
      const attempt = slot.attempt ?? lookahead.launch(slot);
      attempt.grantTurn();
      const rest = await attempt.rest();
      const stale = rest.kind !== "done" || attempt.isStale();
      if (!stale) {
        this.#parts.host.facts.keep(rest.prepared.facts?.own ?? []);
        if (await this.#join(slot, rest.prepared)) return true;
      } else if (rest.kind === "parked" && this.#batch.isIdle) {
        // It reads another host, whose batch is on its way. To look again at once would keep that from ever going.
        this.#parts.host.reader.release();
        await attempt.end();
      } else if (this.#batch.isIdle) {
        if (rest.kind === "blocked" && rest.host !== undefined && attempt !== ahead) {
          delete slot.attempt;
          return false;
        }
        if (rest.kind === "blocked" && rest.name === waitedFor) throw new Error(`nobody sets ${rest.name}`);
        waitedFor = rest.kind === "blocked" && rest.host === undefined ? rest.name : undefined;
        this.#abandon(slot);
      } else {
        const blind = rest.kind === "blocked" ? undefined : await this.#blind(slot);
        if (blind !== undefined && (await this.#join(slot, blind))) return true;
        // Once the batch has gone the task is looked at: to join without looking is only for what goes along.
        this.#abandon(slot);
        await this.flush();
      }
    }
    return true;
  }

  #abandon(slot: Slot): void {
    slot.attempt?.abandon();
    delete slot.attempt;
  }

  /** The task without looking, when its steps guard themselves and nothing else is missing. */
  async #blind(slot: Slot): Promise<Prepared | undefined> {
    if (slot.task.module.blind === undefined) return undefined;
    const attempt = this.#parts.lookahead.launch(slot, "blind");
    attempt.grantTurn();
    const rest = await attempt.rest();
    return rest.kind === "done" ? rest.prepared : undefined;
  }

  /** True when the task has its verdict or its place in the batch; false when the batch had to go first. */
  async #join(slot: Slot, found: Prepared): Promise<boolean> {
    const { host, reporter } = this.#parts;
    const whole = slot.task.expand === undefined ? found : this.#parts.include(slot, found);
    const prepared = asNext(whole, slot.done.length);
    const real = reporter.isReal(prepared);
    const sends = real && prepared.items.some(hasSteps);
    const retries = real && prepared.retry !== undefined && prepared.items.some((item) => item.kind === "ready");
    // What is sent along with it would be lost with it.
    const delegated = slot.task.delegateTo !== undefined || prepared.ignoreUnreachable === true;
    const alone =
      retries ||
      (real && slot.task.delegateTo !== undefined) ||
      (sends && (standsAlone(prepared) || prepared.pauseMs !== undefined || prepared.job !== undefined));
    const steers = slot.task.module.name === "meta";
    if (
      !this.#batch.isIdle &&
      (steers || alone || delegated || !real || (sends && !this.#batch.takes(prepared.lane)))
    ) {
      await this.flush();
      return false;
    }
    const cut = steers || retries ? undefined : this.#cut(slot, prepared, alone, real);
    if (cut !== undefined) return this.#joinPart(slot, prepared, { cut, real, alone });
    if (steers) await this.#parts.steer(slot, prepared);
    else if (!real) await predict(host, reporter, slot, prepared);
    else if (alone) await this.#alone(slot, prepared, retries);
    else await this.#enqueue(slot, prepared);
    return true;
  }

  /** The first item of a loop that has to wait for those before it; `touched`: since they change what it has read. */
  #cut(slot: Slot, prepared: Prepared, alone: boolean, real: boolean): { at: number; touched: boolean } | undefined {
    const conflict = firstConflict(slot.task, prepared, slot.done.length, !real);
    const other = alone || !real ? undefined : firstOtherLane(prepared, slot.done.length);
    const at = least(least(conflict, other), prepared.waitsFrom);
    return at === undefined ? undefined : { at, touched: at === conflict };
  }

  /** The items of a loop before one that has to wait for them. False: the others are to be looked at again. */
  async #joinPart(
    slot: Slot,
    prepared: Prepared,
    { cut, real, alone }: { cut: { at: number; touched: boolean }; real: boolean; alone: boolean },
  ): Promise<boolean> {
    const waits = prepared.waitsFrom !== undefined;
    const blind = real && !alone && cut.touched ? await this.#blind(slot) : undefined;
    if (blind !== undefined) return this.#join(slot, blind);
    const part = { ...prepared, items: prepared.items.slice(0, cut.at) };
    const rest = restOf(part, slot);
    const keep = (outputs: OutputsOf): void => {
      const from = slot.done.length;
      for (const [i, item] of rest.items.entries()) slot.done.push({ item, outputs: outputs(from + i) });
    };
    if (!real) {
      foresee(this.#parts.host, slot, rest);
      keep(() => undefined);
    } else if (alone) {
      keep(await runAlone(this.#parts.host, part, slot.done.length));
      this.#touched(slot, rest);
    } else if (!rest.items.some(hasSteps)) keep(() => []);
    else {
      this.#batch.add(slot, part, this.#around(slot, part), true);
      this.#parts.host.reader.touch(certainEffects(slot.task, rest), "pending");
      await this.flush();
    }
    if (waits && !slot.settled) {
      await this.#parts.reporter.keepResults(slot, part);
      this.#abandon(slot);
    }
    return false;
  }

  /** A task that really runs in a dry run leaves no mark: no handler follows. */
  #around(slot: Slot, prepared: Prepared): Around {
    return this.#parts.host.deps.mode === "plan" ? {} : this.#parts.marks.around(slot, prepared);
  }

  async #enqueue(slot: Slot, prepared: Prepared): Promise<void> {
    this.#batch.add(slot, prepared, this.#around(slot, prepared));
    if (this.#batch.isIdle) {
      // Nothing is sent, so nothing is touched, and nobody must wait for it.
      this.#batch = new Batch();
      await this.#parts.reporter.report(slot, prepared, (item) => slot.done[item]?.outputs ?? []);
      return;
    }
    this.#parts.host.reader.touch(certainEffects(slot.task, restOf(prepared, slot)), "pending");
    if (this.#isEdge(slot, prepared)) await this.flush();
  }

  /** Whether nothing may be sent along behind this task before its outcome is known. */
  #isEdge({ task }: Slot, prepared: Prepared): boolean {
    const computed = (conditions: Task["failedWhen"]): boolean => conditions.some((one) => one.constant === undefined);
    const mayFail = computed(task.failedWhen) && !prepared.ignoreErrors;
    const mayNotify = computed(task.changedWhen) && task.notify.length > 0;
    const hasFailed = prepared.items.some((item) => item.kind === "failed");
    return (
      mayFail ||
      mayNotify ||
      hasFailed ||
      prepared.ignoreUnreachable === true ||
      !this.#parts.speculate ||
      this.#parts.lockstep ||
      this.#parts.host.deps.mode === "plan"
    );
  }

  /** Sends what waits. */
  async flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.isIdle) {
      this.#parts.host.reader.release();
      return;
    }
    this.#batch = new Batch();
    await this.#parts.sender.send(batch);
    if (this.#parts.goesOn()) this.#parts.lookahead.refresh();
  }

  #touched({ task }: Slot, prepared: Prepared): void {
    for (const [{ reader }, items] of byHost(this.#parts.host, prepared))
      reader.touch(certainEffects(task, items), "done");
  }

  async #alone(slot: Slot, prepared: Prepared, retries: boolean): Promise<void> {
    const { reporter, lookahead } = this.#parts;
    try {
      await this.#runAlone(slot, prepared, retries);
    } catch (error) {
      if (!(error instanceof FettleError)) throw error;
      await reporter.report(slot, failedBy(prepared, error), () => []);
    }
    if (this.#parts.goesOn()) lookahead.refresh();
  }

  async #runAlone(slot: Slot, prepared: Prepared, retries: boolean): Promise<void> {
    const { host, reporter, lookahead } = this.#parts;
    if (retries) return new Retrying(host, reporter, lookahead).run(slot, prepared);
    const outputs = await runAlone(host, prepared, slot.done.length);
    this.#touched(slot, restOf(prepared, slot));
    await reporter.report(slot, prepared, (item) => slot.done[item]?.outputs ?? outputs(item));
  }
}
