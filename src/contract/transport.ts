import type { Script, ScriptResults } from "./step.js";
import type { FettleError } from "./error.js";

/** How to reach a host, from its inventory variables (`ansible_host`, `ansible_port` …) and the command line. */
export interface Target {
  /** The inventory's name. */
  readonly name: string;
  readonly transport: "ssh2" | "local";
  /** Name or address to connect to. */
  readonly address: string;
  /** Absent: ~/.ssh/config's, else 22. */
  readonly port?: number;
  /** Absent: ~/.ssh/config's, else the controller's user. */
  readonly user?: string;
  readonly password?: string;
  readonly privateKeyFile?: string;
  /** Opens encrypted private key files. */
  readonly passphrase?: string;
  /** Options as for OpenSSH's -o, lower-cased names: userknownhostsfile, stricthostkeychecking, proxyjump, identityfile … */
  readonly sshOptions: Readonly<Record<string, string>>;
  readonly connectTimeoutMs: number;
  readonly becomePassword?: string;
  readonly becomeMethod: "sudo" | "su" | "doas";
}

/** Whose hands: the login user, or another by sudo. A host and a lane have one stream of scripts. */
export interface LaneKey {
  /** Absent: the login user. */
  readonly becomeUser?: string;
}

export interface OutputChunk {
  readonly group: number;
  readonly item: number;
  readonly step: number;
  readonly stream: "stdout" | "stderr";
  readonly bytes: Buffer;
}

export interface RunOptions {
  /** Output while it runs. */
  readonly onOutput?: (chunk: OutputChunk) => void;
  /** Ends the run: the remote script ends after the step under way. */
  readonly signal?: AbortSignal;
  /** Bytes of each stream of a step that are kept. Default 1 MiB, head and tail in equal parts. */
  readonly keepBytes?: number;
}

export interface ScriptReport {
  readonly results: ScriptResults;
  /** The link broke or the lane died: the step under way is `lost`, later ones `notRun`. Absent: all was read. */
  readonly lost?: FettleError;
}

/** What was sent and received; grows while the connection lives. */
export interface Counters {
  /** Scripts sent and answered, after login. */
  roundTrips: number;
  bytesSent: number;
  bytesReceived: number;
}

/** A logged-in host. */
export interface Connection {
  readonly counters: Counters;
  /**
   * Sends one script and reads its answer. Scripts of one lane run one after another, in order. Opens the lane when
   * needed (rejects with a FettleError when that fails: wrong sudo password, unknown user). Scripts beyond the wire's
   * byte cap are split and count as several round trips; big contents go on a channel of their own.
   */
  run(lane: LaneKey, script: Script, options?: RunOptions): Promise<ScriptReport>;
  /** Resolves when the link is closed; never rejects. */
  close(): Promise<void>;
}

/** Rejects with a FettleError of kind `unreachable` (one message per cause, with the remedy). */
export type Connect = (target: Target, signal?: AbortSignal) => Promise<Connection>;
