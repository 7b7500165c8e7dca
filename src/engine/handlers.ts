import { didYouMean, type FettleError, inputError, type Place } from "../contract/error.js";
import type { TaskRef } from "../contract/event.js";
import type { Handler } from "../contract/play.js";

/** A handler that is to run on a host, and who wanted it. */
export interface Notified {
  readonly handler: Handler;
  readonly by: TaskRef;
  /** Dry run: false when it is not known whether the notifying task changes anything. */
  readonly certain: boolean;
}

/** The handlers of a play on one host: who is notified, in the order in which they are defined. */
export class Handlers {
  readonly #all: Handler[];
  readonly #notified = new Map<Handler, Notified>();

  constructor(handlers: readonly Handler[]) {
    this.#all = [...handlers];
  }

  get all(): readonly Handler[] {
    return this.#all;
  }

  /** Those that came with an include; one that is there already stays as it is. */
  add(handlers: readonly Handler[]): void {
    for (const handler of handlers) if (this.withKey(handler.key) === undefined) this.#all.push(handler);
  }

  /** All handlers that answer to a name or a topic. */
  named(topic: string): readonly Handler[] {
    return this.#all.filter((handler) => handler.topics.includes(topic));
  }

  /** Throws an input error when there is none. */
  check(topic: string, place: Place): void {
    if (this.named(topic).length === 0) throw this.#unknown(topic, place);
  }

  withKey(key: string): Handler | undefined {
    return this.#all.find((handler) => handler.key === key);
  }

  notify(handler: Handler, by: TaskRef, certain: boolean): boolean {
    const known = this.#notified.get(handler);
    if (known?.certain === true || (known !== undefined && !certain)) return false;
    this.#notified.set(handler, { handler, by, certain });
    return known === undefined;
  }

  /** Takes those notified so far, in the order of their definition. */
  take(): readonly Notified[] {
    const taken = this.#all.map((handler) => this.#notified.get(handler)).filter((one) => one !== undefined);
    this.#notified.clear();
    return taken;
  }

  #unknown(topic: string, place: Place): FettleError {
    const topics = this.#all.flatMap((handler) => handler.topics);
    const meant = didYouMean(topic, topics);
    const remedy = meant === undefined ? "no handler has this name or listens to it" : `did you mean "${meant}"?`;
    return inputError(`notify: there is no handler "${topic}"`, { place, remedy });
  }
}
