import type { Handler, Play, Task } from "../contract/play.js";
import { Batch, hasSteps, restOf, standsAlone } from "./batch.js";
import { lookAgain } from "./closing.js";
import { firstConflict } from "./loop-order.js";
import { certainEffects, effectsOf } from "./effects.js";
import { gatherFacts } from "./gather.js";
import { Handlers, type Notified } from "./handlers.js";
import type { Host } from "./host.js";
import { Lookahead } from "./lookahead.js";
import { Marks } from "./marks.js";
import { foresee, predict } from "./predict.js";
import type { HostContext } from "./prepare.js";
import type { Prepared } from "./prepared.js";
import { Reporter } from "./reporter.js";
import { Sender } from "./sender.js";
import { refOf, type Slot } from "./slot.js";
import { runAlone } from "./solo.js";

export interface PlayOptions {
  /** Look at tasks ahead of their turn. Without it each is looked at, sent and judged before the next. */
  readonly speculate: boolean;
  readonly magic: Readonly<Record<string, unknown>>;
}

/** One play on one host: tasks are looked at ahead of their turn and settled in order. See docs/architecture.md. */
export class HostPlay {
  readonly #host: Host;
  readonly #play: Play;
  readonly #speculate: boolean;
  readonly #context: HostContext;
  readonly #handlers: Handlers;
  readonly #reporter: Reporter;
  readonly #lookahead: Lookahead;
  readonly #slots: Slot[] = [];
  readonly #marks: Marks;
  readonly #sender: Sender;
  #batch = new Batch();
  /** The position of the task whose turn it is; handlers come right behind it. */
  #cursor = 0;
  #handlersRun = 0;
  #left = false;

  constructor(host: Host, play: Play, options: PlayOptions) {
    this.#host = host;
    this.#play = play;
    this.#speculate = options.speculate;
    this.#handlers = new Handlers(play);
    this.#marks = new Marks(this.#handlers);
    this.#reporter = new Reporter(host, this.#handlers, (names) => this.#lookahead.wake(names));
    this.#sender = new Sender(host, this.#reporter, this.#marks, this.#slots, options.speculate);
    this.#context = {
      host: host.name,
      reader: host.reader,
      overlay: host.overlay,
      waves: host.waves,
      variables: host.variables,
      facts: host.facts,
      play,
      magic: options.magic,
      checkTopic: (topic, place) => this.#handlers.check(topic, place),
      isOwnMark: (key) => this.#marks.isOwn(key),
    };
    this.#lookahead = new Lookahead(
      this.#context,
      play,
      this.#slots,
      (handler) => this.#slot(handler, Number.MAX_SAFE_INTEGER, true),
      async (slot, prepared) => (await this.#reporter.judge(slot, prepared, () => [])).variables,
      options.speculate,
    );
  }

  /** Resolves when the host is done with the play, in whatever way. Rejects on a defect of fettle. */
  async run(): Promise<void> {
    let position = 0;
    const sections = this.#play.sections.map((section) => section.tasks.map((task) => this.#slot(task, ++position)));
    this.#host.variables.announce(this.#slots);
    this.#host.facts.forget();
    this.#lookahead.launchAll();
    if (this.#play.gatherFacts) await gatherFacts(this.#host, this.#play, this.#context);
    for (const slots of sections) {
      for (const slot of slots) if (this.#goesOn()) await this.#settle(slot);
      if (this.#goesOn()) await this.#runHandlers();
    }
    if (this.#host.down === "failed" && this.#play.forceHandlers) await this.#forceHandlers();
    if (this.#host.down === undefined && !this.#host.deps.signal.aborted)
      await lookAgain(this.#host, this.#reporter.kept);
    this.#host.variables.fold();
  }

  #goesOn(): boolean {
    return this.#host.down === undefined && !this.#left && !this.#host.deps.signal.aborted;
  }

  #slot(task: Task, position: number, handler = false): Slot {
    const sets = task.module.setsVariables === true ? task.argNames : [];
    const writes = task.register === undefined ? sets : [task.register, ...sets];
    const slot: Slot = { task, ref: refOf(task, handler), position, handler, writes, done: [], settled: false };
    this.#slots.push(slot);
    return slot;
  }

  /** Brings one task to its verdict, or into the batch. */
  async #settle(slot: Slot): Promise<void> {
    if (!slot.handler) this.#cursor = slot.position;
    slot.turnAt = Date.now();
    let waitedFor: string | undefined;
    // A loop whose first items could not be sent is reported by whoever tried.
    while (this.#goesOn() && !slot.settled) {
      const attempt = slot.attempt ?? this.#lookahead.launch(slot);
      attempt.grantTurn();
      const rest = await attempt.rest();
      const stale = rest.kind !== "done" || this.#lookahead.isStale(slot, attempt);
      if (!stale) {
        this.#host.facts.keep(rest.prepared.facts?.own ?? []);
        if (await this.#join(slot, rest.prepared)) return;
      } else if (this.#batch.isIdle) {
        if (rest.kind === "blocked" && rest.name === waitedFor) throw new Error(`nobody sets ${rest.name}`);
        waitedFor = rest.kind === "blocked" ? rest.name : undefined;
        delete slot.attempt;
      } else {
        const blind = rest.kind === "blocked" ? undefined : await this.#blind(slot);
        if (blind !== undefined && (await this.#join(slot, blind))) return;
        // Once the batch has gone the task is looked at: to join without looking is only for what goes along.
        delete slot.attempt;
        await this.#flush();
      }
    }
  }

  /** The task without looking, when its steps guard themselves and nothing else is missing. */
  async #blind(slot: Slot): Promise<Prepared | undefined> {
    if (slot.task.module.blind === undefined) return undefined;
    const rest = await this.#lookahead.launch(slot, "blind").rest();
    return rest.kind === "done" ? rest.prepared : undefined;
  }

  /** True when the task has its verdict or its place in the batch; false when the batch had to go first. */
  async #join(slot: Slot, prepared: Prepared): Promise<boolean> {
    const real = this.#reporter.isReal(prepared);
    const sends = real && prepared.items.some(hasSteps);
    const alone = sends && standsAlone(prepared);
    const steers = slot.task.module.name === "meta";
    if (!this.#batch.isIdle && (steers || alone || !real || (sends && !this.#batch.takes(prepared.lane)))) {
      await this.#flush();
      return false;
    }
    const cut = steers || alone ? undefined : firstConflict(slot.task, prepared, slot.done.length, !real);
    if (cut !== undefined) return this.#joinPart(slot, prepared, cut, real);
    if (steers) await this.#steer(slot, prepared);
    else if (!real) await predict(this.#host, this.#reporter, slot, prepared);
    else if (alone) await this.#alone(slot, prepared);
    else await this.#enqueue(slot, prepared);
    return true;
  }

  /** The items of a loop before one that they touch. False: the others are to be looked at again. */
  async #joinPart(slot: Slot, prepared: Prepared, cut: number, real: boolean): Promise<boolean> {
    const blind = real ? await this.#blind(slot) : undefined;
    if (blind !== undefined) return this.#join(slot, blind);
    const part = { ...prepared, items: prepared.items.slice(0, cut) };
    const rest = restOf(part, slot);
    if (real) {
      this.#batch.add(slot, part, this.#marks.around(slot, part), true);
      this.#host.reader.touch(certainEffects(slot.task, rest), "pending");
      await this.#flush();
    } else {
      foresee(this.#host, slot, rest);
      for (const item of rest.items) slot.done.push({ item, outputs: undefined });
    }
    return false;
  }

  async #enqueue(slot: Slot, prepared: Prepared): Promise<void> {
    this.#batch.add(slot, prepared, this.#marks.around(slot, prepared));
    if (this.#batch.isIdle) {
      // Nothing is sent, so nothing is touched, and nobody must wait for it.
      this.#batch = new Batch();
      await this.#reporter.report(slot, prepared, (item) => slot.done[item]?.outputs ?? []);
      return;
    }
    this.#host.reader.touch(certainEffects(slot.task, restOf(prepared, slot)), "pending");
    if (this.#isEdge(slot, prepared)) await this.#flush();
  }

  /** Whether nothing may be sent along behind this task before its outcome is known. */
  #isEdge({ task }: Slot, prepared: Prepared): boolean {
    const computed = (conditions: Task["failedWhen"]): boolean => conditions.some((one) => one.constant === undefined);
    const mayFail = computed(task.failedWhen) && !prepared.ignoreErrors;
    const mayNotify = computed(task.changedWhen) && task.notify.length > 0;
    const hasFailed = prepared.items.some((item) => item.kind === "failed");
    return mayFail || mayNotify || hasFailed || !this.#speculate || this.#host.deps.mode === "plan";
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.isIdle) {
      this.#host.reader.release();
      return;
    }
    this.#batch = new Batch();
    await this.#sender.send(batch);
    if (this.#goesOn()) this.#lookahead.refresh();
  }

  async #alone(slot: Slot, prepared: Prepared): Promise<void> {
    const outputs = await runAlone(this.#host, prepared);
    this.#host.reader.touch(certainEffects(slot.task, prepared), "done");
    await this.#reporter.report(slot, prepared, outputs);
    if (this.#goesOn()) this.#lookahead.refresh();
  }

  async #runHandlers(): Promise<void> {
    await this.#flush();
    // A handler may notify another one. Those of a host that has failed stay notified, for force_handlers.
    while (this.#goesOn()) {
      const notified = this.#handlers.take();
      if (notified.length === 0) break;
      for (const one of notified) if (this.#goesOn()) await this.#runHandler(one);
      if (this.#goesOn()) await this.#flush();
    }
    if (this.#goesOn()) await this.#sender.unmark();
  }

  async #runHandler({ handler, by, certain }: Notified): Promise<void> {
    const slot = this.#slot(handler, this.#cursor + ++this.#handlersRun / 1_000_000, true);
    const ahead = this.#takeAhead(handler);
    if (ahead?.attempt !== undefined) slot.attempt = ahead.attempt;
    this.#host.variables.announce([slot]);
    this.#marks.ran(slot, handler);
    if (certain) return this.#settle(slot);
    // What it reads may have to wait for the handlers before it.
    await this.#flush();
    const attempt = this.#lookahead.launch(slot);
    attempt.grantTurn();
    const prepared = await attempt.end();
    if (prepared.kind !== "done") return;
    const why = { what: "whether it is notified", because: by.name };
    const touches = effectsOf(handler, prepared.prepared);
    const items = prepared.prepared.items.slice(0, 1);
    await predict(this.#host, this.#reporter, slot, {
      ...prepared.prepared,
      items: items.map(({ scope }) => ({ kind: "unknown" as const, scope, why, touches })),
    });
  }

  #takeAhead(handler: Handler): Slot | undefined {
    const ahead = this.#lookahead.handlerSlots.get(handler);
    this.#lookahead.handlerSlots.delete(handler);
    if (ahead !== undefined) this.#slots.splice(this.#slots.indexOf(ahead), 1);
    return ahead;
  }

  async #forceHandlers(): Promise<void> {
    this.#host.down = undefined;
    await this.#runHandlers();
    this.#host.down ??= "failed";
  }

  async #steer(slot: Slot, prepared: Prepared): Promise<void> {
    const item = prepared.items[0];
    if (item?.kind !== "ready") {
      await this.#reporter.report(slot, prepared, () => []);
      return;
    }
    slot.settled = true;
    // It leaves nothing behind; who needs its register must not wait for ever.
    this.#host.variables.settle(slot, new Map());
    this.#lookahead.wake(slot.writes);
    const { free_form: action } = item.params as { free_form: string };
    if (action === "flush_handlers") await this.#runHandlers();
    if (action === "end_host" || action === "end_play") this.#left = true;
    if (action === "clear_facts") this.#lookahead.forgetFacts();
    if (action === "reset_connection" && this.#host.deps.mode === "apply") await this.#host.reconnect();
  }
}
