import { leaderOf } from "./boot.js";
import type { HostNames } from "./names.js";
import { attempt, type Finished } from "./run.js";

/**
 * Runs a shell command as root inside the host through its namespaces: it works without network and sshd, and leaves no
 * trace of a login, so that it can judge what others did.
 */
export async function execInside(host: HostNames, command: string, input?: string): Promise<Finished> {
  const leader = await leaderOf(host);
  if (leader === null) throw new Error(`lab: ${host.machine} is not running; power it on`);
  const clean = ["env", "-i", "HOME=/root", "USER=root", "LANG=C.UTF-8", `PATH=${path}`];
  const enter = ["nsenter", "--target", String(leader), "--all", "--wdns=/root", ...clean];
  return attempt([...enter, "/bin/sh", "-c", command], input === undefined ? {} : { input });
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
