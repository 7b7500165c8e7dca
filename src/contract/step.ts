/** Bytes to send to a host: in memory, or a file of the controller (for anything big). */
export type Content =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "file"; readonly path: string; readonly sizeBytes: number };

/** Checked on the host right before the step; when it says no, the step is skipped and its outcome is `guarded`. */
export type Guard =
  | { readonly kind: "creates"; readonly path: string } // skip when a path matching this (shell wildcards allowed) exists
  | { readonly kind: "removes"; readonly path: string } // skip when none exists
  | { readonly kind: "unless"; readonly command: string } // skip when this shell command succeeds
  | { readonly kind: "only_if"; readonly command: string }; // skip when it fails

export interface ExecStep {
  readonly do: "exec";
  readonly argv: readonly string[];
  /** Absent: the command reads nothing (/dev/null). */
  readonly stdin?: Content;
  readonly cwd?: string;
  /** Added to the environment; never shown in a process list. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly guards?: readonly Guard[];
  /** Default [0]. `"any"`: no exit status is a failure of the step (the module judges it). */
  readonly okExitCodes?: readonly number[] | "any";
  /** Its output is for the module to read, and not shown while it runs. */
  readonly silent?: true;
  /** Absent: the task's own timeout, or none. */
  readonly timeoutMs?: number;
}

/**
 * Write a file atomically: a temp file in the same folder, owner and mode set, validated, the old one copied, flushed,
 * renamed. A link of that name is replaced, not followed; a folder is an error. When anything fails, the old file is as it
 * was and the temp file is gone; only a host that goes down leaves one (`.fettle-…`).
 */
export interface PutStep {
  readonly do: "put";
  readonly path: string;
  readonly content: Content;
  /** Permission bits. Absent: those of the file that is there (of a link: of what it leads to), else 0666 less the umask. */
  readonly mode?: number;
  /**
   * Name or number. Absent: that of the file that is there, else the lane's user. A lane that may not give a file away
   * cannot replace another's file either: the step fails.
   */
  readonly owner?: string;
  /** As `owner`; a new file in a setgid folder gets that folder's group. */
  readonly group?: string;
  /** argv that checks the candidate; the argument part `%s` is replaced by the temp file's path. */
  readonly validate?: readonly string[];
  /** Where to keep a copy of the old file, with its mode and times; overwritten when it is there. Absent: none. */
  readonly backupPath?: string;
  readonly timeoutMs?: number;
}

/** The engine waits, holding no fork slot. Always the edge of a batch. */
export interface SleepStep {
  readonly do: "sleep";
  readonly ms: number;
}

/**
 * The engine has the host started anew and waits until it is back: over a new connection, with another boot id. Always
 * stands alone, and may lose the link. Its standard output is how many whole seconds it took.
 */
export interface RebootStep {
  readonly do: "reboot";
  /** Sets it going. */
  readonly argv: readonly string[];
  /** Succeeds when the host is of use again. */
  readonly test: readonly string[];
  /** From the command to the first look. */
  readonly delayMs: number;
  /** From the beginning until the host is given up. */
  readonly timeoutMs: number;
  /** Of one try to log in. Absent: as always. */
  readonly connectTimeoutMs?: number;
}

/**
 * The engine brings a file of the host to the controller: written beside, flushed, renamed. Always stands alone. When
 * anything fails, what was there before is as it was.
 */
export interface FetchStep {
  readonly do: "fetch";
  /** On the host; canonical. */
  readonly path: string;
  /** No more and no less is taken. */
  readonly sizeBytes: number;
  /** In hex. Absent: whatever comes is taken. */
  readonly sha256?: string;
  /** What is in it, when it is known already: then the host is not asked. */
  readonly bytes?: Buffer;
  /** On the controller, absolute; folders are made. */
  readonly to: string;
  /** Permission bits of the new file. */
  readonly mode: number;
}

/**
 * The engine logs in to the host anew, beside the connection that it has, runs a command there and leaves again. What
 * comes behind it in the change is only done when that worked: so that a change to what lets people in can be undone by
 * the host itself. Always the edge of a batch. Where no login is needed (the controller itself) it succeeds at once.
 */
export interface LoginStep {
  readonly do: "login";
  /** How long it may take before it counts as failed. */
  readonly timeoutMs: number;
}

export type Step = ExecStep | PutStep | SleepStep | RebootStep | FetchStep | LoginStep;

/** A probe's read-only script, run in a subshell of the lane's own shell: no process start, no argv limit. */
export interface AskStep {
  readonly do: "ask";
  readonly text: string;
  readonly stdin?: Uint8Array;
  readonly timeoutMs?: number;
}

/** What a host can be sent in one script. */
export type WireStep = ExecStep | PutStep | AskStep;

/** Steps that belong together: a failing step ends its item. */
export interface Item {
  readonly steps: readonly WireStep[];
}

/** The items of one task: all are tried; when one failed, the script stops after the group unless it says `continue`. */
export interface Group {
  readonly onFailure: "stop" | "continue";
  readonly items: readonly Item[];
}

/** One script of a lane: groups in order. */
export type Script = readonly Group[];

export type Outcome =
  | { readonly kind: "exited"; readonly code: number; readonly ok: boolean }
  | { readonly kind: "guarded"; readonly guard: Guard }
  | { readonly kind: "timedOut"; readonly afterMs: number }
  | { readonly kind: "notRun" } // an earlier step of its item failed, or the script had stopped before it
  | { readonly kind: "lost" }; // under way when its lane ended, or sent behind such a step when the link broke: nobody knows

/** Output of a step; of a long one the head and the tail are kept. */
export interface Captured {
  /** What was kept. When `truncated`, the middle is missing and a line says how many bytes. */
  readonly bytes: Buffer;
  readonly totalBytes: number;
  readonly truncated: boolean;
}

export interface StepResult {
  readonly outcome: Outcome;
  readonly stdout: Captured;
  readonly stderr: Captured;
}

/** Same nesting as the script: [group][item][step]. */
export type ScriptResults = readonly (readonly (readonly StepResult[])[])[];

/** Whether the step did what it was asked to (a guarded one did: there was nothing to do). */
export function succeeded(result: StepResult): boolean {
  return result.outcome.kind === "guarded" || (result.outcome.kind === "exited" && result.outcome.ok);
}
