import type { TaskRef } from "../contract/event.js";
import type { Play, Task } from "../contract/play.js";
import { lookAgain } from "./closing.js";
import { contextOf, handlerName, type HostContext } from "./context.js";
import { gatherFacts } from "./gather.js";
import { HandlerRuns } from "./handler-runs.js";
import { Handlers } from "./handlers.js";
import type { Host } from "./host.js";
import { Includes } from "./includes.js";
import { Lookahead } from "./lookahead.js";
import { Marks } from "./marks.js";
import type { PlayHosts } from "./play-hosts.js";
import { behind, LAST, type Position } from "./position.js";
import { Reporter } from "./reporter.js";
import { Sender } from "./sender.js";
import { Settler } from "./settler.js";
import { makeSlot, type Slot } from "./slot.js";
import { steer, type SteeringParts } from "./steering.js";
import type { Tranche } from "./tranche.js";
import { Turns } from "./turns.js";
import { isRescued, Walk } from "./walk.js";

export interface PlayOptions {
  readonly tranche: Tranche;
  /** Look at tasks ahead of their turn. Without it each is looked at, sent and judged before the next. */
  readonly speculate: boolean;
  readonly playHosts: PlayHosts;
}

/** A `meta: flush_handlers` whose handlers run now. */
interface Flush {
  readonly slot: Slot;
  /** That it stands in. */
  readonly walk: Walk;
  readonly around: Flush | undefined;
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
  readonly #handlerRuns: HandlerRuns;
  #walk: Walk;
  /** The position of the task whose turn it is; handlers come right behind it. */
  #cursor: Position = [];
  #handlersRun = 0;
  #left = false;
  /** A task failed inside of a block: in this walk another task is next than it seemed. */
  #detour: Walk | undefined;
  #flush: Flush | undefined;
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
    this.#handlers = new Handlers(play.handlers, (handler) => handlerName(handler, this.#context));
    this.#marks = new Marks(this.#handlers);
    this.#walk = this.#walkOf([]);
    this.#reporter = new Reporter(host, this.#handlers, {
      wake: (names) => this.#lookahead.wake(names),
      failed: (slot, ref) => this.#failed(slot, ref),
      isRescued: ({ task }) => isRescued(task) || this.#flushes().some(({ slot }) => isRescued(slot.task)),
      makesGood: (key) => this.#marks.makesGood(key),
      lost: ({ position }) => (this.#failedAt = position),
      reached: () => this.#lookahead.again(),
      fatal: () => {
        this.#isOut = true;
        this.#tranche.failAll();
      },
    });
    this.#sender = new Sender(host, this.#reporter, this.#marks, this.#slots, options.speculate);
    const { tranche, playHosts } = options;
    this.#context = contextOf(host, { play, tranche, playHosts, handlers: this.#handlers, marks: this.#marks });
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
    const steering: SteeringParts = {
      host,
      play,
      reporter: this.#reporter,
      lookahead: this.#lookahead,
      runHandlers: (slot) => this.#flushHandlers(slot),
      leave: () => (this.#left = true),
    };
    this.#settler = new Settler({
      host,
      reporter: this.#reporter,
      lookahead: this.#lookahead,
      sender: this.#sender,
      marks: this.#marks,
      speculate: options.speculate,
      lockstep: options.tranche.lockstep,
      goesOn: () => this.#goesOn(),
      steer: (slot, prepared) => steer(steering, slot, prepared),
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
    this.#handlerRuns = new HandlerRuns({
      host,
      handlers: this.#handlers,
      marks: this.#marks,
      reporter: this.#reporter,
      lookahead: this.#lookahead,
      sender: this.#sender,
      settler: this.#settler,
      turns: this.#turns,
      goesOn: () => this.#goesOn(),
      makeSlot: (handler) => this.#slot(handler, behind(this.#cursor, ++this.#handlersRun), true),
      forget: (ahead) => this.#slots.splice(this.#slots.indexOf(ahead), 1),
      include: (slot) => this.#includeHandler(slot),
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
    const take = async (slot: Slot): Promise<void> => {
      this.#cursor = slot.position;
      await this.#turns.take(slot);
      // Another host's failure may have come while it was under way here.
      if (slot.settled || !this.#hasToLeave()) this.#last = slot;
    };
    this.#walk = this.#walkOf(slots);
    await this.#walkOn(take);
    if (this.#hasToLeave()) {
      this.#leaveAsFailed();
      await this.#walkOn(take);
    }
    if (this.#goesOn()) await this.#tranche.arrive(this.#host.name, behind(this.#cursor, 0));
    if (this.#goesOn()) await this.#handlerRuns.run("end");
  }

  /** In order, with what includes expand to, until all is sent. */
  async #walkOn(take: (slot: Slot) => Promise<void>): Promise<void> {
    while (this.#goesOn()) {
      const slot = this.#walk.next();
      if (slot !== undefined) await take(slot);
      else if (!this.#settler.isIdle) await this.#settler.flush();
      else if (this.#walk.isOut) this.#unhandled();
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
    if (slot.task.blocks.length === 0) this.#unhandled();
    else this.#turn(this.#walk, slot);
  }

  /** No block takes care of it. Of a handler that is flushed, those around the flush may. */
  #unhandled(): void {
    const flush = this.#flushes().find(({ slot }) => slot.task.blocks.length > 0);
    if (flush === undefined) this.#fail();
    else this.#turn(flush.walk, flush.slot);
  }

  /** Those that are under way, the innermost first: a handler may include a flush. */
  #flushes(): readonly Flush[] {
    const all: Flush[] = [];
    for (let flush = this.#flush; flush !== undefined; flush = flush.around) all.push(flush);
    return all;
  }

  #turn(walk: Walk, failed: Slot): void {
    walk.failed(failed);
    this.#detour = walk;
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
    if (this.#detour !== this.#walk) return;
    this.#detour = undefined;
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
      this.#detour === undefined &&
      !this.#tranche.isOver &&
      !deps.signal.aborted
    );
  }

  #slot(task: Task, position: Position, handler = false): Slot {
    const slot = makeSlot(task, position, handler);
    this.#slots.push(slot);
    return slot;
  }

  /** Its tasks run where it stands; the walk through the play's own tasks goes on behind it. */
  async #includeHandler(slot: Slot): Promise<void> {
    const walk = this.#walk;
    this.#walk = this.#walkOf([slot]);
    await this.#walkOn((task) => this.#turns.own(task));
    this.#walk = walk;
  }

  /** `meta: flush_handlers` */
  async #flushHandlers(slot: Slot): Promise<void> {
    const around = this.#flush;
    this.#flush = { slot, walk: this.#walk, around };
    await this.#handlerRuns.run("flush");
    this.#flush = around;
  }

  async #forceHandlers(): Promise<void> {
    this.#host.down = undefined;
    await this.#handlerRuns.run("flush");
    this.#host.down ??= "failed";
  }
}
