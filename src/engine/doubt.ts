import type { Overlay } from "./overlay.js";
import type { TaskOutcome } from "./outcome.js";
import type { Prepared, PreparedItem } from "./prepared.js";
import type { Slot } from "./slot.js";
import { mayHaveTouched } from "./unknown.js";

/** What a dry run has come to on a host. */
interface Foretold {
  /** The labels of commands that can do anything. */
  readonly opaque: readonly string[];
  readonly overlay: Overlay | undefined;
}

/**
 * Dry run, after a command that can do anything: what fails as the host is now may work by then (the command makes the
 * folder), so it is unknown because of the command. What is wrong with the playbook itself stays a failure.
 */
export function doubted(slot: Slot, prepared: Prepared, { opaque, overlay }: Foretold): Prepared {
  const because = opaque.at(-1);
  if (because === undefined || !prepared.items.some(mayWork)) return prepared;
  const touches = mayHaveTouched(slot.attempt?.views ?? [], [], overlay);
  const items = prepared.items.map((item): PreparedItem => {
    if (!mayWork(item)) return item;
    const { scope, label, error } = item;
    const why = { what: `whether it works (${error.details.cause})`, because };
    return { kind: "unknown", scope, why, touches, ...(label !== undefined && { label }) };
  });
  return { ...prepared, items };
}

/** The same for a check that failed on what earlier tasks read: an assert, a fail under a condition. */
export function doubtedOutcome(slot: Slot, outcome: TaskOutcome, opaque: readonly string[]): TaskOutcome {
  const because = opaque.at(-1);
  const { module, when } = slot.task;
  const looks = module.class !== "control" || module.name === "assert" || when.length > 0;
  if (because === undefined || outcome.status !== "failed" || !looks) return outcome;
  if (outcome.items.some(({ error }) => error !== undefined && error.kind !== "host")) return outcome;
  const items = outcome.items.map((item) => {
    if (item.status !== "failed") return item;
    const { error, message: _message, ...rest } = item;
    const what = `whether it fails (${error?.cause ?? "as it does now"})`;
    return { ...rest, status: "unknown" as const, unknown: { what, because } };
  });
  return { ...outcome, items, status: "unknown", fatal: false };
}

function mayWork(item: PreparedItem): item is PreparedItem & { kind: "failed" } {
  return item.kind === "failed" && item.error.kind === "host";
}
