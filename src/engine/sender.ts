import { FettleError } from "../contract/error.js";
import type { Group, ScriptResults } from "../contract/step.js";
import type { LaneKey, OutputChunk } from "../contract/transport.js";
import { type Batch, type BatchEntry, keepDone, outputsOf, staleQueries } from "./batch.js";
import type { Host } from "./host.js";
import { changedNothing, markFailure, type Marks } from "./marks.js";
import { failedBy } from "./prepared.js";
import type { Reporter } from "./reporter.js";
import type { Slot } from "./slot.js";
import { askGroups } from "./wave.js";

/** Sends the batches of a play to a host, and reports what came of them. */
export class Sender {
  constructor(
    readonly host: Host,
    readonly reporter: Reporter,
    readonly marks: Marks,
    readonly slots: readonly Slot[],
    readonly speculate: boolean,
  ) {}

  /** Along with it go the questions that it makes stale: what changed is read again in the same trip. */
  async send(batch: Batch): Promise<void> {
    const { host } = this;
    const ahead = askGroups(this.speculate ? staleQueries(this.slots, batch.lane) : []);
    host.countBatch(batch);
    const onOutput = (chunk: OutputChunk): void => this.#output(batch, chunk);
    try {
      const script = [...batch.groups, ...ahead.groups];
      const { results, lost } = await host.waves.hold(() => host.send(batch.lane, script, { onOutput }));
      const answers = ahead.answers(results.slice(batch.groups.length));
      for (const query of ahead.queries) host.reader.prime(batch.lane, query, answers.get(query.id));
      if (host.deps.mode === "plan" || !this.speculate) host.reader.forget();
      host.reader.release();
      await this.#reportAll(batch, results);
      const isIgnored = batch.entries.some(({ prepared }) => prepared.ignoreUnreachable === true);
      if (lost !== undefined && !isIgnored) host.unreachable(lost);
    } catch (error) {
      host.reader.release();
      await this.#notSent(batch, error);
    }
  }

  /** Removes the marks of handlers that had nothing to do in the end. */
  async unmark(): Promise<void> {
    for (const { lane, group } of this.marks.takeRest()) await this.#sendMarks(lane, group);
  }

  /** In order, until one is fatal or was lost: what stands behind it did not run. */
  async #reportAll(batch: Batch, results: ScriptResults): Promise<void> {
    for (const [i, entry] of batch.entries.entries()) {
      const unmarked = markFailure(entry, results);
      const prepared = unmarked === undefined ? entry.prepared : failedBy(entry.prepared, unmarked);
      if (entry.partial && unmarked === undefined) {
        keepDone(entry, results);
        continue;
      }
      const status = await this.reporter.report(entry.slot, prepared, outputsOf(entry, results));
      if (status === "failed" && changedNothing(entry, batch.groups, results)) await this.#unmarkNow(entry);
      if (status !== "failed" && status !== "unreachable") continue;
      // What was to be marked behind it was not.
      for (const later of batch.entries.slice(i + 1)) this.marks.takeBack(later.slot);
      return;
    }
  }

  /** A handler of a change that never was must not run next time. */
  async #unmarkNow({ slot, prepared }: BatchEntry): Promise<void> {
    const group = this.marks.takeBack(slot);
    if (group !== undefined) await this.#sendMarks(prepared.lane, group);
  }

  async #sendMarks(lane: LaneKey, group: Group): Promise<void> {
    await this.host.waves.hold(() => this.host.send(lane, [group]));
  }

  /** The script could not be sent at all: no login, wrong sudo password. */
  async #notSent(batch: Batch, error: unknown): Promise<void> {
    if (!(error instanceof FettleError)) throw error;
    for (const { slot, prepared, group } of batch.entries) {
      const status = await this.reporter.report(
        slot,
        group === undefined ? prepared : failedBy(prepared, error),
        () => [],
      );
      if (status === "failed" || status === "unreachable") return;
    }
  }

  #output(batch: Batch, { group, item, step, stream, bytes }: OutputChunk): void {
    const entry = batch.entries.find((one) => one.group === group);
    const sent = batch.groups[group]?.items[item]?.steps[step];
    if (entry === undefined || entry.prepared.noLog || (sent?.do === "exec" && sent.silent === true)) return;
    const task = { ...entry.slot.ref, name: entry.prepared.name };
    this.host.deps.emit({ type: "taskOutput", host: this.host.name, task, stream, text: bytes.toString("utf8") });
  }
}
