import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile, rmdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { HostNames, LabNames } from "./names.js";
import { killCgroup, removeCgroup } from "./cgroup.js";
import { findProcesses, kill } from "./processes.js";
import { until } from "./run.js";

const supervisor = fileURLToPath(new URL("supervisor.sh", import.meta.url));

/** Starts the host's supervisor in a session of its own, where it outlives this process. */
export function boot(lab: LabNames, host: HostNames, hostname: string): void {
  const log = openSync(host.console, "a");
  const child = spawn("/bin/sh", [supervisor, host.dir], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      LAB_HOST: hostname,
      LAB_NETNS: host.netns,
      LAB_MACHINE: host.machine,
      LAB_LINK: host.link,
      LAB_MAC: host.mac,
      LAB_BRIDGE: lab.bridge,
      LAB_ADDRESS: host.address,
      LAB_GATEWAY: lab.gateway,
      LAB_CGROUP: host.cgroup,
    },
  });
  child.unref();
  closeSync(log);
}

/** Whether the host is up, or on its way up or down. */
export function isRunning(host: HostNames): boolean {
  return supervisors(host).length > 0;
}

/** Pulls the plug: supervisor first, so that nothing boots again, then every process of the host. */
export async function killHost(host: HostNames): Promise<void> {
  for (const pid of supervisors(host)) kill(-pid);
  for (const pid of nspawns(host)) kill(pid);
  await killCgroup(host.cgroup);
  await until(`${host.machine} ends`, 10_000, () => !isRunning(host) && nspawns(host).length === 0);
  await removeCgroup(host.cgroup);
  await rmdir(`/run/systemd/nspawn/propagate/${host.machine}`).catch(() => undefined);
}

/** Shuts the host down in order; systemd-nspawn passes the wish on to the host's systemd. */
export async function powerOff(host: HostNames): Promise<void> {
  for (const pid of nspawns(host)) kill(pid, "SIGTERM");
  await until(`${host.machine} shuts down`, 30_000, () => !isRunning(host));
  await killHost(host);
}

/** The host's process 1 as seen from here, or null while there is none. */
export async function leaderOf(host: HostNames): Promise<number | null> {
  for (const pid of nspawns(host)) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
    for (const child of children.split(" ").filter(Boolean).map(Number)) if (await isInit(child)) return child;
  }
  return null;
}

/** Process 1 of a namespace below ours: its last number is 1. */
async function isInit(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return /^NSpid:.*\t1$/m.test(status);
}

function supervisors(host: HostNames): number[] {
  return findProcesses((argv) => argv[1]?.endsWith("/supervisor.sh") === true && argv[2] === host.dir);
}

function nspawns(host: HostNames): number[] {
  return findProcesses((argv) => argv[0] === "systemd-nspawn" && argv.includes(host.root));
}
