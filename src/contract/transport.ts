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
  /**
   * Options as for OpenSSH's -o, lower-cased names: userknownhostsfile, stricthostkeychecking, proxyjump, proxycommand,
   * identityfile … Where several could be meant (proxyjump, proxycommand) the first one counts.
   */
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
  /**
   * Ends the run and its lane: the remote script ends after the step under way, which is `lost`; later ones are `notRun`.
   * Resolves when the host has heard of it (a second at most), so that nothing begins after that. Steps that ended and
   * began in the moment of the interrupt are not known of.
   */
  readonly signal?: AbortSignal;
  /** Bytes of each stream of a step that are kept. Default 1 MiB, head and tail in equal parts. */
  readonly keepBytes?: number;
}

export interface ScriptReport {
  readonly results: ScriptResults;
  /**
   * Not all was read. Absent: all was. The step under way is `lost`. What comes behind it depends on the cause:
   * the lane's shell ended or the run was interrupted – later steps are `notRun`;
   * the link broke – those that were sent are `lost` too. A script ends at its next step when its output is closed, which
   * it is when the controller dies or the host's sshd notices the break (ClientAliveInterval). Until then sshd takes the
   * output of a link that is silently dead, and nothing on the host can tell that the script goes on for nobody.
   */
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
   * needed (rejects with a FettleError when that fails: wrong sudo password, unknown user; also when a file to send
   * cannot be read or became shorter). Scripts beyond the wire's byte cap are split and count as several round trips. Input
   * and contents that are big or no text follow their script as raw bytes on the same lane, files without being held in
   * memory; they do not count towards the cap.
   */
  run(lane: LaneKey, script: Script, options?: RunOptions): Promise<ScriptReport>;
  /** Resolves when the link is closed; never rejects. */
  close(): Promise<void>;
}

/** Rejects with a FettleError of kind `unreachable` (one message per cause, with the remedy). */
export type Connect = (target: Target, signal?: AbortSignal) => Promise<Connection>;
