import type { Event, ItemOutcome } from "../contract/event.js";
import type { ErrorDetails } from "../contract/error.js";
import { type Redact, redactDeep } from "./redact.js";

const hidden = { cause: "failed; the reason is hidden by no_log", remedy: "set no_log: false to see why" };

/** What any sink may see of an event: nothing of tasks with `no_log` but how they ended, and no known secret. */
export function publicEvent(event: Event, redact: Redact): Event {
  return redactDeep(withoutNoLog(event), redact);
}

function withoutNoLog(event: Event): Event {
  if (event.type !== "taskSettled" || !event.noLog) return event;
  return { ...event, items: event.items.map(statusOnly) };
}

function statusOnly(item: ItemOutcome): ItemOutcome {
  return { status: item.status, changes: [], ...(item.error === undefined ? {} : { error: censored(item.error) }) };
}

/** Causes hold output of the host and rendered values; the excerpt is only what stands in the playbook. */
function censored({ kind, place, excerpt }: ErrorDetails): ErrorDetails {
  return { kind, ...hidden, ...(place && { place }), ...(excerpt === undefined ? {} : { excerpt }) };
}
