import type { Status, TaskRef } from "../contract/event.js";
import type { InventoryChange } from "../contract/module.js";
import { evaluate } from "./attempt.js";
import { hasSteps } from "./batch.js";
import { doubtedOutcome } from "./doubt.js";
import { touchesHosts } from "./effects.js";
import { groupBy } from "./group-by.js";
import type { Handlers } from "./handlers.js";
import type { Host } from "./host.js";
import { judge, type OutputsOf, type TaskOutcome } from "./outcome.js";
import type { Prepared } from "./prepared.js";
import type { Need } from "./needs.js";
import type { Slot } from "./slot.js";

/** A task that has run, for the closing wave. */
export interface Kept {
  readonly slot: Slot;
  readonly prepared: Prepared;
  readonly changed: boolean;
}

/** Gives tasks their verdict, in order: event, recap, variables, notifications. */
export class Reporter {
  readonly kept: Kept[] = [];

  constructor(
    readonly host: Host,
    readonly handlers: Handlers,
    readonly play: {
      /** These variables have values now. */
      wake(names: readonly string[]): void;
      /** A task has failed, and its failure counts. */
      failed(slot: Slot, ref: TaskRef): void;
      /** Whether a failure of it is taken care of: the host's part in the play goes on. */
      isRescued(slot: Slot): boolean;
      /** Whether what an earlier run left to do is heard of for the first time. */
      makesGood(key: string): boolean;
      /** The host is lost in this task. */
      lost(slot: Slot): void;
      /** What was looked at ahead could not be read; it may be now. */
      reached(): void;
      /** That ends the play for all hosts. */
      fatal(): void;
    },
  ) {}

  isReal(prepared: Prepared): boolean {
    return this.host.deps.mode === "apply" ? prepared.checkMode !== true : prepared.checkMode === false;
  }

  judge(slot: Slot, prepared: Prepared, outputs: OutputsOf): Promise<TaskOutcome> {
    const { name, deps } = this.host;
    const isNew = (change: InventoryChange): boolean => deps.inventory?.isNew(name, change) === true;
    return judge(slot.task, slot.ref, prepared, outputs, (work) => this.evaluate(prepared, work), isNew);
  }

  /** What the register holds for the items that have run: later ones of the loop ask for it. */
  async keepResults(slot: Slot, prepared: Prepared): Promise<void> {
    for (const [i, done] of slot.done.entries()) {
      if (done.result !== undefined) continue;
      const one = { ...prepared, loop: false, items: [done.item] };
      const { result } = await this.judge(slot, one, () => done.outputs);
      slot.done[i] = { ...done, result };
    }
  }

  /** Evaluates a condition on what came of the task. */
  evaluate<T>(prepared: Prepared, work: () => T): Promise<T> {
    return evaluate(work, async (need: Need & { kind: "reads" }) => {
      if (prepared.facts === undefined) return;
      const of = need.host === undefined ? this.host : this.host.deps.known(need.host);
      await this.host.readFacts(need, prepared.facts, of);
    });
  }

  async report(slot: Slot, prepared: Prepared, outputs: OutputsOf): Promise<Status> {
    const { host } = this;
    const judged = await this.judge(slot, prepared, outputs);
    host.facts.keep(prepared.facts?.own ?? []);
    for (const change of judged.inventory) host.deps.inventory?.add(host.name, change);
    const outcome = reachable(
      slot,
      this.isReal(prepared) ? judged : doubtedOutcome(slot, judged, host.opaque),
      prepared,
    );
    slot.settled = true;
    slot.outcome = outcome;
    const assuming = this.#assuming(slot);
    for (const [on, set] of groupBy(judged.delegated, ([on]) => on))
      on.variables.receive(slot, new Map(set.map(([, name, value]) => [name, value])), assuming);
    if (slot.writes.length > 0) {
      host.variables.settle(slot, outcome.variables, assuming);
      this.play.wake(slot.writes);
    }
    const unreachable = prepared.items.find((item) => item.kind === "failed" && item.error.kind === "unreachable");
    const isLost = unreachable !== undefined || outcome.status === "unreachable";
    if (isLost && prepared.ignoreUnreachable === true) return this.#goOnUnreached(slot, prepared, outcome);
    if (isLost) this.play.lost(slot);
    if (unreachable?.kind === "failed") {
      host.unreachable(unreachable.error);
      if (prepared.anyErrorsFatal === true) this.play.fatal();
      return "unreachable";
    }
    const ref = { ...slot.ref, name: prepared.name };
    // A host that is lost in mid-task is counted once, when the lost link itself is reported.
    const rescued = outcome.status === "failed" && this.play.isRescued(slot);
    if (outcome.status !== "unreachable" && !(slot.ref.module === "meta" && outcome.status === "skipped"))
      host.count(rescued ? "rescued" : outcome.status, touchesHosts(slot.task));
    // What changed something before it failed counts for both.
    if (outcome.status === "ignored" && hasChanged(outcome)) host.recap.changed++;
    this.#emit(slot, ref, prepared, outcome, { rescued, assuming });
    if (this.isReal(prepared) && (outcome.status === "ok" || outcome.status === "changed")) {
      this.kept.push({ slot, prepared, changed: outcome.status === "changed" });
    }
    if (outcome.status === "changed" || outcome.status === "unknown") {
      this.#notify(slot, prepared, ref, outcome.status === "changed");
    }
    this.#notifyMarked(slot, prepared, ref);
    if (rescued) this.#tellFailure(ref, outcome);
    else if (outcome.status === "failed" && prepared.anyErrorsFatal === true) this.play.fatal();
    if (outcome.status === "failed") this.play.failed(slot, ref);
    return outcome.status;
  }

  /** `ignore_unreachable`: counted as in Ansible; the next task tries to log in again. */
  async #goOnUnreached(slot: Slot, prepared: Prepared, outcome: TaskOutcome): Promise<Status> {
    const { host } = this;
    host.count("ignored", touchesHosts(slot.task));
    const ref = { ...slot.ref, name: prepared.name };
    this.#emit(slot, ref, prepared, { ...outcome, status: "unreachable" }, { rescued: false, assuming: [] });
    for (const lost of new Set([host, ...prepared.items.flatMap(({ on }) => on ?? [])])) {
      await lost.reconnect();
      lost.reader.forget();
    }
    this.play.reached();
    return "ignored";
  }

  /** A verdict rests on what was read since a command that can do anything, or on a variable that does. */
  #assuming({ attempt }: Slot): readonly string[] {
    if (attempt === undefined) return [];
    return attempt.views.size > 0 ? [...this.host.opaque] : attempt.assuming;
  }

  #emit(
    slot: Slot,
    task: TaskRef,
    prepared: Prepared,
    outcome: TaskOutcome,
    { rescued, assuming }: { rescued: boolean; assuming: readonly string[] },
  ): void {
    const { host } = this;
    const ran = host.deps.mode === "plan" && this.isReal(prepared) && prepared.items.some(hasSteps);
    host.deps.emit({
      type: "taskSettled",
      host: host.name,
      task,
      status: outcome.status,
      items: outcome.items,
      assuming,
      ...(ran && { ranInPlan: true }),
      ...(rescued && { rescued }),
      ...(prepared.diff !== undefined && { diff: prepared.diff }),
      noLog: prepared.noLog,
      ms: Date.now() - (slot.turnAt ?? Date.now()),
    });
  }

  #notify({ position }: Slot, prepared: Prepared, by: TaskRef, certain: boolean): void {
    const { host, handlers } = this;
    for (const handler of prepared.topics.flatMap((topic) => handlers.named(topic, position))) {
      if (!handlers.notify(handler, by, certain)) continue;
      host.deps.emit({ type: "handlerNotified", host: host.name, handler: handler.name.source, by });
    }
  }

  /** What a run that died left to do. */
  #notifyMarked({ position }: Slot, prepared: Prepared, by: TaskRef): void {
    for (const key of prepared.marks) {
      const handler = this.handlers.withKey(key, position);
      if (handler === undefined || !this.play.makesGood(key) || !this.handlers.notify(handler, by, true)) continue;
      const text = `the handler "${handler.name.source}" was notified by an earlier run in which it failed or did not run; it runs now`;
      this.host.deps.emit({ type: "warning", host: this.host.name, text });
    }
  }

  /** What rescue tasks may ask about. */
  #tellFailure({ name, module, role }: TaskRef, { result }: TaskOutcome): void {
    this.host.variables.put("ansible_failed_task", { name, action: module, ...(role !== undefined && { role }) });
    this.host.variables.put("ansible_failed_result", result);
  }
}

/** As in Ansible: with ignore_unreachable a host that was not reached has not failed. */
function reachable({ task }: Slot, outcome: TaskOutcome, { ignoreUnreachable, items }: Prepared): TaskOutcome {
  const isLost =
    outcome.status === "unreachable" || items.some((one) => one.kind === "failed" && one.error.kind === "unreachable");
  if (!isLost || ignoreUnreachable !== true) return outcome;
  const result = unreached(outcome.result as UnreachedResult);
  const variables = new Map(outcome.variables);
  if (task.register !== undefined) variables.set(task.register, result);
  return { ...outcome, result, variables, fatal: false };
}

interface UnreachedResult {
  readonly results?: readonly { readonly failed?: boolean }[];
}

/** Of a loop, each item that failed did so for the same reason. */
function unreached(result: UnreachedResult): object {
  const lost = { failed: false, unreachable: true };
  const { results } = result;
  if (results === undefined) return { ...result, ...lost };
  return { ...result, ...lost, results: results.map((one) => (one.failed === true ? { ...one, ...lost } : one)) };
}

function hasChanged({ result }: TaskOutcome): boolean {
  // In a dry run a register may lack it.
  const found = (result ?? {}) as { readonly changed?: unknown };
  return "changed" in found && found.changed === true;
}
