import type { TaskRef } from "../contract/event.js";
import type { Task } from "../contract/play.js";
import type { Attempt } from "./attempt.js";
import { ANY, INVENTORY, keyOf } from "./names.js";
import type { TaskOutcome } from "./outcome.js";
import type { Position } from "./position.js";
import type { DoneItem, Prepared } from "./prepared.js";

/** A value of a variable; the object's identity tells whether it is still the one that an attempt saw. */
export interface VariableRecord {
  readonly value: unknown;
  /** Dry run: the commands of which its task assumed that they change nothing else. */
  readonly assuming: readonly string[];
}

/** Definitions that an include leaves for the tasks behind it, as variables are kept. */
export type Exports = ReadonlyMap<string, unknown>;

/** One task on one host: its place in the order, the attempt under way, and what it left behind. */
export interface Slot {
  readonly task: Task;
  readonly ref: TaskRef;
  /** Orders the tasks of a host; a handler's slot lies between the tasks around the flush. */
  readonly position: Position;
  readonly handler: boolean;
  /** Names of variables that this task may set; ANY: that is not known beforehand. */
  readonly writes: readonly string[];
  attempt?: Attempt;
  /** The first items of a loop, when later ones had to wait for them. */
  readonly done: DoneItem[];
  /** When its turn came (ms since the epoch). */
  turnAt?: number;
  settled: boolean;
  /** Once settled, unless it was passed. */
  outcome?: TaskOutcome;
  /** A meta task that ends the play for all hosts, or for those that are taken at the same time. */
  ends?: "play" | "batch";
  /** Settled without having run: the blocks around it do not want it, as things stand. */
  passed?: boolean;
  /** What an include expanded to, and what it was when it did. */
  expanded?: { readonly from: Prepared; readonly slots: readonly Slot[]; readonly exports: Exports };
}

export function makeSlot(task: Task, position: Position, handler: boolean): Slot {
  const sets = setBy(task);
  const writes = task.register === undefined ? sets : [task.register, ...sets];
  return { task, ref: refOf(task, handler), position, handler, writes, done: [], settled: false };
}

/** Names that a task may set besides its register. */
export function setBy({ module, argNames, reads, changesInventory }: Task): readonly string[] {
  if (changesInventory) return [ANY, INVENTORY];
  if (reads !== undefined) return reads.map((name) => keyOf("include_vars", name));
  const { setsVariablesWith: parameter } = module;
  if (module.setsVariables === "any" || (parameter !== undefined && argNames.includes(parameter))) return [ANY];
  if (module.setsVariables !== true) return [];
  return argNames.some(isTemplate) ? [ANY] : argNames;
}

/** `set_fact: {"<%= name %>": 1}` */
function isTemplate(name: string): boolean {
  return name.includes("<%");
}

function refOf(task: Task, handler: boolean): TaskRef {
  const { id, name, role, module, place } = task;
  return {
    id,
    name: name.source,
    ...(role !== undefined && { role }),
    module: module.name,
    place,
    ...(handler && { handler }),
  };
}
