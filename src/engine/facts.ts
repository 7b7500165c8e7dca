import { FettleError, hostError } from "../contract/error.js";
import type { FactSource } from "../contract/module.js";
import type { Play, Scope, Task } from "../contract/play.js";
import { Unknown } from "../contract/query.js";
import type { LaneKey } from "../contract/transport.js";
import { NeedsRealRun } from "./attempt.js";
import { factsObject, type KnownFacts } from "./facts-object.js";
import type { Host } from "./host.js";

/**
 * The facts of one host. Each is what it was when the turn came of the first task that uses it, and stays so until the
 * facts are forgotten: what a task sees does not depend on how far ahead it was looked at.
 */
export class Facts {
  readonly #kept = new Map<string, unknown>();

  constructor(readonly sources: readonly FactSource[]) {}

  has(name: string): boolean {
    return this.#kept.has(name);
  }

  get(name: string): unknown {
    return this.#kept.get(name);
  }

  /** What is kept already stays as it is. */
  keep(found: Iterable<readonly [string, unknown]>): void {
    for (const [name, value] of found) if (!this.#kept.has(name)) this.#kept.set(name, value);
  }

  forget(): void {
    this.#kept.clear();
  }
}

/** Facts as one attempt at a task sees them: those of the host, and those that it was the first to read. */
export class SeenFacts {
  readonly own = new Map<string, unknown>();
  /** `facts` of its scope. */
  readonly object: object;
  /** Those of other hosts that it was the first to read. */
  readonly #ofOthers = new Map<string, Map<string, unknown>>();
  readonly #sources: readonly FactSource[];
  /** The user that the task acts as. */
  taskLane: LaneKey = {};
  /** The user that the play acts as. */
  playLane: LaneKey = {};

  constructor(host: Facts) {
    this.#sources = host.sources;
    this.object = factsObject(host.sources, either(this.own, host));
  }

  /** `facts` of another host; one that the run has not met yet has none so far. */
  objectOf(name: string, host: Host | undefined): Readonly<Record<string, unknown>> {
    const read = this.#ofOthers.get(name) ?? new Map<string, unknown>();
    this.#ofOthers.set(name, read);
    const known = host === undefined ? read : either(read, host.facts);
    return factsObject(this.#sources, known, name) as Readonly<Record<string, unknown>>;
  }

  /** As whom to read: what concerns a user is about the play's; all else is read by the task's own, one lane less. */
  laneOf({ ofUser }: FactSource): LaneKey {
    return ofUser === true ? this.playLane : this.taskLane;
  }

  /** `host`: another one's. */
  add(answer: object, host?: string): void {
    const read = host === undefined ? this.own : this.#ofOthers.get(host);
    for (const [name, value] of Object.entries(answer)) read?.set(name, value);
  }
}

function either(first: KnownFacts, second: KnownFacts): KnownFacts {
  return {
    has: (name) => first.has(name) || second.has(name),
    get: (name) => (first.has(name) ? first.get(name) : second.get(name)),
  };
}

/** The user that a task or a play acts as. */
export function laneOf({ become, becomeUser }: Pick<Task | Play, "become" | "becomeUser">, scope: Scope): LaneKey {
  return become?.evaluate(scope) === true ? { becomeUser: becomeUser?.evaluate(scope) ?? "root" } : {};
}

/** Another host that cannot be reached is no reason to drop the one that asks. */
export function factsOfOther(error: unknown, host: string): unknown {
  if (!(error instanceof FettleError)) return error;
  return hostError(`the facts of ${host} cannot be read: ${error.details.cause}`);
}

/** The answer of a source. Throws NeedsRealRun where a dry run does not know it; `names`: the facts that were wanted. */
export function certainFacts(answer: unknown, names: readonly string[]): object {
  if (answer instanceof Unknown)
    throw new NeedsRealRun(names.map((name) => `facts.${name}`).join(", "), answer.because);
  return answer as object;
}
