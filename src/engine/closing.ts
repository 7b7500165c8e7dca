import { type Change, isNamed } from "../contract/change.js";
import { FettleError } from "../contract/error.js";
import type { ShownChange, TaskRef } from "../contract/event.js";
import { certainEffects } from "./effects.js";
import type { Host } from "./host.js";
import { shown } from "./shown.js";
import type { PreparedItem } from "./prepared.js";
import { makeRead, trackedLocal } from "./read.js";
import { FREE } from "./reader.js";
import type { Kept } from "./reporter.js";
import { subjectsOf, TouchIndex } from "./touch.js";
import { answered } from "./view.js";

interface Remaining {
  readonly task: TaskRef;
  readonly changes: readonly ShownChange[];
}

/** Every apply proves its own idempotence: state tasks are looked at again, and none should want to change anything. */
export async function lookAgain(host: Host, kept: readonly Kept[]): Promise<void> {
  if (!kept.some((one) => one.changed)) return;
  const { name, deps } = host;
  try {
    for (const { task, changes } of await remaining(host, kept))
      deps.emit({ type: "notIdempotent", host: name, task, changes });
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    deps.emit({ type: "warning", host: name, text: `what was changed could not be looked at again: ${error.message}` });
  }
}

/**
 * Looks again at the state tasks that ran and names those that would still change something. Left out are tasks whose
 * subject a later task changed on purpose. What nothing has touched is not read again.
 */
async function remaining(host: Host, kept: readonly Kept[]): Promise<readonly Remaining[]> {
  const outdone = changedLater(kept);
  const states = kept.filter((one) => one.slot.task.module.class === "state" && !outdone.has(one));
  const found = await Promise.all(states.map(async (one) => ({ one, changes: await again(host, one) })));
  return found
    .filter(({ changes }) => changes.length > 0)
    .map(({ one, changes }) => ({
      task: { ...one.slot.ref, name: one.prepared.name },
      changes: changes.map((change) => shown(change, one.prepared)),
    }));
}

function changedLater(kept: readonly Kept[]): Set<Kept> {
  const index = new TouchIndex<{ readonly kept: Kept; readonly order: number }>();
  const outdone = new Set<Kept>();
  kept.forEach((one, order) => {
    if (one.changed) {
      for (const effect of certainEffects(one.slot.task, one.prepared)) {
        if (isNamed(effect)) for (const earlier of index.touchedBy(effect)) outdone.add(earlier.kept);
      }
    }
    for (const view of one.slot.attempt?.views ?? []) {
      index.add({ kept: one, order }, subjectsOf(view.query, answered(view)));
    }
  });
  return outdone;
}

async function again(host: Host, { slot, prepared }: Kept): Promise<readonly Change[]> {
  const changes = await Promise.all(
    prepared.items.map((item) => againItem(host, slot.task, item.lane ?? prepared.lane, item)),
  );
  return changes.flat();
}

async function againItem(
  host: Host,
  task: Kept["slot"]["task"],
  lane: Kept["prepared"]["lane"],
  item: PreparedItem,
): Promise<readonly Change[]> {
  if (item.kind !== "ready" || task.module.actsAlways?.(item.params) === true) return [];
  const read = makeRead((query) => (item.on ?? host).reader.read(lane, query, FREE), false);
  const state = await task.module.observe(read, item.params, trackedLocal(task.local(item.scope), host.waves));
  return task.module.diff(state, item.params);
}
