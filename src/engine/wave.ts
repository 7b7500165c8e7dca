import { hostError } from "../contract/error.js";
import { type Probe, ProbeFailure, type Query } from "../contract/query.js";
import type { AskStep, Group, Script, ScriptResults, StepResult } from "../contract/step.js";
import { succeeded } from "../contract/step.js";
import type { LaneKey, ScriptReport } from "../contract/transport.js";
import { groupBy } from "./group-by.js";
import type { Answer } from "./view.js";
import { askedAbout } from "./touch.js";

/** Something to be asked by somebody. */
export interface Question {
  readonly lane: LaneKey;
  readonly query: Query<unknown>;
}

interface Waiting extends Question {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

type Send = (lane: LaneKey, script: Script) => Promise<ScriptReport>;

/**
 * Collects the questions of one host until nothing there can go on without an answer (quiescence), then sends them
 * as one script per lane.
 *
 * Observers only ever wait for reads and for files of the controller. The latter are counted (`track`); what remains
 * runs in microtasks, so when an immediate fires with nothing tracked, every observer is done or waiting here.
 */
export class WaveQueue {
  readonly #send: Send;
  readonly #sent: (queries: number, lanes: number) => void;
  #waiting: Waiting[] = [];
  #tracked = 0;
  #held = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #scheduled = false;

  constructor(send: Send, sent: (queries: number, lanes: number) => void) {
    this.#send = send;
    this.#sent = sent;
  }

  ask(question: Question): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...question, resolve, reject });
      this.#schedule();
    });
  }

  /** Waits for something that is not a read; no wave leaves before it is there. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#tracked++;
    try {
      return await work;
    } finally {
      this.#tracked--;
      this.#schedule();
    }
  }

  /** Waves and batches of a host go one after another: `work` starts when nothing else is under way. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#held++;
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#held--;
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#tracked === 0 && this.#held === 0 && this.#waiting.length > 0) void this.hold(() => this.#dispatch());
    });
  }

  async #dispatch(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const lanes = [...groupBy(waiting, (one) => one.lane.becomeUser ?? "").values()];
    this.#sent(waiting.length, lanes.length);
    // Answers are given out together, so that what they set going meets in the next wave.
    const outcomes = await Promise.allSettled(lanes.map((lane) => this.#askLane(lane)));
    outcomes.forEach((outcome, i) => {
      for (const one of lanes[i] ?? []) {
        if (outcome.status === "rejected") one.reject(outcome.reason);
        else give(one, outcome.value.get(one.query.id));
      }
    });
  }

  async #askLane(waiting: readonly Waiting[]): Promise<ReadonlyMap<string, Answer>> {
    const first = waiting[0];
    if (first === undefined) return new Map();
    const asked = askGroups(waiting.map((one) => one.query));
    const report = await this.#send(first.lane, asked.groups);
    if (report.lost !== undefined) throw report.lost;
    return asked.answers(report.results);
  }
}

function give(one: Waiting, answer: Answer | undefined): void {
  if (answer === undefined) one.reject(new Error(`no answer for ${one.query.id}`));
  else if ("failure" in answer) one.reject(answer.failure);
  else one.resolve(answer.value);
}

/** Questions as groups of a script, one for each kind of probe, and how to read their answers (by query id). */
export interface Asked {
  readonly queries: readonly Query<unknown>[];
  readonly groups: readonly Group[];
  answers(results: ScriptResults): ReadonlyMap<string, Answer>;
}

export function askGroups(queries: readonly Query<unknown>[]): Asked {
  const unique = [...new Map(queries.map((query) => [query.id, query])).values()];
  const kinds = [...groupBy(unique, (query) => query.probe.kind).values()];
  const groups = kinds.map((kind): Group => ({ onFailure: "continue", items: [{ steps: [askStep(kind)] }] }));
  return {
    queries: unique,
    groups,
    answers(results) {
      const answers = new Map<string, Answer>();
      kinds.forEach((kind, i) => {
        const result = results[i]?.[0]?.[0];
        if (result?.outcome.kind !== "notRun" && result !== undefined) readAnswers(kind, result, answers);
      });
      return answers;
    },
  };
}

function askStep(kind: readonly Query<unknown>[]): AskStep {
  const script = probeOf(kind).script(kind.map((query) => query.key));
  return { do: "ask", text: script.text, ...(script.stdin && { stdin: script.stdin }) };
}

function readAnswers(kind: readonly Query<unknown>[], result: StepResult, into: Map<string, Answer>): void {
  let values: readonly unknown[];
  try {
    if (!succeeded(result)) throw new ProbeFailure(failureText(result));
    values = probeOf(kind).parse(
      result.stdout.bytes,
      kind.map((query) => query.key),
    );
  } catch (error) {
    values = kind.map(() => error);
  }
  kind.forEach((query, i) => {
    const value = values[i];
    into.set(query.id, value instanceof Error ? { failure: explain(query, value) } : { value });
  });
}

function explain(query: Query<unknown>, error: Error): Error {
  return error instanceof ProbeFailure ? hostError(`cannot read ${askedAbout(query)}: ${error.message}`) : error;
}

function failureText(result: StepResult): string {
  const stderr = result.stderr.bytes.toString("utf8").trim();
  return stderr === "" ? `the probe ended with ${JSON.stringify(result.outcome)}` : stderr;
}

function probeOf(kind: readonly Query<unknown>[]): Probe<unknown, unknown> {
  const first = kind[0];
  if (first === undefined) throw new Error("a kind of question has at least one question");
  return first.probe;
}
