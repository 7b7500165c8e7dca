import type { DatadogMonitorParams } from "../datadog_monitor.js";

/** What the API tells of a monitor, as far as it is managed. */
export interface Monitor {
  readonly id: number;
  readonly name: string;
  readonly type?: string;
  readonly query?: string;
  readonly message?: string;
  readonly priority?: number | null;
  readonly tags?: readonly string[];
  readonly options?: Readonly<Record<string, unknown>> & { readonly silenced?: object };
}

export type WantedMonitor = Omit<Monitor, "id">;

/** Only what was asked for: all else is left as it is. */
export function wantedMonitor(given: DatadogMonitorParams, ownTag: string): WantedMonitor {
  const message = given.notification_message ?? given.message;
  const { thresholds, renotify_interval, escalation_message, notify_no_data, no_data_timeframe } = given;
  const { evaluation_delay, require_full_window, include_tags } = given;
  const options = {
    ...{ thresholds, renotify_interval, escalation_message, notify_no_data, no_data_timeframe },
    ...{ evaluation_delay, require_full_window, include_tags },
  };
  return {
    name: given.name,
    ...(given.type !== undefined && { type: given.type }),
    ...(given.query !== undefined && { query: given.query }),
    ...(message !== undefined && { message }),
    ...(given.priority !== undefined && { priority: given.priority }),
    tags: [...new Set([ownTag, ...given.tags])].sort(),
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
}

type Side = Readonly<Record<string, string>>;

/** What is not as it is wanted, on both sides. The API calls `metric alert` what it takes for `query alert`. */
export function differing(is: Monitor, wanted: WantedMonitor): { readonly before: Side; readonly after: Side } {
  const flat = ({ options = {}, tags = [], ...own }: Partial<Monitor>): Record<string, unknown> => ({
    ...own,
    ...(own.type !== undefined && { type: own.type === "metric alert" ? "query alert" : own.type }),
    tags: [...tags].sort(),
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [`options.${name}`, value])),
  });
  const [before, after] = [flat(is), flat(wanted)];
  const names = Object.keys(after).filter((name) => stable(before[name]) !== stable(after[name]));
  const side = (of: Record<string, unknown>): Side => Object.fromEntries(names.map((name) => [name, stable(of[name])]));
  return { before: side(before), after: side(after) };
}

function stable(value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return value === undefined ? "none" : JSON.stringify(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
