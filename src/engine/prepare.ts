import { FettleError, inputError, type Place } from "../contract/error.js";
import type { FactSource, Local } from "../contract/module.js";
import type { Effect } from "../contract/change.js";
import { checkParams } from "../contract/params.js";
import type { Play, Scope, Task } from "../contract/play.js";
import { type Query, type Read, Unknown } from "../contract/query.js";
import type { LaneKey } from "../contract/transport.js";
import { atTurn, lookupsOf } from "./at-turn.js";
import { asFettleError, type Attempt, Blocked, evaluate, NeedsRealRun } from "./attempt.js";
import { type DynamicParts, dynamicOf } from "./dynamic.js";
import { certainFacts, type Facts, factsOfOther, laneOf, SeenFacts } from "./facts.js";
import type { Host } from "./host.js";
import { ItemReader } from "./item-reader.js";
import { describe, isQuiet, labelled, loopVariables, showLabel, unknownItem } from "./items.js";
import { eachAfterTheOther } from "./loop-facts.js";
import { marks } from "./marks.js";
import type { Need } from "./needs.js";
import type { Overlay } from "./overlay.js";
import type { Because, DoneItem, Prepared, PreparedItem } from "./prepared.js";
import type { Reader, ReaderClient } from "./reader.js";
import { makeRead, trackedLocal } from "./read.js";
import { settingsOf } from "./settings.js";
import type { Slot } from "./slot.js";
import { mayHaveTouched, whyUnknown } from "./unknown.js";
import type { WaveQueue } from "./wave.js";

/** What preparing a task takes from the host it runs on. */
export interface HostContext extends DynamicParts {
  readonly reader: Reader;
  /** Dry run only. */
  readonly overlay: Overlay | undefined;
  readonly waves: WaveQueue;
  readonly facts: Facts;
  readonly play: Play;
  /** Throws an input error when no handler answers to the topic. */
  readonly checkTopic: (topic: string, place: Place) => void;
  /** Whether this play itself has marked the handler. */
  readonly isOwnMark: (key: string) => boolean;
  /** A host that a task is delegated to. */
  readonly hostOf: (name: string) => Host;
}

/** Evaluates one task on one host and looks at all its items at once. */
export async function prepare(context: HostContext, slot: Slot, attempt: Attempt, look: Look): Promise<Prepared> {
  return new Preparation(context, slot, attempt, look).run();
}

/** `blind`: do not look; the module's steps guard themselves. */
export type Look = "observe" | "blind";

const NOTHING = { lane: {}, noLog: false, ignoreErrors: false, environment: {}, topics: [], marks: [] };

class Preparation {
  readonly #context: HostContext;
  readonly #task: Task;
  readonly #attempt: Attempt;
  readonly #scope: Scope;
  readonly #look: Look;
  readonly #done: readonly DoneItem[];
  readonly #asked: Promise<unknown>[] = [];
  readonly #facts: SeenFacts;
  #lane: LaneKey = {};

  constructor(context: HostContext, { task, position, done }: Slot, attempt: Attempt, look: Look) {
    this.#context = context;
    this.#task = task;
    this.#attempt = attempt;
    this.#look = look;
    this.#done = [...done];
    this.#facts = new SeenFacts(context.facts);
    const lookups = lookupsOf(attempt, context.reader);
    this.#scope = task.scope(context.host, dynamicOf(context, position, this.#facts, lookups));
  }

  async run(): Promise<Prepared> {
    const task = this.#task;
    const name = this.#name();
    const ignoreUnreachable = this.#ignoresUnreachable();
    const plain = { ...NOTHING, name, loop: task.loop !== undefined, facts: this.#facts, ignoreUnreachable };
    this.#lane = this.#laneAhead();
    try {
      const loop = await this.#items();
      if (loop.kind !== "items") return { ...plain, items: [loop] };
      const settings = await this.#settings();
      this.#lane = settings.lane;
      const readers = loop.items.map(() => new ItemReader(this.#attempt));
      const look = async (item: LoopItem, i: number): Promise<PreparedItem> =>
        this.#done[i]?.item ?? this.#item(item.scope, item.label, readers[i] ?? this.#attempt, item.skip);
      const [marked, items] = await Promise.all([
        settings.topics.length === 0 ? [] : this.#marks(),
        plain.loop && task.module.setsVariables === true
          ? eachAfterTheOther(task, loop.items, look)
          : Promise.all(loop.items.map(look)),
      ]);
      const views = plain.loop ? { views: readers.map((reader) => reader.views) } : {};
      return { ...plain, ...settings, marks: marked, items, ...views };
    } catch (error) {
      return { ...plain, items: [await this.#ended(this.#scope, undefined, error)] };
    }
  }

  /** As whom facts are read that are needed to know as whom the task runs. */
  #laneAhead(): LaneKey {
    const orNobody = (who: Task | Play): LaneKey => {
      try {
        return laneOf(who, this.#scope);
      } catch {
        return {};
      }
    };
    this.#facts.playLane = orNobody(this.#context.play);
    return (this.#facts.taskLane = orNobody(this.#task));
  }

  /** Asked first: whatever else is asked may be what the host does not answer. */
  #ignoresUnreachable(): boolean {
    try {
      return this.#task.ignoreUnreachable?.evaluate(this.#scope) ?? false;
    } catch {
      return false;
    }
  }

  #name(): string {
    try {
      return this.#task.name.evaluate(this.#scope);
    } catch {
      // A name that cannot be rendered (yet) is no reason to fail: it shows as it is written.
      return this.#task.name.source;
    }
  }

  /** Without a loop a false `when` ends it before anything else is evaluated, as people rely on. */
  async #items(): Promise<{ kind: "items"; items: readonly LoopItem[] } | Extract<PreparedItem, { kind: "skipped" }>> {
    const loop = this.#task.loop;
    if (loop === undefined) {
      const skip = await this.#when(this.#scope);
      if (typeof skip === "string") return { kind: "skipped", because: skip, scope: this.#scope };
      return { kind: "items", items: [{ scope: this.#scope, ...(skip && { skip }) }] };
    }
    let values: readonly unknown[];
    try {
      values = await this.#evaluate(() => loop.items.evaluate(this.#scope));
      if (!Array.isArray(values)) throw this.#error(`loop must give a list, not ${describe(values)}`, loop.items.place);
    } catch (error) {
      const skip = await this.#whenInstead(error);
      return { kind: "skipped", because: skip, scope: this.#scope };
    }
    const items = values.map((value, index) => {
      const scope = this.#scope.with(loopVariables(loop, values, index));
      return { scope, label: this.#label(scope, value) };
    });
    return { kind: "items", items };
  }

  /** A list that is not there is no failure where a condition that needs no item is false. */
  async #whenInstead(error: unknown): Promise<string> {
    if (!(error instanceof FettleError)) throw error;
    const skip = await this.#when(this.#scope).catch((other: unknown) => {
      throw other instanceof FettleError ? error : other;
    });
    if (typeof skip === "string") return skip;
    throw skip === undefined ? error : new NeedsRealRun(skip.what, skip.because);
  }

  #label(scope: Scope, value: unknown): string {
    try {
      return showLabel(this.#task.loop?.label?.evaluate(scope) ?? value);
    } catch {
      return showLabel(value);
    }
  }

  /** undefined: all conditions hold; a text: the one that does not; a Because: a dry run cannot tell. */
  async #when(scope: Scope): Promise<string | Because | undefined> {
    let unknown: Because | undefined;
    for (const condition of this.#task.when) {
      try {
        if (!(await this.#evaluate(() => condition.evaluate(scope)))) return condition.source;
      } catch (error) {
        if (!(error instanceof NeedsRealRun)) throw error;
        unknown = { what: error.what, because: error.because };
      }
    }
    return unknown;
  }

  #settings(): Promise<Omit<Prepared, "items" | "loop" | "name" | "marks">> {
    return this.#evaluate(() => ({
      lane: laneOf(this.#task, this.#scope),
      ...settingsOf(this.#task, this.#scope, this.#context.checkTopic),
    }));
  }

  async #item(scope: Scope, label: string | undefined, reader: ReaderClient, known?: Skip): Promise<PreparedItem> {
    let doubt: Because | undefined;
    try {
      const skip = known ?? (label === undefined ? undefined : await this.#when(scope));
      if (typeof skip === "string") return { kind: "skipped", because: skip, scope, ...labelled(label) };
      doubt = skip;
      return await this.#observe(scope, label, reader, skip);
    } catch (error) {
      const ended = await this.#ended(scope, label, error);
      // It may never be asked to do what it could not.
      if (ended.kind !== "failed" || doubt === undefined) return ended;
      return { kind: "unknown", scope, why: doubt, touches: [], ...labelled(label) };
    }
  }

  /** `doubt`: whether the task runs at all is not known; what it would change is then not known either. */
  async #observe(
    scope: Scope,
    label: string | undefined,
    reader: ReaderClient,
    doubt: Because | undefined,
  ): Promise<PreparedItem> {
    const task = this.#task;
    const raw = await this.#evaluate(() => task.args.evaluate(scope));
    const checked = checkParams(task.module, raw, task);
    if ("errors" in checked) throw checked.errors[0] ?? inputError("the parameters are wrong", { place: task.place });
    const { params } = checked;
    if (this.#look === "blind") {
      const changes = task.module.blind?.(params) ?? [];
      if (doubt !== undefined) return unknownItem(scope, label, doubt, changes);
      return { kind: "ready", scope, params, state: undefined, changes, ...labelled(label) };
    }
    const local = this.#local(scope);
    const on = await this.#delegate(scope);
    const more = { ...labelled(label), ...(on !== undefined && { on }) };
    let state: unknown;
    try {
      state = await task.module.observe(this.#read(reader, on), params, local);
    } catch (error) {
      const why = whyUnknown(error);
      if (why === undefined) throw error;
      const may = task.module.mayTouch?.(params) ?? [];
      const touches = await this.#touches(error, may);
      return { kind: "unknown", scope, why, touches, ...more };
    }
    const changes = task.module.diff(state, params);
    if (doubt === undefined || (changes.length === 0 && isQuiet(task))) {
      return { kind: "ready", scope, params, state, changes, ...more };
    }
    return { ...unknownItem(scope, label, doubt, changes), ...more };
  }

  async #delegate(scope: Scope): Promise<Host | undefined> {
    const { delegateTo } = this.#task;
    if (delegateTo === undefined) return undefined;
    return this.#context.hostOf(await this.#evaluate(() => delegateTo.evaluate(scope)));
  }

  /** A template may need facts and registers, as any expression. */
  #local(scope: Scope): Local {
    const local = trackedLocal(this.#task.local(scope), this.#context.waves);
    return { ...local, template: (src) => this.#evaluate(() => local.template(src)) };
  }

  /** A task whose parameters are unknown may change anything, as an opaque command. */
  async #touches(error: unknown, besides: readonly Effect[]): Promise<readonly Effect[]> {
    if (error instanceof NeedsRealRun) return [{ kind: "opaque", why: error.what }, ...besides];
    // What it asked together with the rest counts too.
    await Promise.allSettled(this.#asked);
    return mayHaveTouched(this.#attempt.views, besides, this.#context.overlay);
  }

  async #ended(scope: Scope, label: string | undefined, error: unknown): Promise<PreparedItem> {
    if (error instanceof Blocked) throw error;
    const why = whyUnknown(error);
    if (why !== undefined) {
      return { kind: "unknown", scope, why, touches: await this.#touches(error, []), ...labelled(label) };
    }
    return { kind: "failed", scope, error: this.#placed(asFettleError(error)), ...labelled(label) };
  }

  /** A host that does not answer is no fault of the line of the playbook that needed it first. */
  #placed(error: FettleError): FettleError {
    if (error.kind === "unreachable") return error;
    const place = error.details.place ?? this.#task.place;
    const excerpt = this.#task.excerpt(place);
    return error.at({ place, ...(error.details.place === undefined && excerpt !== undefined && { excerpt }) });
  }

  #error(cause: string, place: Task["place"]): FettleError {
    const excerpt = this.#task.excerpt(place);
    return inputError(cause, { place, ...(excerpt !== undefined && { excerpt }) });
  }

  #evaluate<T>(work: () => T | Promise<T>): Promise<T> {
    return evaluate(
      work,
      (need) => this.#readFacts(need),
      () => atTurn(this.#attempt, this.#context.reader),
    );
  }

  async #readFacts({ names, sources, host }: Need & { kind: "reads" }): Promise<void> {
    const of = host === undefined ? undefined : this.#context.hostOf(host).reader;
    const ask = ({ query, ...source }: FactSource) =>
      this.#ask(query, this.#attempt, this.#facts.laneOf({ query, ...source }), of);
    try {
      for (const answer of await Promise.all(sources.map(ask))) this.#facts.add(certainFacts(answer, names), host);
    } catch (error) {
      throw host === undefined ? error : factsOfOther(error, host);
    }
  }

  /** In a dry run nobody can tell after some tasks; the marks do not change then. */
  async #marks(): Promise<readonly string[]> {
    const answer = await this.#ask(marks("marks"));
    const keys = answer instanceof Unknown ? [] : (answer as readonly string[]);
    return keys.filter((key) => !this.#context.isOwnMark(key));
  }

  #ask(
    query: Query<unknown>,
    reader: ReaderClient = this.#attempt,
    lane = this.#lane,
    of = this.#context.reader,
  ): Promise<unknown> {
    const answer = of.read(lane, query, reader);
    this.#asked.push(answer);
    return answer;
  }

  /** `on`: the host that the task is delegated to. */
  #read(reader: ReaderClient, on: Host | undefined): Read {
    if (on === undefined) return makeRead((query) => this.#ask(query, reader));
    return makeRead((query) => on.reader.read(this.#lane, query, reader));
  }
}

type Skip = string | Because;

interface LoopItem {
  readonly scope: Scope;
  /** Absent without a loop. */
  readonly label?: string;
  readonly skip?: Skip;
}
