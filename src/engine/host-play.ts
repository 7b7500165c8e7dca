import type { Effect } from "../contract/change.js";
import { FettleError } from "../contract/error.js";
import type { Handler, Play, Task } from "../contract/play.js";
import type { ScriptResults } from "../contract/step.js";
import type { OutputChunk } from "../contract/transport.js";
import { Batch, type BatchEntry, hasSteps, keepDone, outputsOf, restOf, staleQueries, standsAlone } from "./batch.js";
import { remaining } from "./closing.js";
import { firstConflict } from "./loop-order.js";
import { effectsOf } from "./effects.js";
import { Handlers, type Notified } from "./handlers.js";
import type { Host } from "./host.js";
import { Lookahead } from "./lookahead.js";
import { changedNothing, markFailure, Marks } from "./marks.js";
import type { HostContext } from "./prepare.js";
import { failedBy, type Prepared } from "./prepared.js";
import { Reporter } from "./reporter.js";
import { refOf, type Slot } from "./slot.js";
import { runAlone } from "./solo.js";
import { askGroups } from "./wave.js";

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
  readonly #handlers: Handlers;
  readonly #reporter: Reporter;
  readonly #lookahead: Lookahead;
  readonly #slots: Slot[] = [];
  readonly #marks: Marks;
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
    const context: HostContext = {
      host: host.name,
      reader: host.reader,
      waves: host.waves,
      variables: host.variables,
      facts: host.facts,
      factSources: host.deps.factSources,
      magic: options.magic,
      checkTopic: (topic, place) => this.#handlers.check(topic, place),
    };
    this.#lookahead = new Lookahead(
      context,
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
    this.#lookahead.launchAll();
    for (const slots of sections) {
      for (const slot of slots) if (this.#goesOn()) await this.#settle(slot);
      if (this.#goesOn()) await this.#runHandlers();
    }
    if (this.#host.down === "failed" && this.#play.forceHandlers) await this.#forceHandlers();
    if (this.#host.down === undefined && !this.#host.deps.signal.aborted) await this.#close();
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
    while (this.#goesOn()) {
      const attempt = slot.attempt ?? this.#lookahead.launch(slot);
      attempt.grantTurn();
      const rest = await attempt.rest();
      const stale = rest.kind !== "done" || this.#lookahead.isStale(slot, attempt);
      if (!stale) {
        if (await this.#join(slot, rest.prepared)) return;
      } else if (this.#batch.isIdle) {
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
    else if (!real) await this.#predict(slot, prepared);
    else if (alone) await this.#alone(slot, prepared);
    else await this.#enqueue(slot, prepared);
    return true;
  }

  /** The items of a loop before one that they touch. False: the others are to be looked at again. */
  async #joinPart(slot: Slot, prepared: Prepared, cut: number, real: boolean): Promise<boolean> {
    const blind = real ? await this.#blind(slot) : undefined;
    if (blind !== undefined) return this.#join(slot, blind);
    const part = { ...prepared, items: prepared.items.slice(0, cut) };
    const effects = effectsOf(slot.task, restOf(part, slot));
    if (real) {
      this.#batch.add(slot, part, this.#marks.around(slot, part), true);
      this.#host.reader.touch(effects, "pending");
      await this.#flush();
    } else {
      this.#foresee(prepared, effects);
      for (const item of restOf(part, slot).items) slot.done.push({ item, outputs: undefined });
    }
    return false;
  }

  async #enqueue(slot: Slot, prepared: Prepared): Promise<void> {
    this.#batch.add(slot, prepared, this.#marks.around(slot, prepared));
    this.#host.reader.touch(effectsOf(slot.task, restOf(prepared, slot)), "pending");
    if (this.#batch.isIdle) {
      this.#batch = new Batch();
      await this.#reporter.report(slot, prepared, (item) => slot.done[item]?.outputs ?? []);
    } else if (this.#isEdge(slot, prepared)) await this.#flush();
  }

  /** Whether nothing may be sent along behind this task before its outcome is known. */
  #isEdge({ task }: Slot, prepared: Prepared): boolean {
    const computed = (conditions: Task["failedWhen"]): boolean => conditions.some((one) => one.constant === undefined);
    const mayFail = computed(task.failedWhen) && !prepared.ignoreErrors;
    const mayNotify = computed(task.changedWhen) && task.notify.length > 0;
    const hasFailed = prepared.items.some((item) => item.kind === "failed");
    return mayFail || mayNotify || hasFailed || !this.#speculate || this.#host.deps.mode === "plan";
  }

  /** Sends the batch, together with the questions that it makes stale; what changed is read again in the same trip. */
  async #flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.isIdle) return;
    this.#batch = new Batch();
    const host = this.#host;
    const ahead = askGroups(this.#speculate ? staleQueries(this.#slots, batch.lane) : []);
    host.countBatch(batch);
    const onOutput = (chunk: OutputChunk): void => this.#output(batch, chunk);
    try {
      const script = [...batch.groups, ...ahead.groups];
      const { results, lost } = await host.waves.hold(() => host.send(batch.lane, script, { onOutput }));
      const answers = ahead.answers(results.slice(batch.groups.length));
      for (const query of ahead.queries) host.reader.prime(batch.lane, query, answers.get(query.id));
      if (host.deps.mode === "plan" || !this.#speculate) host.reader.forget();
      host.reader.release();
      await this.#reportAll(batch, results);
      if (lost !== undefined) host.unreachable(lost);
    } catch (error) {
      host.reader.release();
      await this.#notSent(batch, error);
    }
    if (this.#goesOn()) this.#lookahead.refresh();
  }

  /** In order, until one is fatal or was lost: what stands behind it did not run. */
  async #reportAll(batch: Batch, results: ScriptResults): Promise<void> {
    for (const entry of batch.entries) {
      const unmarked = markFailure(entry, results);
      const prepared = unmarked === undefined ? entry.prepared : failedBy(entry.prepared, unmarked);
      if (entry.partial && unmarked === undefined) {
        keepDone(entry, results);
        continue;
      }
      const status = await this.#reporter.report(entry.slot, prepared, outputsOf(entry, results));
      if (status === "failed" && changedNothing(entry, batch.groups, results)) await this.#unmarkNow(entry);
      if (this.#host.down !== undefined || status === "unreachable") return;
    }
  }

  /** A handler of a change that never was must not run next time. */
  async #unmarkNow({ slot, prepared }: BatchEntry): Promise<void> {
    const group = this.#marks.takeBack(slot);
    if (group !== undefined) await this.#host.waves.hold(() => this.#host.send(prepared.lane, [group]));
  }

  /** The script could not be sent at all: no login, wrong sudo password. */
  async #notSent(batch: Batch, error: unknown): Promise<void> {
    if (!(error instanceof FettleError)) throw error;
    for (const { slot, prepared, group } of batch.entries) {
      if (this.#host.down !== undefined) return;
      await this.#reporter.report(slot, group === undefined ? prepared : failedBy(prepared, error), () => []);
    }
  }

  async #alone(slot: Slot, prepared: Prepared): Promise<void> {
    const outputs = await runAlone(this.#host, prepared);
    this.#host.reader.touch(effectsOf(slot.task, prepared), "done");
    await this.#reporter.report(slot, prepared, outputs);
    if (this.#goesOn()) this.#lookahead.refresh();
  }

  #output(batch: Batch, { group, item, step, stream, bytes }: OutputChunk): void {
    const entry = batch.entries.find((one) => one.group === group);
    const sent = batch.groups[group]?.items[item]?.steps[step];
    if (entry === undefined || entry.prepared.noLog || (sent?.do === "exec" && sent.silent === true)) return;
    const task = { ...entry.slot.ref, name: entry.prepared.name };
    this.#host.deps.emit({ type: "taskOutput", host: this.#host.name, task, stream, text: bytes.toString("utf8") });
  }

  /** Not run for real: in a dry run what would be true afterwards goes into the overlay. */
  async #predict(slot: Slot, prepared: Prepared): Promise<void> {
    const effects = effectsOf(slot.task, restOf(prepared, slot));
    this.#foresee(prepared, effects);
    await this.#reporter.report(slot, prepared, () => undefined);
    const all = effectsOf(slot.task, prepared);
    if (all.some((effect) => effect.kind === "opaque")) this.#host.opaque.push(prepared.name);
  }

  #foresee({ name }: Prepared, effects: readonly Effect[]): void {
    const { overlay, reader } = this.#host;
    if (overlay === undefined) return;
    overlay.add(name, effects);
    reader.touch(effects, "predicted");
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
    if (this.#goesOn()) await this.#unmark();
  }

  /** Marks of handlers that had nothing to do in the end. */
  async #unmark(): Promise<void> {
    for (const { lane, group } of this.#marks.takeRest()) {
      await this.#host.waves.hold(() => this.#host.send(lane, [group]));
    }
  }

  async #runHandler({ handler, by, certain }: Notified): Promise<void> {
    const slot = this.#slot(handler, this.#cursor + ++this.#handlersRun / 1_000_000, true);
    const ahead = this.#takeAhead(handler);
    if (ahead?.attempt !== undefined) slot.attempt = ahead.attempt;
    this.#host.variables.announce([slot]);
    this.#marks.ran(slot, handler);
    if (certain) return this.#settle(slot);
    const prepared = await this.#lookahead.launch(slot).end();
    if (prepared.kind !== "done") return;
    const why = { what: "whether it is notified", because: by.name };
    const touches = effectsOf(handler, prepared.prepared);
    const items = prepared.prepared.items.slice(0, 1);
    await this.#predict(slot, {
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
    const { free_form: action } = item.params as { free_form: string };
    if (action === "flush_handlers") await this.#runHandlers();
    if (action === "end_host" || action === "end_play") this.#left = true;
    if (action === "clear_facts") this.#host.facts.clear();
  }

  /** Every apply proves its own idempotence: state tasks are looked at again, and none should want to change anything. */
  async #close(): Promise<void> {
    const kept = this.#reporter.kept;
    if (!kept.some((one) => one.changed)) return;
    const { name: host, deps } = this.#host;
    try {
      for (const { task, changes } of await remaining(this.#host, kept))
        deps.emit({ type: "notIdempotent", host, task, changes });
    } catch (error) {
      if (!(error instanceof FettleError)) throw error;
      deps.emit({ type: "warning", host, text: `what was changed could not be looked at again: ${error.message}` });
    }
  }
}
