import { didYouMean, type FettleError, inputError, type Place } from "../contract/error.js";
import type { TaskRef } from "../contract/event.js";
import type { Handler } from "../contract/play.js";
import { compare, type Position } from "./position.js";

/** A handler that is to run on a host, and who wanted it. */
export interface Notified {
  readonly handler: Handler;
  readonly by: TaskRef;
  /** Dry run: false when it is not known whether the notifying task changes anything. */
  readonly certain: boolean;
}

interface Entry {
  readonly handler: Handler;
  /** Of the include that brings it; the play's own are there from the beginning. */
  readonly from: Position;
}

/** The handlers of a play on one host: who is notified, in the order in which they are defined. */
export class Handlers {
  #entries: readonly Entry[];
  readonly #notified = new Map<Handler, Notified>();

  constructor(
    handlers: readonly Handler[],
    /** What a name with variables comes to on this host; undefined when they are not known. */
    readonly nameOf: (handler: Handler) => string | undefined,
  ) {
    this.#entries = handlers.map((handler) => ({ handler, from: [] }));
  }

  /** Those that come with the include at this place; what it brought before is forgotten. */
  include(from: Position, handlers: readonly Handler[]): void {
    const others = this.#entries.filter((one) => one.from.length === 0 || compare(one.from, from) !== 0);
    const fresh = handlers.map((handler) => ({ handler, from }));
    this.#entries = [...others, ...fresh].sort((a, b) => compare(a.from, b.from));
  }

  /** All handlers that answer to a name or a topic, for a task at this place. */
  named(topic: string, at: Position): readonly Handler[] {
    return this.#before(at).filter((handler) => this.#topicsOf(handler).includes(topic));
  }

  /** Throws an input error when there is none. */
  check(topic: string, at: Position, place: Place): void {
    if (this.named(topic, at).length === 0) throw this.#unknown(topic, at, place);
  }

  withKey(key: string, at: Position): Handler | undefined {
    return this.#before(at).find((handler) => handler.key === key);
  }

  notify(handler: Handler, by: TaskRef, certain: boolean): boolean {
    const known = this.#notified.get(handler);
    if (known?.certain === true || (known !== undefined && !certain)) return false;
    this.#notified.set(handler, { handler, by, certain });
    return known === undefined;
  }

  /** Takes the next one that is notified, in the order of their definition: the first behind `last`, or the first. */
  takeNext(last: Handler | undefined): Notified | undefined {
    const handlers = this.#entries.map(({ handler }) => handler);
    const from = last === undefined ? 0 : handlers.indexOf(last) + 1;
    const next = [...handlers.slice(from), ...handlers.slice(0, from)].find((handler) => this.#notified.has(handler));
    if (next === undefined) return undefined;
    const taken = this.#notified.get(next);
    this.#notified.delete(next);
    return taken;
  }

  /** Those that are there at this place. Of a role that is included twice the first handlers answer. */
  #before(at: Position): readonly Handler[] {
    const keys = new Set<string>();
    return this.#entries.flatMap(({ handler, from }) => {
      if (compare(from, at) >= 0 || (from.length > 0 && keys.has(handler.key))) return [];
      keys.add(handler.key);
      return [handler];
    });
  }

  #topicsOf(handler: Handler): readonly string[] {
    const name = handler.name.constant === undefined ? this.nameOf(handler) : undefined;
    if (name === undefined) return handler.topics;
    return [...handler.topics, name, ...(handler.role === undefined ? [] : [`${handler.role} : ${name}`])];
  }

  #unknown(topic: string, at: Position, place: Place): FettleError {
    const topics = this.#before(at).flatMap((handler) => this.#topicsOf(handler));
    const meant = didYouMean(topic, topics);
    const remedy = meant === undefined ? "no handler has this name or listens to it" : `did you mean "${meant}"?`;
    return inputError(`notify: there is no handler "${topic}"`, { place, remedy });
  }
}
