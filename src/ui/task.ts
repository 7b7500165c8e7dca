import type { ItemOutcome, ShownChange, Status, TaskRef } from "../contract/event.js";
import { escapeLine } from "./escape.js";
import type { Tone } from "./paint.js";

export const statusTones: Readonly<Record<Status, Tone>> = {
  ok: "good",
  changed: "changed",
  skipped: "dim",
  failed: "bad",
  ignored: "unsure",
  unknown: "unsure",
  unreachable: "bad",
};

/** `nginx : write the config`, on one line and safe to print. */
export function taskLabel(task: TaskRef): string {
  const role = task.role === undefined ? "" : `${escapeLine(task.role)} : `;
  return `${role}${escapeLine(task.name)}${task.handler === true ? " (handler)" : ""}`;
}

/** Why an item ended as it did, in a few words; empty when the status says it all. */
export function reason(item: ItemOutcome, verbosity: number): string {
  if (item.unknown !== undefined) {
    return `${escapeLine(item.unknown.what)} is not known before "${escapeLine(item.unknown.because)}" has run`;
  }
  if (item.status === "skipped" && item.skippedBecause !== undefined && verbosity > 0) {
    return `${escapeLine(item.skippedBecause)} is false`;
  }
  if (item.status === "failed" || item.status === "ignored" || item.status === "unreachable") return "";
  return summaries(item.changes);
}

/** The changes' one-line summaries; of many the first ones. */
export function summaries(changes: readonly ShownChange[]): string {
  const most = 3;
  const shown = changes.slice(0, most).map((change) => escapeLine(change.summary));
  return [...shown, ...(changes.length > most ? [`${changes.length - most} more`] : [])].join(", ");
}
