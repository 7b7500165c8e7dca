import type { Play } from "../contract/play.js";
import { asFettleError } from "./attempt.js";
import type { Host } from "./host.js";
import type { Lookahead } from "./lookahead.js";
import { INVENTORY } from "./names.js";
import { failedBy, type Prepared } from "./prepared.js";
import type { Reporter } from "./reporter.js";
import type { Slot } from "./slot.js";

export interface SteeringParts {
  readonly host: Host;
  readonly play: Play;
  readonly reporter: Reporter;
  readonly lookahead: Lookahead;
  /** `flush`: the task that wants it. */
  runHandlers(flush: Slot): Promise<void>;
  /** The host is done with the play, without a failure. */
  leave(): void;
}

/** A meta task at its turn: what it does to the play on this host. */
export async function steer(parts: SteeringParts, slot: Slot, prepared: Prepared): Promise<void> {
  const { host, play, reporter, lookahead } = parts;
  const item = prepared.items[0];
  if (item?.kind !== "ready") {
    await reporter.report(slot, prepared, () => []);
    return;
  }
  const { free_form: action } = item.params as { free_form: string };
  if (action === "refresh_inventory" && !(await refreshInventory(parts, slot, prepared))) return;
  slot.settled = true;
  // It leaves nothing behind; who needs its register must not wait for ever.
  host.variables.settle(slot, new Map(slot.task.changesInventory ? [[INVENTORY, slot.position]] : []));
  lookahead.wake(slot.writes);
  if (action === "flush_handlers") await parts.runHandlers(slot);
  if (action === "end_play") slot.ends = "play";
  if (action === "end_batch") slot.ends = "batch";
  if (action === "end_host" || slot.ends !== undefined) parts.leave();
  if (action === "clear_host_errors") await clearErrors(host, play);
  if (action === "clear_facts") lookahead.forgetFacts();
  if (action === "reset_connection" && host.deps.mode === "apply") await host.reconnect();
}

async function refreshInventory({ host, reporter }: SteeringParts, slot: Slot, prepared: Prepared): Promise<boolean> {
  try {
    host.deps.inventory?.refresh();
    return true;
  } catch (error) {
    await reporter.report(slot, failedBy(prepared, asFettleError(error)), () => []);
    return false;
  }
}

/** Hosts that have failed or could not be reached take part in the plays behind this one. */
async function clearErrors({ deps }: Host, { hosts }: Play): Promise<void> {
  for (const name of hosts) {
    const host = deps.known(name);
    if (host?.down === undefined) continue;
    if (host.down === "unreachable") await host.reconnect();
    host.down = undefined;
  }
}
