import type { Subject } from "./subject.js";

/**
 * One question to one host, as a value. Made only by a probe's constructor; equal `id` = same question.
 * The lane (which user asks) is the engine's to add: the same question by two users has two answers.
 */
export interface Query<V> {
  readonly id: string;
  readonly probe: Probe<unknown, V>;
  readonly key: unknown;
  /** What the answer depends on, as far as the question alone tells. */
  readonly subjects: readonly Subject[];
  readonly cost: Cost;
}

/** A dear question (the hash of a big file) is asked only at its task's turn, never ahead of it. */
export type Cost = "cheap" | "dear";

/** What a probe sends: one read-only POSIX shell script, with data on its stdin where that is easier. */
export interface ProbeScript {
  readonly text: string;
  readonly stdin?: Uint8Array;
}

/** One kind of thing that can be read, for any number of keys at once. */
export interface ProbeSpec<K, V> {
  readonly kind: string;
  identify(this: void, key: K): string;
  subjects(this: void, key: K): readonly Subject[];
  /** Subjects known only from the answer: the canonical path behind a symlink, the links on the way. */
  resolved?(this: void, key: K, value: V): readonly Subject[];
  /** What has changed when a change names the answer. Absent: all that the answer depends on. */
  changed?(this: void, key: K, value: V): readonly Subject[];
  /** What a task may change of which is only known that it asked this. Absent: all that the answer depends on. */
  own?(this: void, key: K): readonly Subject[];
  cost?: Cost | ((key: K) => Cost);
  /**
   * ONE script that answers all keys (at least one, all different). It must work in dash, bash and busybox
   * ash, with GNU and with busybox tools, under `LC_ALL=C`, and must not write anywhere.
   */
  script(this: void, keys: readonly K[]): ProbeScript;
  /** The answers in the order of `keys`. A key that could not be read has a ProbeFailure. Throw a ProbeFailure
   * when the output as a whole cannot be understood. */
  parse(this: void, output: Buffer, keys: readonly K[]): readonly (V | ProbeFailure)[];
  /**
   * Dry run only: a change touches this question without naming its answer. Return what the answer will be where that
   * is certain, or undefined: unknown. Called for each effect of the change that touches it, one on the other's answer.
   */
  infer?(this: void, key: K, was: V | undefined, cause: TouchCause): V | undefined;
  /**
   * Dry run only: the answer is not known, or fails today. Return it where other answers tell (the same file by its
   * canonical name), an Unknown that says better what is not known, or undefined.
   */
  otherwise?(this: void, key: K, ask: Read["maybe"]): Promise<V | Unknown | undefined>;
}

/** The effect that touches a question: see change.ts; `subject` is the pattern or the subject that matched. */
export interface TouchCause {
  readonly kind: "becomes" | "disturbs";
  readonly subject: Subject;
  /** All that touched it may only have brought things (see Effect). */
  readonly brings?: true;
  /** For `becomes`: the question that got a new answer, and the answer. */
  readonly query?: Query<unknown>;
  readonly value?: unknown;
}

export type Probe<K, V> = ProbeSpec<K, V> & ((key: K) => Query<V>);

/** One key could not be read (no permission, unexpected output). An absent thing is no failure: it reads as `null`. */
export class ProbeFailure extends Error {
  override readonly name = "ProbeFailure";
}

export function defineProbe<K, V>(spec: ProbeSpec<K, V>): Probe<K, V> {
  const make = (key: K): Query<V> => ({
    id: `${spec.kind}:${spec.identify(key)}`,
    probe: probe as unknown as Probe<unknown, V>,
    key,
    subjects: spec.subjects(key),
    cost: typeof spec.cost === "function" ? spec.cost(key) : (spec.cost ?? "cheap"),
  });
  const probe: Probe<K, V> = Object.assign(make, spec);
  return probe;
}

/** In a dry run: what this would read is not known before the task `because` has really run. */
export class Unknown {
  constructor(
    readonly query: Query<unknown>,
    /** The label of the task that makes it unknown. */
    readonly because: string,
    readonly cause: TouchCause,
    /** What it reads now, before that task. `undefined` when that was not asked. */
    readonly was: unknown,
  ) {}
}

/** Asks the host. Independent reads go together: `await Promise.all([read(a), read(b)])` is one round trip. */
export interface Read {
  /** In a dry run this throws the Unknown where the answer is not known: just let it through. */
  <V>(query: Query<V>): Promise<V>;
  /** The same, with the Unknown as a value, for modules that can decide without the answer. */
  maybe<V>(query: Query<V>): Promise<V | Unknown>;
  /**
   * For what a step finds out by itself at its turn: asked in a dry run alone. undefined: this is an apply, or the
   * answer is not known before another task has run.
   */
  foresee<V>(query: Query<V>): Promise<V | undefined>;
}
