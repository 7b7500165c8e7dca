import { FettleError } from "../contract/error.js";
import { NotYet } from "../contract/play.js";
import type { Need } from "./needs.js";
import type { Prepared } from "./prepared.js";
import type { ReaderClient } from "./reader.js";
import type { View } from "./view.js";
import type { VariableRecord } from "./slot.js";
import type { Lookups } from "./dynamic.js";

/**
 * What the attempt is doing: `blocked` needs a variable of a task that has not run (`host`: on another host); `parked`
 * needs the batch gone.
 */
export type Rest =
  | { readonly kind: "done"; readonly prepared: Prepared }
  | { readonly kind: "blocked"; readonly name: string; readonly host?: string }
  | { readonly kind: "parked" };

interface Lookup {
  readonly record: VariableRecord | undefined;
  readonly again: () => VariableRecord | undefined;
}

/** Ends an attempt that needs a variable which is not there yet. */
export class Blocked extends Error {
  constructor(
    readonly variable: string,
    readonly host?: string,
  ) {
    super(`needs ${variable}`);
  }
}

/** Ends an evaluation of a loop's item that needs what came of the item before it. */
export class NeedsItemBefore extends Error {}

/** Ends an evaluation that needs a value which only a real run gives. */
export class NeedsRealRun extends Error {
  constructor(
    readonly what: string,
    readonly because: string,
  ) {
    super(what);
  }
}

/**
 * One try at evaluating and observing a task, ahead of its turn or at it. It remembers what it relied on; when any
 * of that has changed by its turn, it is thrown away and another is made, its errors never shown.
 */
export class Attempt implements ReaderClient, Lookups {
  readonly #views = new Set<View>();
  readonly #lookups: Lookup[] = [];
  readonly #end: Promise<Rest>;
  #parked = 0;
  #wake: (() => void) | undefined;
  #grant: () => void = () => undefined;
  #isGranted = false;
  #isAbandoned = false;
  readonly #turn = new Promise<void>((resolve) => (this.#grant = resolve));
  finished: Rest | undefined;

  constructor(prepare: (attempt: Attempt) => Promise<Prepared>) {
    this.#end = this.#run(prepare);
    // An attempt may be thrown away before anyone waits for it.
    this.#end.catch(() => undefined);
  }

  /** Where it stands as soon as it cannot go on by itself. Rejects on a defect. */
  async rest(): Promise<Rest> {
    for (;;) {
      if (this.finished !== undefined) return this.finished;
      if (this.#parked > 0) return { kind: "parked" };
      const parked = new Promise<void>((resolve) => (this.#wake = resolve));
      await Promise.race([this.#end, parked]);
    }
  }

  /** Resolves when it is done or blocked. */
  end(): Promise<Rest> {
    return this.#end;
  }

  /** The task's turn has come: dear questions may be asked. */
  grantTurn(): void {
    this.#isGranted = true;
    this.#grant();
  }

  get isGranted(): boolean {
    return this.#isGranted;
  }

  /** Another one has taken its place: it must not do anything any more. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  /** Whether something that it read was touched since, or a variable that it saw has another value now. */
  isStale(): boolean {
    for (const view of this.#views) if (view.stale) return true;
    for (const { record, again } of this.#lookups) {
      try {
        if (again() !== record) return true;
      } catch (error) {
        if (error instanceof NotYet) return true;
        throw error;
      }
    }
    return false;
  }

  get views(): ReadonlySet<View> {
    return this.#views;
  }

  /** What the variables that it looked up rest on. */
  get assuming(): readonly string[] {
    return [...new Set(this.#lookups.flatMap(({ record }) => record?.assuming ?? []))];
  }

  turn(): Promise<void> {
    return this.#turn;
  }

  async parked(until: Promise<void>): Promise<void> {
    this.#parked++;
    this.#wake?.();
    await until;
    this.#parked--;
  }

  used(view: View): void {
    this.#views.add(view);
  }

  note(record: VariableRecord | undefined, again: () => VariableRecord | undefined): void {
    this.#lookups.push({ record, again });
  }

  async #run(prepare: (attempt: Attempt) => Promise<Prepared>): Promise<Rest> {
    // The constructor must have returned before anything looks at this attempt.
    await Promise.resolve();
    try {
      this.finished = { kind: "done", prepared: await prepare(this) };
    } catch (error) {
      if (!(error instanceof Blocked)) throw error;
      this.finished = { kind: "blocked", name: error.variable, ...(error.host !== undefined && { host: error.host }) };
    }
    return this.finished;
  }
}

/** Evaluates, reading the facts that turn out to be needed. Throws Blocked, NeedsRealRun or what `work` throws. */
export async function evaluate<T>(
  work: () => T | Promise<T>,
  readFacts: (need: Need & { kind: "reads" }) => Promise<void>,
  atTurn: () => Promise<void> = () => Promise.reject(new Error("its turn has come long ago")),
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      const need = error.needs as Need;
      if (need.kind === "variable") throw new Blocked(need.name, need.host);
      if (need.kind === "item") throw new NeedsItemBefore("needs the item before");
      if (need.kind === "unknown") throw new NeedsRealRun(need.what, need.because.name);
      await (need.kind === "turn" ? atTurn() : readFacts(need));
    }
  }
}

/** Errors that a user is meant to see; anything else is a defect and goes up. */
export function asFettleError(error: unknown): FettleError {
  if (error instanceof FettleError) return error;
  throw error;
}
