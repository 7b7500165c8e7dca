import type { Readable, Writable } from "node:stream";

/** A command running on a host, with its three streams. */
export interface Channel {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** How the command ended; `lost` when the link broke before it did. Never rejects. */
  readonly exit: Promise<ChannelExit>;
  /** Ends it: closes the streams. Resolves when the other end has heard of it, however long that takes. */
  close(): Promise<void>;
}

export interface ChannelExit {
  readonly code: number | null;
  readonly lost?: Error;
}

/** A host that commands can be started on: what each transport implements. */
export interface ShellHost {
  /** Starts a command line in the login user's shell. Rejects with a FettleError (unreachable). */
  open(command: string): Promise<Channel>;
  /** The login user's name, where it is known. */
  readonly user: string | undefined;
  close(): Promise<void>;
}
