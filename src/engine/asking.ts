import type { Effect } from "../contract/change.js";
import type { FactSource } from "../contract/module.js";
import type { Task } from "../contract/play.js";
import { type Query, type Read, Unknown } from "../contract/query.js";
import type { LaneKey } from "../contract/transport.js";
import { atTurn } from "./at-turn.js";
import { type Attempt, evaluate, NeedsRealRun } from "./attempt.js";
import type { HostContext } from "./context.js";
import { touchesHosts } from "./effects.js";
import { certainFacts, factsOfOther, type SeenFacts } from "./facts.js";
import type { Host } from "./host.js";
import { marks } from "./marks.js";
import type { Need } from "./needs.js";
import { reach } from "./reach.js";
import { makeRead } from "./read.js";
import type { ReaderClient } from "./reader.js";
import { mayHaveTouched } from "./unknown.js";

/** Who asks for an item of a task, and as whom. */
export interface Asker {
  readonly reader: ReaderClient;
  readonly lane: LaneKey;
}

/** What one attempt asks of hosts, for the task's parameters and for itself. */
export class Asking {
  readonly #asked: Promise<unknown>[] = [];

  constructor(
    readonly context: HostContext,
    readonly task: Task,
    readonly attempt: Attempt,
    readonly facts: SeenFacts,
  ) {}

  /** Evaluates, reading the facts that turn out to be needed. */
  readonly evaluate = <T>(work: () => T | Promise<T>): Promise<T> =>
    evaluate(
      work,
      (need) => this.#readFacts(need),
      () => atTurn(this.attempt, this.context.reader),
    );

  /** What a module reads by. `on`: the host that the task is delegated to. */
  read({ reader, lane }: Asker, on: Host | undefined): Read {
    const isDry = this.context.overlay !== undefined;
    if (on === undefined) return makeRead((query) => this.#ask(query, reader, lane), isDry);
    return makeRead((query) => on.reader.read(lane, query, reader), isDry);
  }

  /** Dry run: whether the host can be reached as this user. Nothing to do in an apply, which will see. */
  reach({ reader, lane }: Asker, on: Host | undefined): Promise<unknown> {
    if (this.context.overlay === undefined || !touchesHosts(this.task)) return Promise.resolve();
    return this.#ask(reach("reach"), reader, lane, on?.reader);
  }

  /** Marks of handlers of earlier runs. In a dry run nobody can tell after some tasks; the marks do not change then. */
  async marks(lane: LaneKey): Promise<readonly string[]> {
    const answer = await this.#ask(marks("marks"), this.attempt, lane);
    const keys = answer instanceof Unknown ? [] : (answer as readonly string[]);
    return keys.filter((key) => !this.context.isOwnMark(key));
  }

  /** A task whose parameters are unknown may change anything, as an opaque command. */
  async touches(error: unknown, besides: readonly Effect[]): Promise<readonly Effect[]> {
    if (error instanceof NeedsRealRun) return [{ kind: "opaque", why: error.what }, ...besides];
    // What it asked together with the rest counts too.
    await Promise.allSettled(this.#asked);
    return mayHaveTouched(this.attempt.views, besides, this.context.overlay);
  }

  async #readFacts({ names, sources, host }: Need & { kind: "reads" }): Promise<void> {
    const of = host === undefined ? undefined : this.context.hostOf(host).reader;
    const ask = ({ query, ...source }: FactSource) =>
      this.#ask(query, this.attempt, this.facts.laneOf({ query, ...source }), of);
    try {
      for (const answer of await Promise.all(sources.map(ask))) this.facts.add(certainFacts(answer, names), host);
    } catch (error) {
      throw host === undefined ? error : factsOfOther(error, host);
    }
  }

  #ask(query: Query<unknown>, reader: ReaderClient, lane: LaneKey, of = this.context.reader): Promise<unknown> {
    const answer = of.read(lane, query, reader);
    this.#asked.push(answer);
    return answer;
  }
}
