import { spawn } from "node:child_process";
import { once } from "node:events";
import { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { FettleError } from "../../contract/error.js";
import type { SshSettings } from "./settings.js";

const SAID_BYTES = 2000;
/** A command that has ended is heard of a little later than the end of what it printed. */
const GRACE_MS = 500;

/** A way to a host. */
export interface Route {
  readonly socket: Duplex;
  close(): Promise<void>;
  /** Why the way itself failed; undefined when that is not known to be so. */
  failure?(): Promise<FettleError | undefined>;
}

/** Speaks to the host through a command of the user's, as ssh does: `exec` leaves no shell between. */
export function proxyRoute(command: string, { name }: SshSettings): Route {
  // A group of its own: it is ended with what it started, and Ctrl-C in the terminal is for the steps under way first.
  const child = spawn("/bin/sh", ["-c", `exec ${command}`], { stdio: "pipe", detached: true });
  const ended = once(child, "close").catch(() => undefined);
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => (said = (said + bytes.toString("utf8")).slice(-SAID_BYTES)));
  return {
    socket: Duplex.from({ readable: child.stdout, writable: child.stdin }),
    close: async () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) end(child.pid);
      await ended;
    },
    failure: async () => {
      await Promise.race([ended, sleep(GRACE_MS, undefined, { ref: false })]);
      if (child.exitCode === null && child.signalCode === null) return undefined;
      const how = child.exitCode === null ? `by ${child.signalCode ?? "a signal"}` : `with status ${child.exitCode}`;
      const cause = `${name}: the ProxyCommand ended ${how} before the login`;
      const detail = said.trim();
      const remedy = `try it by hand: ${command}`;
      return new FettleError({ kind: "unreachable", cause, remedy, ...(detail !== "" && { detail }) });
    },
  };
}

/** It may have ended meanwhile. */
function end(pid: number): void {
  try {
    process.kill(-pid, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
