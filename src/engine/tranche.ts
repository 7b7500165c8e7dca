import pLimit, { type LimitFunction } from "p-limit";
import type { TaskRef } from "../contract/event.js";
import type { Task } from "../contract/play.js";
import { compare, type Position } from "./position.js";

/** What came of a task that one host ran for all. */
export interface OnceResult {
  readonly variables: ReadonlyMap<string, unknown>;
  /** It ended the play, or this tranche's part in it, for all. */
  readonly ends?: "play" | "batch";
  /** Its failure is one of all. */
  readonly failed?: boolean;
}

/** A host as the others of its tranche see it. */
interface Member {
  readonly name: string;
  /** Where it is; the beginning until it says more. */
  at: Position;
  active: boolean;
}

export interface TrancheOptions {
  readonly lockstep: boolean;
  readonly maxFailPercentage?: number | undefined;
  /** Asked before each task. Absent: all are done. */
  readonly confirm?: ((task: TaskRef) => Promise<boolean>) | undefined;
}

/**
 * The hosts that a play takes at a time, and what they have to wait for: a task that one of them runs for all, each
 * other's steps when they go in lockstep, and the failure that ends the play for all.
 */
export class Tranche {
  readonly #members: ReadonlyMap<string, Member>;
  readonly #lockstep: boolean;
  readonly #confirm: TrancheOptions["confirm"];
  /** By task and position. */
  readonly #confirmed = new Map<string, Promise<boolean>>();
  readonly #maxFailPercentage: number | undefined;
  readonly #once = new Map<string, OnceResult>();
  readonly #throttles = new Map<string, LimitFunction>();
  readonly #failed = new Set<string>();
  #waiting: (() => void)[] = [];
  #over = false;
  #failedAll = false;
  #endsPlay = false;

  constructor(hosts: readonly string[], options: TrancheOptions) {
    this.#confirm = options.confirm;
    this.#members = new Map(hosts.map((name) => [name, { name, at: [], active: true }]));
    this.#lockstep = options.lockstep;
    this.#maxFailPercentage = options.maxFailPercentage;
  }

  get hosts(): readonly string[] {
    return [...this.#members.keys()];
  }

  get lockstep(): boolean {
    return this.#lockstep;
  }

  /** Too much has failed: nobody begins another task. */
  get isOver(): boolean {
    return this.#over;
  }

  /** The play has ended for hosts behind these too, without a failure. */
  get endsPlay(): boolean {
    return this.#endsPlay;
  }

  /** The failure of one host is one of all: they do what their blocks always do, and begin no other task. */
  failAll(): void {
    this.#failedAll = true;
    this.#wake();
  }

  get isFailed(): boolean {
    return this.#failedAll;
  }

  end(): void {
    this.#over = true;
    this.#wake();
  }

  /** The host is at this task. In lockstep it waits for all that are behind it. */
  async arrive(name: string, position: Position): Promise<void> {
    this.#set(name, { at: position });
    if (!this.#lockstep) return;
    const isBehind = (one: Member): boolean => one.active && one.name !== name && compare(one.at, position) < 0;
    const before = this.#failedAll;
    while (!this.#over && this.#failedAll === before && [...this.#members.values()].some(isBehind))
      await this.#change();
  }

  /** Whether the task is to be done at all: the first host that comes to it asks. */
  async allows(ref: TaskRef, position: Position): Promise<boolean> {
    if (this.#confirm === undefined) return true;
    const key = `${ref.id} ${position.join(".")}`;
    const answer = this.#confirmed.get(key) ?? this.#confirm(ref);
    this.#confirmed.set(key, answer);
    return answer;
  }

  /** The host is done with the play, in whatever way. */
  leave(name: string): void {
    this.#set(name, { active: false });
  }

  /** The host has failed, and counts for max_fail_percentage. */
  failed(name: string): void {
    this.#failed.add(name);
    const limit = this.#maxFailPercentage;
    if (limit !== undefined && (100 * this.#failed.size) / this.#members.size > limit) this.end();
  }

  /**
   * For a task with run_once: undefined when this host is the one to run it (and to `tell`), else what came of it.
   * That is the first host which has not gone past the task; when it drops out the next one is.
   */
  async once(name: string, { id }: Task, position: Position): Promise<OnceResult | undefined> {
    for (;;) {
      const known = this.#once.get(id);
      if (known !== undefined || this.#over || this.#leader(position) === name) return known;
      await this.#change();
    }
  }

  tell({ id }: Task, result: OnceResult): void {
    this.#once.set(id, result);
    if (result.ends === "play") this.#endsPlay = true;
    this.#wake();
  }

  /** Whether a run_once task is this host's to look at ahead. */
  isFirst(name: string): boolean {
    return this.hosts[0] === name;
  }

  /** At most so many hosts are in this task at the same time. */
  throttled<T>({ id }: Task, most: number, work: () => Promise<T>): Promise<T> {
    const limit = this.#throttles.get(id) ?? pLimit(most);
    this.#throttles.set(id, limit);
    return limit(work);
  }

  #leader(position: Position): string | undefined {
    return [...this.#members.values()].find((one) => one.active && compare(one.at, position) <= 0)?.name;
  }

  #set(name: string, change: Partial<Member>): void {
    const member = this.#members.get(name);
    if (member !== undefined) Object.assign(member, change);
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
