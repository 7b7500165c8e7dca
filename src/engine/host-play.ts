import type { TaskRef } from "../contract/event.js";
import type { Handler, Play, Task } from "../contract/play.js";
import { asFettleError } from "./attempt.js";
import { dynamicOf } from "./dynamic.js";
import { SeenFacts } from "./facts.js";
import { lookAgain } from "./closing.js";
import { effectsOf } from "./effects.js";
import { gatherFacts } from "./gather.js";
import { Handlers, type Notified } from "./handlers.js";
import type { Host } from "./host.js";
import { Includes } from "./includes.js";
import { Lookahead } from "./lookahead.js";
import { Marks } from "./marks.js";
import type { PlayHosts } from "./play-hosts.js";
import { INVENTORY } from "./names.js";
import { behind, LAST, type Position } from "./position.js";
import { predict } from "./predict.js";
import type { HostContext } from "./prepare.js";
import { failedBy, type Prepared } from "./prepared.js";
import { Reporter } from "./reporter.js";
import { Sender } from "./sender.js";
import { Settler } from "./settler.js";
import { makeSlot, type Slot } from "./slot.js";
import type { Tranche } from "./tranche.js";
import { Turns } from "./turns.js";
import { Walk } from "./walk.js";

export interface PlayOptions {
  readonly tranche: Tranche;
  /** Look at tasks ahead of their turn. Without it each is looked at, sent and judged before the next. */
  readonly speculate: boolean;
  readonly playHosts: PlayHosts;
}

/** One play on one host: tasks are looked at ahead of their turn and settled in order. See docs/architecture.md. */
export class HostPlay {
  readonly #host: Host;
  readonly #play: Play;
  readonly #tranche: Tranche;
  readonly #playHosts: PlayHosts;
  readonly #context: HostContext;
  readonly #handlers: Handlers;
  readonly #reporter: Reporter;
  readonly #lookahead: Lookahead;
  readonly #slots: Slot[] = [];
  readonly #marks: Marks;
  readonly #sender: Sender;
  readonly #settler: Settler;
  readonly #includes: Includes;
  readonly #turns: Turns;
  #walk: Walk;
  /** The position of the task whose turn it is; handlers come right behind it. */
  #cursor: Position = [];
  #handlersRun = 0;
  #left = false;
  /** A task failed inside of a block: another task is next than it seemed. */
  #detour = false;
  /** The failure of one host was that of all, and this one has acted on it. */
  #isOut = false;
  #last: Slot | undefined;
  #lastFailed: TaskRef | undefined;
  #failedAt: Position | undefined;

  constructor(host: Host, play: Play, options: PlayOptions) {
    this.#host = host;
    this.#play = play;
    this.#tranche = options.tranche;
    this.#playHosts = options.playHosts;
    this.#handlers = new Handlers(play.handlers, (handler) => this.#nameOf(handler));
    this.#marks = new Marks(this.#handlers);
    this.#walk = this.#walkOf([]);
    this.#reporter = new Reporter(host, this.#handlers, {
      wake: (names) => this.#lookahead.wake(names),
      failed: (slot, ref) => this.#failed(slot, ref),
      lost: ({ position }) => (this.#failedAt = position),
      reached: () => this.#lookahead.again(),
      fatal: () => {
        this.#isOut = true;
        this.#tranche.failAll();
      },
    });
    this.#sender = new Sender(host, this.#reporter, this.#marks, this.#slots, options.speculate);
    this.#context = {
      host: host.name,
      reader: host.reader,
      overlay: host.overlay,
      waves: host.waves,
      variables: host.variables,
      facts: host.facts,
      play,
      magic: (position, lookups) =>
        Object.assign(options.playHosts.magic(host.name, this.#tranche.hosts, position, lookups), {
          ansible_check_mode: host.deps.mode === "plan",
          ansible_play_hosts_all: play.hosts,
        }),
      others: () => this.#tranche.hosts.filter((name) => name !== host.name),
      known: (name) => host.deps.known(name),
      handlers: this.#handlers,
      isOwnMark: (key) => this.#marks.isOwn(key),
      hostOf: (name) => host.deps.hostOf(name, play),
      keepSecret: host.deps.keepSecret,
    };
    this.#lookahead = new Lookahead({
      context: this.#context,
      handlers: this.#handlers,
      slots: this.#slots,
      speculate: options.speculate,
      makeSlot: (handler) => this.#slot(handler, LAST, true),
      // What is done on another host is looked at when everything before it is done.
      isOwn: ({ task }) =>
        task.delegateTo === undefined && (task.runOnce?.constant?.value !== true || this.#tranche.isFirst(host.name)),
      earlyVariables: async (slot, prepared) => (await this.#reporter.judge(slot, prepared, () => [])).variables,
      expand: (slot, prepared) => this.#includes.ahead(slot, prepared),
    });
    this.#includes = new Includes({
      variables: host.variables,
      handlers: this.#handlers,
      slots: this.#slots,
      lookahead: this.#lookahead,
      makeSlot: (task, position, handler) => this.#slot(task, position, handler),
    });
    this.#settler = new Settler({
      host,
      reporter: this.#reporter,
      lookahead: this.#lookahead,
      sender: this.#sender,
      marks: this.#marks,
      speculate: options.speculate,
      lockstep: options.tranche.lockstep,
      goesOn: () => this.#goesOn(),
      steer: (slot, prepared) => this.#steer(slot, prepared),
      include: (slot, prepared) => this.#includes.atTurn(slot, prepared, this.#walk),
    });
    this.#turns = new Turns({
      host,
      tranche: this.#tranche,
      settler: this.#settler,
      lookahead: this.#lookahead,
      context: this.#context,
      goesOn: () => this.#goesOn(),
      leave: () => (this.#left = true),
      fail: (slot) => this.#failed(slot),
    });
  }

  /** Resolves when the host is done with the play, in whatever way. Rejects on a defect of fettle. */
  async run(): Promise<void> {
    const { variables } = this.#host;
    let position = 0;
    variables.begin(this.#play.handlers.flatMap((handler) => handler.register ?? []));
    const sections = this.#play.sections.map((section) => section.tasks.map((task) => this.#slot(task, [++position])));
    variables.announce(this.#slots);
    this.#host.facts.forget();
    this.#lookahead.launchAll();
    if (this.#play.gatherFacts) await gatherFacts(this.#host, this.#play, this.#context);
    for (const slots of sections) if (this.#goesOn()) await this.#runSection(slots);
    if (this.#host.down === "failed" && this.#play.forceHandlers && !this.#tranche.isFailed)
      await this.#forceHandlers();
    if (this.#host.down === undefined && !this.#host.deps.signal.aborted)
      await lookAgain(this.#host, this.#reporter.kept);
    const { down, name } = this.#host;
    const at = down === undefined ? this.#cursor : (this.#failedAt ?? this.#cursor);
    if (down !== undefined || this.#left) this.#playHosts.leave(name, at);
    // What was not sent will not be; who looks at this host from another one waits for nothing any more.
    this.#host.reader.release();
    variables.end();
  }

  /** The tasks in their order, then the handlers that they notified. */
  async #runSection(slots: readonly Slot[]): Promise<void> {
    await this.#walkThrough(slots, async (slot) => {
      this.#cursor = slot.position;
      await this.#turns.take(slot);
      if (!this.#hasToLeave()) this.#last = slot;
    });
    if (this.#goesOn()) await this.#tranche.arrive(this.#host.name, behind(this.#cursor, 0));
    if (this.#goesOn()) await this.#runHandlers();
  }

  /** In order, with what includes expand to, until all is sent. */
  async #walkThrough(slots: readonly Slot[], take: (slot: Slot) => Promise<void>): Promise<void> {
    this.#walk = this.#walkOf(slots);
    for (;;) {
      if (this.#hasToLeave()) this.#leaveAsFailed();
      if (!this.#goesOn()) return;
      const slot = this.#walk.next();
      if (slot !== undefined) await take(slot);
      else if (!this.#settler.isIdle) await this.#settler.flush();
      else if (this.#walk.isOut) this.#fail();
      else break;
      this.#endDetour();
    }
  }

  #walkOf(slots: readonly Slot[]): Walk {
    const { variables } = this.#host;
    return new Walk(slots, {
      pass: (slot) => {
        slot.settled = true;
        variables.settle(slot, new Map());
        this.#lookahead.wake(slot.writes);
      },
      unpass: (slot) => {
        slot.settled = false;
        variables.unsettle(slot);
      },
    });
  }

  /** A task has failed: the blocks around it say what comes next; without one the host is out. */
  #failed(slot: Slot, ref?: TaskRef): void {
    this.#lastFailed = ref;
    this.#failedAt = slot.position;
    if (slot.task.blocks.length === 0) {
      this.#fail();
      return;
    }
    this.#walk.failed(slot);
    this.#detour = true;
  }

  /** Another host's failure is one of all (any_errors_fatal). */
  #hasToLeave(): boolean {
    return this.#tranche.isFailed && !this.#isOut && this.#host.down === undefined;
  }

  /** As if the task before had failed here, too: what the blocks around it always do is done. */
  #leaveAsFailed(): void {
    this.#isOut = true;
    if (this.#last === undefined || this.#last.task.blocks.length === 0) this.#fail();
    else this.#walk.failed(this.#last);
  }

  #endDetour(): void {
    if (!this.#detour) return;
    this.#detour = false;
    if (this.#goesOn()) this.#lookahead.refresh();
  }

  #fail(): void {
    this.#host.down = "failed";
    this.#tranche.failed(this.#host.name);
    if (this.#lastFailed !== undefined)
      this.#host.deps.emit({ type: "hostFailed", host: this.#host.name, task: this.#lastFailed });
  }

  #goesOn(): boolean {
    const { down, deps } = this.#host;
    return (
      down === undefined &&
      !this.#left &&
      !this.#hasToLeave() &&
      !this.#detour &&
      !this.#tranche.isOver &&
      !deps.signal.aborted
    );
  }

  /** As in Ansible, from what is known when the play begins: no facts, no registers of its tasks. */
  #nameOf(handler: Handler): string | undefined {
    const facts = new SeenFacts(this.#host.facts);
    const dynamic = dynamicOf(this.#context, [], facts, { note: () => undefined });
    try {
      return handler.name.evaluate(handler.scope(this.#host.name, dynamic));
    } catch {
      return undefined;
    }
  }

  #slot(task: Task, position: Position, handler = false): Slot {
    const slot = makeSlot(task, position, handler);
    this.#slots.push(slot);
    return slot;
  }

  async #runHandlers(): Promise<void> {
    await this.#settler.flush();
    // A handler may notify another one, but nobody twice in a circle. Those of a host that has failed stay notified, for
    // force_handlers.
    const ran = new Set<Handler>();
    let last: Handler | undefined;
    while (this.#goesOn()) {
      const next = this.#handlers.takeNext(last);
      if (next === undefined && this.#settler.isIdle) break;
      if (next === undefined) await this.#settler.flush();
      else if (!ran.has(next.handler) || next.by.handler !== true) {
        ran.add((last = next.handler));
        await this.#runHandler(next);
        // Whom it notifies may be next.
        if (this.#goesOn() && last.notify.length > 0) await this.#settler.flush();
      }
    }
    if (this.#goesOn()) await this.#sender.unmark();
  }

  async #runHandler({ handler, by, certain }: Notified): Promise<void> {
    const slot = this.#slot(handler, behind(this.#cursor, ++this.#handlersRun), true);
    const ahead = this.#takeAhead(handler);
    if (ahead?.attempt !== undefined) slot.attempt = ahead.attempt;
    this.#host.variables.announce([slot]);
    this.#marks.ran(slot, handler);
    if (certain && handler.expand !== undefined) return this.#includeHandler(slot);
    if (certain) return this.#turns.settle(slot);
    // What it reads may have to wait for the handlers before it.
    await this.#settler.flush();
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

  /** Its tasks run where it stands; the walk through the play's own tasks goes on behind it. */
  async #includeHandler(slot: Slot): Promise<void> {
    const walk = this.#walk;
    await this.#walkThrough([slot], (task) => this.#turns.settle(task));
    this.#walk = walk;
  }

  async #refreshInventory(slot: Slot, prepared: Prepared): Promise<boolean> {
    try {
      this.#host.deps.inventory?.refresh();
      return true;
    } catch (error) {
      await this.#reporter.report(slot, failedBy(prepared, asFettleError(error)), () => []);
      return false;
    }
  }

  /** Hosts that have failed or could not be reached take part in the plays behind this one. */
  async #clearErrors(): Promise<void> {
    for (const name of this.#play.hosts) {
      const host = this.#host.deps.known(name);
      if (host?.down === undefined) continue;
      if (host.down === "unreachable") await host.reconnect();
      host.down = undefined;
    }
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
    const { free_form: action } = item.params as { free_form: string };
    if (action === "refresh_inventory" && !(await this.#refreshInventory(slot, prepared))) return;
    slot.settled = true;
    // It leaves nothing behind; who needs its register must not wait for ever.
    this.#host.variables.settle(slot, new Map(slot.task.changesInventory ? [[INVENTORY, slot.position]] : []));
    this.#lookahead.wake(slot.writes);
    if (action === "flush_handlers") await this.#runHandlers();
    if (action === "end_play") slot.ends = "play";
    if (action === "end_batch") slot.ends = "batch";
    if (action === "end_host" || slot.ends !== undefined) this.#left = true;
    if (action === "clear_host_errors") await this.#clearErrors();
    if (action === "clear_facts") this.#lookahead.forgetFacts();
    if (action === "reset_connection" && this.#host.deps.mode === "apply") await this.#host.reconnect();
  }
}
