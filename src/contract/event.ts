import type { Shown } from "./change.js";
import type { ErrorDetails, Place } from "./error.js";

export type Mode = "plan" | "apply";

/** What a task came to on a host. `unknown` only in a dry run. */
export type Status = "ok" | "changed" | "skipped" | "failed" | "ignored" | "unknown" | "unreachable";

/** A task as events name it. */
export interface TaskRef {
  readonly id: string;
  readonly name: string;
  readonly role?: string;
  readonly module: string;
  readonly place: Place;
  readonly handler?: boolean;
}

export interface ShownChange {
  readonly summary: string;
  readonly title?: string;
  readonly before?: Shown;
  readonly after?: Shown;
  readonly sensitive?: boolean;
}

export interface ItemOutcome {
  /** The label of a loop's item; absent without a loop. */
  readonly label?: string;
  readonly status: Status;
  readonly changes: readonly ShownChange[];
  /** Why it is unknown: the question and the label of the task that makes it so. */
  readonly unknown?: { readonly what: string; readonly because: string };
  readonly error?: ErrorDetails;
  /** debug's text, fail's msg. */
  readonly message?: string;
  /** What `register` would hold; absent under no_log. Shown with -v. */
  readonly result?: Readonly<Record<string, unknown>>;
  /** The condition that was false. */
  readonly skippedBecause?: string;
}

export interface Recap {
  ok: number;
  changed: number;
  unreachable: number;
  failed: number;
  skipped: number;
  rescued: number;
  ignored: number;
  unknown: number;
}

export interface HostCounters {
  readonly roundTrips: number;
  readonly waves: number;
  readonly batches: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** Everything that happens. Closed: a renderer that forgets one does not compile. */
export type Event =
  | { readonly type: "runStarted"; readonly mode: Mode; readonly title: string; readonly hosts: readonly string[] }
  | {
      readonly type: "playStarted";
      readonly play: string;
      readonly hosts: readonly string[];
      readonly taskCount: number;
    }
  | { readonly type: "hostConnecting"; readonly host: string }
  | { readonly type: "hostConnected"; readonly host: string; readonly ms: number }
  /** A script of questions went out (tasks are looked at ahead of their turn). */
  | { readonly type: "waveSent"; readonly host: string; readonly queries: number; readonly lanes: number }
  /** A script of steps went out. */
  | { readonly type: "batchSent"; readonly host: string; readonly tasks: readonly TaskRef[]; readonly steps: number }
  | { readonly type: "taskStarted"; readonly host: string; readonly task: TaskRef }
  /** Output of a running command, as it comes. */
  | {
      readonly type: "taskOutput";
      readonly host: string;
      readonly task: TaskRef;
      readonly stream: "stdout" | "stderr";
      readonly text: string;
    }
  | {
      readonly type: "taskSettled";
      readonly host: string;
      readonly task: TaskRef;
      readonly status: Status;
      readonly items: readonly ItemOutcome[];
      /** Dry run: the verdict assumes that these opaque tasks change nothing else. */
      readonly assuming: readonly string[];
      /** A `check_mode: false` task that really ran in a dry run. */
      readonly ranInPlan?: boolean;
      /** It failed inside of a block whose rescue takes care of that. */
      readonly rescued?: boolean;
      /** Its differences shall be shown, or not. Absent: as the command line says. */
      readonly diff?: boolean;
      readonly noLog: boolean;
      readonly ms: number;
    }
  /** It is tried again: `left` times at most. */
  | { readonly type: "taskRetried"; readonly host: string; readonly task: TaskRef; readonly left: number }
  | { readonly type: "handlerNotified"; readonly host: string; readonly handler: string; readonly by: TaskRef }
  | { readonly type: "hostUnreachable"; readonly host: string; readonly error: ErrorDetails }
  /** The host drops out of the play. */
  | { readonly type: "hostFailed"; readonly host: string; readonly task: TaskRef }
  /** After an apply: this task would still change something. */
  | {
      readonly type: "notIdempotent";
      readonly host: string;
      readonly task: TaskRef;
      readonly changes: readonly ShownChange[];
    }
  | { readonly type: "warning"; readonly host?: string; readonly text: string }
  | {
      readonly type: "hostDone";
      readonly host: string;
      readonly recap: Readonly<Recap>;
      readonly counters: HostCounters;
    }
  | { readonly type: "playEnded"; readonly play: string }
  | {
      readonly type: "runEnded";
      readonly mode: Mode;
      readonly recap: Readonly<Record<string, Readonly<Recap>>>;
      readonly counters: Readonly<Record<string, HostCounters>>;
      readonly ms: number;
      readonly interrupted: boolean;
    };

export type Emit = (event: Event) => void;
