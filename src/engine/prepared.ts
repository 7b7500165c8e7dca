import type { Change, Effect } from "../contract/change.js";
import type { FettleError } from "../contract/error.js";
import type { Scope } from "../contract/play.js";
import type { ChangeOutputs } from "../contract/module.js";
import type { LaneKey } from "../contract/transport.js";
import type { Host } from "./host.js";
import type { Exports } from "./slot.js";
import type { SeenFacts } from "./facts.js";
import type { JobSettings } from "./jobs.js";
import type { View } from "./view.js";

/** Why a verdict cannot be given in a dry run. */
export interface Because {
  readonly what: string;
  /** The label of the task that would have to run. */
  readonly because: string;
}

/** What one item of a task (or the task, without a loop) came to before anything was sent. */
export type PreparedItem = {
  readonly label?: string;
  readonly scope: Scope;
  /** The host that the task is delegated to. Absent: its own. */
  readonly on?: Host;
  /** Of a loop whose items run as different users or in different environments. Absent: as the task. */
  readonly lane?: LaneKey;
  readonly environment?: Readonly<Record<string, string>>;
  /** With `until`: how often it was tried, and whether that was not enough. */
  readonly tried?: { readonly attempts: number; readonly exhausted: boolean };
} & (
  | { readonly kind: "skipped"; readonly because: string }
  | { readonly kind: "failed"; readonly error: FettleError }
  | { readonly kind: "unknown"; readonly why: Because; readonly touches: readonly Effect[] }
  | {
      readonly kind: "ready";
      readonly params: unknown;
      readonly state: unknown;
      readonly changes: readonly Change[];
    }
);

/** A task on a host, evaluated and observed. */
export interface Prepared {
  readonly name: string;
  readonly lane: LaneKey;
  readonly loop: boolean;
  readonly noLog: boolean;
  readonly ignoreErrors: boolean;
  /** Its failure ends the play for all hosts. */
  readonly anyErrorsFatal?: boolean;
  /** Run for real in a dry run (`check_mode: false`), or never run (`check_mode: true`). Absent: as the run. */
  readonly checkMode?: boolean;
  /** A host that cannot be reached in this task goes on with the next one. */
  readonly ignoreUnreachable?: boolean;
  /** What it sets is the variable of the host that it is delegated to. */
  readonly delegateFacts?: boolean;
  /** Whether its differences are shown. Absent: as the command line says. */
  readonly diff?: boolean;
  readonly timeoutMs?: number;
  /** Tried again until its condition holds: how often at most, and how long to wait in between. */
  readonly retry?: { readonly attempts: number; readonly delayMs: number };
  /** It runs apart from the link. Absent: as usual. */
  readonly job?: JobSettings;
  /** Between two items of a loop. */
  readonly pauseMs?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** What `notify` names. */
  readonly topics: readonly string[];
  /** Keys of handlers that an earlier run left to be run; looked for by tasks that notify. */
  readonly marks: readonly string[];
  readonly items: readonly PreparedItem[];
  /** Of a loop: the first item that asks for the register of the one before it; those from it on are not looked at. */
  readonly waitsFrom?: number;
  /** Of an include: definitions that it leaves for the tasks behind it. */
  readonly exports?: Exports;
  /** Facts that it read. Absent: none. */
  readonly facts?: SeenFacts;
  /** Files of the controller that its items write, or may write, by the items' scopes. Absent: none. */
  readonly writesHere?: ReadonlyMap<Scope, string>;
  /** What each item of a loop read. Absent without a loop. */
  readonly views?: readonly ReadonlySet<View>[];
}

/** Items of a loop that have run before the others could be looked at, and what came out. */
export interface DoneItem {
  readonly item: PreparedItem;
  /** undefined: in a dry run, or an item without steps. */
  readonly outputs: readonly ChangeOutputs[] | undefined;
  /** What a register would hold. Absent: no later item asks for it. */
  readonly result?: unknown;
}

export function changesOf(prepared: Prepared): readonly Change[] {
  return prepared.items.flatMap((item) => (item.kind === "ready" ? item.changes : []));
}

/** The same task when it could not be run at all. */
export function failedBy(prepared: Prepared, error: FettleError): Prepared {
  return { ...prepared, items: prepared.items.map(({ scope }) => ({ scope, kind: "failed", error })) };
}

/** The items of a task by the host on which they happen. */
export function byHost(own: Host, prepared: Prepared): ReadonlyMap<Host, Prepared> {
  const hosts = new Map<Host, PreparedItem[]>();
  for (const item of prepared.items) {
    const host = item.on ?? own;
    hosts.set(host, [...(hosts.get(host) ?? []), item]);
  }
  return new Map([...hosts].map(([host, items]) => [host, { ...prepared, items }]));
}
