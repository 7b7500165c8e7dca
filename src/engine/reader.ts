import { disturbs, type Effect, isNamed } from "../contract/change.js";
import type { Query, Read } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import type { LaneKey } from "../contract/transport.js";
import type { Overlay } from "./overlay.js";
import { predictable, subjectsOf, TouchIndex } from "./touch.js";
import { answered, asAnswer, type Answer, isOpen, valueOf, type View } from "./view.js";
import type { Question } from "./wave.js";

/** Who reads: an attempt, which is told when it must wait. */
export interface ReaderClient {
  /** Resolves when a dear question may be asked: at the task's turn. */
  turn(): Promise<void>;
  /** The question cannot be asked before the batch has gone, which `until` tells. */
  parked(until: Promise<void>): Promise<void>;
  /** Called with each view as it is used. */
  used(view: View): void;
}

/** Somebody for whom every question may be asked now: nothing is pending, or it can wait. */
export const FREE: ReaderClient = { turn: () => Promise.resolve(), parked: (until) => until, used: () => undefined };

/** Sends questions of a quiescent moment and answers each; see wave.ts. */
export interface Waves {
  ask(question: Question): Promise<unknown>;
}

/**
 * The reads of one host: cached until something touches them. In a dry run the overlay stands before the host.
 *
 * `pending` holds the effects of steps that are in the batch but not yet sent: what they touch cannot be read
 * before the batch has gone; such a reader waits for `released`.
 */
export class Reader {
  readonly #waves: Waves;
  readonly #overlay: Overlay | undefined;
  readonly #views = new Map<string, View>();
  readonly #index = new TouchIndex<View>();
  /** Dry run: real answers outlive the views that the overlay made stale. */
  readonly #real = new Map<string, Promise<unknown>>();
  #pending: Effect[] = [];
  /**
   * For each question under way the changes that its answer may not know of: only the answer tells what it depends on,
   * so it is found out then whether they touch it.
   */
  readonly #asking = new Set<Effect[]>();
  #released: { promise: Promise<void>; resolve: () => void } | undefined;

  constructor(waves: Waves, overlay: Overlay | undefined) {
    this.#waves = waves;
    this.#overlay = overlay;
  }

  async read(lane: LaneKey, query: Query<unknown>, client: ReaderClient): Promise<unknown> {
    // First the turn: until it has come, more may be put into the batch.
    if (query.cost === "dear") await client.turn();
    while (this.#touchedByPending(lane, query)) await client.parked(this.#untilReleased());
    const view = this.#view(lane, query);
    client.used(view);
    if (view.answer === undefined) await this.#answer(view, client);
    if (view.answer === undefined) throw new Error(`no answer for ${query.id}`);
    return valueOf(view.answer);
  }

  /** A change has been put into the batch (or, in a dry run, into the overlay): views that it touches are stale. */
  touch(given: readonly Effect[], sent: "pending" | "done" | "predicted"): void {
    const effects = given.flatMap(sent === "predicted" ? predictable : undeclared);
    if (sent === "pending") this.#pending.push(...effects);
    for (const unseen of this.#asking) unseen.push(...effects);
    for (const effect of effects) {
      if (isNamed(effect)) this.#retireAll(this.#index.touchedBy(effect));
      else this.#retireAll(this.#index.all());
    }
  }

  /** Everything is to be read again. */
  forget(): void {
    this.#retireAll(this.#index.all());
    this.#real.clear();
  }

  /** These questions are to be asked again. */
  forgetOnly(queries: readonly Query<unknown>[]): void {
    const ids = new Set(queries.map(({ id }) => id));
    this.#retireAll([...this.#index.all()].filter(({ query }) => ids.has(query.id)));
    for (const key of this.#real.keys()) if (ids.has(key.slice(key.indexOf("\0") + 1))) this.#real.delete(key);
  }

  /** The batch went out: questions that it touches may be asked again. */
  release(): void {
    this.#pending = [];
    const released = this.#released;
    this.#released = undefined;
    released?.resolve();
  }

  /** An answer that came along with a batch's script; none when the script ended before the question. */
  prime(lane: LaneKey, query: Query<unknown>, answer: Answer | undefined): void {
    if (answer === undefined) return;
    const view = this.#view(lane, query);
    this.#settle(view, answer);
  }

  /** Steps wait to be sent. */
  get isPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Resolves at the client's turn, with nothing left to be sent. */
  async quiet(client: ReaderClient): Promise<void> {
    await client.turn();
    while (this.isPending) await client.parked(this.#untilReleased());
  }

  #touchedByPending(lane: LaneKey, query: Query<unknown>): boolean {
    if (this.#pending.length === 0) return false;
    const subjects = askedAs(lane, query.subjects);
    return this.#pending.some((effect) => !isNamed(effect) || TouchIndex.touches(effect, query, subjects));
  }

  #untilReleased(): Promise<void> {
    if (this.#released === undefined) {
      let resolve: () => void = () => undefined;
      const promise = new Promise<void>((done) => (resolve = done));
      this.#released = { promise, resolve };
    }
    return this.#released.promise;
  }

  #view(lane: LaneKey, query: Query<unknown>): View {
    const key = viewKey(lane, query);
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const view: View = { lane, query, stale: false };
    this.#views.set(key, view);
    this.#index.add(view, askedAs(lane, query.subjects));
    return view;
  }

  async #answer(view: View, client: ReaderClient): Promise<void> {
    const unseen = [...this.#pending];
    this.#asking.add(unseen);
    const answer = await asAnswer(
      this.#overlay === undefined ? this.#ask(view) : this.#predict(view, this.#overlay, client),
    );
    this.#asking.delete(unseen);
    if (view.answer !== undefined) return;
    this.#settle(view, answer);
    if (unseen.some((effect) => isTouched(view, effect))) this.#retireAll([view]);
  }

  #settle(view: View, answer: Answer): void {
    view.answer = answer;
    if (!view.stale) this.#index.add(view, subjectsOf(view.query, answered(view)));
  }

  #ask(view: View): Promise<unknown> {
    return this.#waves.ask({ lane: view.lane, query: view.query });
  }

  /** The real answer is asked for as well: what is predicted starts from it. */
  async #predict(view: View, overlay: Overlay, client: ReaderClient): Promise<unknown> {
    const { lane, query } = view;
    const exact = overlay.exact(query);
    if (exact !== undefined) return exact.value;
    const key = viewKey(lane, query);
    const real = this.#real.get(key) ?? this.#ask(view);
    this.#real.set(key, real);
    const now = await asAnswer(real);
    const predicted =
      ("value" in now
        ? overlay.answer(query, now.value, subjectsOf(query, now.value))
        : overlay.answer(query, undefined, askedAs(lane, query.subjects))) ?? now;
    if (!isOpen(predicted) || overlay.isEmpty) return valueOf(predicted);
    // A question that fails today may have an answer after a change that was only predicted.
    const ask = (other: Query<unknown>): Promise<unknown> => this.read(lane, other, client);
    const otherwise = await asAnswer(Promise.resolve(query.probe.otherwise?.(query.key, ask as Read["maybe"])));
    return ("value" in otherwise ? otherwise.value : undefined) ?? valueOf(predicted);
  }

  #retireAll(views: Iterable<View>): void {
    for (const view of [...views]) {
      view.stale = true;
      this.#index.remove(view);
      const key = viewKey(view.lane, view.query);
      if (this.#views.get(key) === view) this.#views.delete(key);
    }
  }
}

/** What fails may not fail after any change. */
function isTouched(view: View, effect: Effect): boolean {
  const { query, answer } = view;
  if (!isNamed(effect) || answer === undefined) return false;
  return "failure" in answer || TouchIndex.touches(effect, query, subjectsOf(query, answered(view)));
}

/** Whether there is an answer at all depends on the user who asks. */
function askedAs({ becomeUser }: LaneKey, subjects: readonly Subject[]): readonly Subject[] {
  return becomeUser === undefined ? subjects : [...subjects, `user:${becomeUser}`];
}

const ANYTHING = ["file:*", "user:*", "group:*", "service:*"] as const;

/** What a playbook says that packages bring is believed in a dry run only: a real installation may bring more. */
function undeclared(effect: Effect): readonly Effect[] {
  const declared = effect.kind === "disturbs" && effect.brings === true;
  return declared ? ANYTHING.map((subject) => disturbs(subject)) : [effect];
}

function viewKey(lane: LaneKey, query: Query<unknown>): string {
  return `${lane.becomeUser ?? ""}\0${query.id}`;
}
