import type { ItemOutcome, Status, TaskRef } from "../contract/event.js";
import type { Change } from "../contract/change.js";
import type { FettleError } from "../contract/error.js";
import { FettleError as Fettle, hostError } from "../contract/error.js";
import type { ChangeOutputs, InventoryChange, TaskResult } from "../contract/module.js";
import type { Task } from "../contract/play.js";
import { asFettleError } from "./attempt.js";
import { brokenResult, failureOf, text } from "./failure.js";
import { isOpaque, openGuard } from "./guards.js";
import { setBy } from "./slot.js";
import type { Host } from "./host.js";
import { startedJob } from "./jobs.js";
import { loopRegister } from "./loop-register.js";
import { partlyKnown } from "./predicted.js";
import { hidden, shown } from "./shown.js";
import type { Prepared, PreparedItem } from "./prepared.js";
import { INVENTORY, keyOf } from "./names.js";
import { UnknownValue } from "./unknown.js";
import { verdictOf } from "./verdict.js";
import { allGuarded, isLost, stepFailure } from "./results.js";

/** What a task came to on a host. */
export interface TaskOutcome {
  readonly status: Status;
  readonly items: readonly ItemOutcome[];
  /** The register and what set_fact sets. */
  readonly variables: ReadonlyMap<string, unknown>;
  /** What `register` holds, whether or not it is registered. */
  readonly result: unknown;
  /** What it sets on other hosts (delegate_facts). */
  readonly delegated: readonly (readonly [Host, string, unknown])[];
  /** What it adds to the inventory of the run. */
  readonly inventory: readonly InventoryChange[];
  /** The host drops out. */
  readonly fatal: boolean;
}

/** Evaluates in a scope, reading facts when it needs them. */
export type Evaluate = <T>(work: () => T) => Promise<T>;

interface Judged {
  readonly outcome: ItemOutcome;
  readonly result: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly inventory?: InventoryChange;
}

/** `outputs` of each item; undefined for an item whose steps were not sent (dry run). */
export type OutputsOf = (item: number) => readonly ChangeOutputs[] | undefined;

/** Turns what happened (or what would) into verdict, register and events' data. */
export async function judge(
  task: Task,
  ref: TaskRef,
  prepared: Prepared,
  outputs: OutputsOf,
  evaluate: Evaluate,
  isNew: (change: InventoryChange) => boolean,
): Promise<TaskOutcome> {
  const judge = new Judge(task, ref, prepared, evaluate, isNew);
  const items = await Promise.all(prepared.items.map((item, i) => judge.item(item, outputs(i))));
  return judge.task(items);
}

class Judge {
  constructor(
    readonly task_: Task,
    readonly ref: TaskRef,
    readonly prepared: Prepared,
    readonly evaluate: Evaluate,
    readonly isNew: (change: InventoryChange) => boolean,
  ) {}

  task(items: readonly Judged[]): TaskOutcome {
    const status = this.#ignored(overall(items.map((item) => item.outcome.status)));
    const variables = new Map<string, unknown>(this.prepared.exports);
    const delegated: [Host, string, unknown][] = [];
    for (const [i, item] of items.entries()) {
      const on = this.prepared.delegateFacts === true ? this.prepared.items[i]?.on : undefined;
      for (const [name, value] of Object.entries(item.variables))
        if (on === undefined) variables.set(name, value);
        else delegated.push([on, name, value]);
    }
    const result = this.#register(items);
    if (this.task_.register !== undefined) variables.set(this.task_.register, result);
    return {
      status,
      result,
      variables,
      delegated,
      inventory: items.flatMap((item) => item.inventory ?? []),
      items: items.map(({ outcome }) => ({ ...outcome, status: this.#ignored(outcome.status) })),
      fatal: status === "failed" || status === "unreachable",
    };
  }

  async item(item: PreparedItem, outputs: readonly ChangeOutputs[] | undefined): Promise<Judged> {
    switch (item.kind) {
      case "skipped":
        return this.#judged(
          item,
          "skipped",
          { changed: false, failed: false, skipped: true, false_condition: item.because },
          [],
          {
            skippedBecause: item.because,
          },
        );
      case "failed":
        return this.#failed(item, item.error, { changed: false, skipped: false }, []);
      case "unknown":
        return this.#judged(item, "unknown", this.#partly({}), [], { unknown: item.why }, this.#unknownVariables());
      case "ready":
        return this.#ready(item, item.changes.length === 0 ? [] : outputs);
      default:
        return item satisfies never;
    }
  }

  async #ready(item: PreparedItem & { kind: "ready" }, outputs: readonly ChangeOutputs[] | undefined): Promise<Judged> {
    const { changes } = item;
    const broken = outputs === undefined ? undefined : stepFailure(changes, outputs);
    const lost = outputs !== undefined && isLost(outputs);
    const natural =
      changes.length > 0 &&
      !(outputs !== undefined && (allGuarded(outputs) || (broken !== undefined && noneRan(outputs))));
    let returned: TaskResult;
    try {
      const job = broken === undefined ? this.#startedJob(changes, outputs) : undefined;
      returned = job ?? this.task_.module.result?.(outputs, item.params, item.state) ?? {};
    } catch (error) {
      if (broken === undefined) return this.#failed(item, asFettleError(error), { changed: natural }, changes);
      returned = {};
    }
    // A module that says that it failed explains why; a command's message only repeats how it ended.
    const explains = returned.failed === true && !changes.some(isOpaque);
    const own = broken === undefined || explains ? text(returned.msg) : undefined;
    if (broken !== undefined) returned = { ...brokenResult(broken), ...returned, failed: true };
    const { variables: set = {}, definitions, inventory, message, ...rest } = returned;
    const variables = { ...set, ...keyed(definitions), ...(inventory !== undefined && { [INVENTORY]: inventory }) };
    const data: Readonly<Record<string, unknown>> = { skipped: false, ...rest };
    // How a command ends is not known before it has run.
    const endsSomehow = outputs === undefined && changes.some(isOpaque);
    const guard = outputs === undefined ? openGuard(changes) : undefined;
    const base = {
      ...(item.tried !== undefined && { attempts: item.tried.attempts }),
      ...(guard === undefined && { changed: natural }),
      ...(inventory !== undefined && { changed: this.isNew(inventory) }),
      ...(!endsSomehow && { failed: broken !== undefined }),
      ...data,
    };
    const result = outputs === undefined ? this.#partly(base) : base;
    const verdict = await verdictOf(
      this.task_,
      item.scope,
      this.evaluate,
      result,
      base.changed,
      endsSomehow ? undefined : base.failed || lost,
    );
    if (verdict instanceof Fettle) return this.#failed(item, verdict, { ...result, failed: true }, changes);
    const final = outputs === undefined ? this.#partly({ ...data, ...verdict }) : { ...result, ...verdict };
    if (verdict.failed === true || item.tried?.exhausted === true) {
      const error =
        verdict.failed === true ? failureOf(broken, own, data) : neverHeld(this.task_, item.tried?.attempts);
      const judged = this.#failed(item, error, final, changes);
      return lost ? { ...judged, outcome: { ...judged.outcome, status: "unreachable" } } : judged;
    }
    const status =
      verdict.changed === undefined
        ? "unknown"
        : verdict.changed
          ? "changed"
          : data["skipped"] === true
            ? "skipped"
            : "ok";
    const judged = this.#judged(
      item,
      status,
      final,
      changes,
      {
        ...(message !== undefined && { message }),
        ...(status === "unknown" && { unknown: { what: guard ?? "changed_when", because: this.ref.name } }),
      },
      variables,
    );
    return { ...judged, ...(inventory !== undefined && { inventory }) };
  }

  /** Of a job that nobody waits for only the start is known. Absent: it is none, or none was started. */
  #startedJob(changes: readonly Change[], outputs: readonly ChangeOutputs[] | undefined): TaskResult | undefined {
    if (this.prepared.job?.pollMs !== 0 || changes.length === 0) return undefined;
    const started = { started: true, finished: false };
    const result = outputs?.[0]?.[0];
    if (result === undefined) return started;
    if (result.outcome.kind === "guarded") return undefined;
    const { id, folder } = startedJob(result);
    return { ...started, ansible_job_id: id, results_file: folder };
  }

  #failed(
    item: PreparedItem,
    error: FettleError,
    result: Readonly<Record<string, unknown>>,
    changes: readonly Change[],
  ): Judged {
    const placed = error.at({ place: this.task_.place });
    const data = { msg: error.details.cause, ...result, failed: true };
    return this.#judged(item, "failed", data, changes, { error: placed.details });
  }

  #judged(
    item: PreparedItem,
    status: Status,
    result: Readonly<Record<string, unknown>>,
    changes: readonly Change[],
    more: Partial<ItemOutcome>,
    variables: Readonly<Record<string, unknown>> = {},
  ): Judged {
    const outcome: ItemOutcome = {
      ...(item.label !== undefined && { label: this.prepared.noLog ? "(hidden by no_log)" : item.label }),
      status,
      changes: status === "changed" || status === "failed" ? changes.map((change) => shown(change, this.prepared)) : [],
      ...(this.prepared.noLog ? hidden(more) : { result, ...more }),
    };
    return { outcome, result, variables };
  }

  #register(items: readonly Judged[]): unknown {
    if (!this.prepared.loop) return items[0]?.result;
    const known = loopRegister(this.task_, this.prepared.items, items);
    return "changed" in known && "failed" in known ? known : this.#partly(known);
  }

  #partly(known: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return partlyKnown(known, this.ref, this.task_.register ?? "result");
  }

  /** What set_fact would set, when it is not known to what, or whether. */
  #unknownVariables(): Readonly<Record<string, unknown>> {
    const { module, args } = this.task_;
    // Of a host whose name is not known it is taken that it is a new one.
    const isNewHost = module.changesInventory === true && module.oncePerPlay === true && args.constant === undefined;
    const names = isNewHost ? [INVENTORY] : setBy(this.task_);
    return Object.fromEntries(names.map((name) => [name, new UnknownValue(name, this.ref)]));
  }

  #ignored(status: Status): Status {
    return status === "failed" && this.prepared.ignoreErrors ? "ignored" : status;
  }
}

/** Definitions as they are kept among the variables. */
function keyed(read: TaskResult["definitions"]): Readonly<Record<string, unknown>> {
  if (read === undefined) return {};
  return Object.fromEntries([...read.values].map(([name, definition]) => [keyOf(read.rank, name), definition]));
}

function neverHeld({ until }: Task, attempts = 1): FettleError {
  const condition = until.map(({ source }) => source).join(" and ");
  return hostError(`until: "${condition}" does not hold after ${attempts} ${attempts === 1 ? "try" : "tries"}`);
}

/** The verdict on a loop: the worst of its items; skipped only when all were. */
function overall(statuses: readonly Status[]): Status {
  if (statuses.length > 0 && statuses.every((status) => status === "skipped")) return "skipped";
  const order: readonly Status[] = ["unreachable", "failed", "unknown", "changed"];
  return order.find((status) => statuses.includes(status)) ?? (statuses.length === 0 ? "skipped" : "ok");
}

function noneRan(outputs: readonly ChangeOutputs[]): boolean {
  return outputs.flat().every((result) => result.outcome.kind === "notRun");
}
