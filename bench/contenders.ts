import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, timed, type Timed } from "./measure.js";
import { benchDir, type Site, type WorkloadName } from "./site.js";

export const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Scripts of the site run by eight OpenSSH clients at once. */
export function script({ dir }: Site, name: string): Command {
  return { argv: ["sh", join(dir, `${name}.sh`)] };
}

export function fettle(site: Site, mode: "apply" | "plan", workload: WorkloadName, output = "plain"): Command {
  const playbook = join(benchDir, workload, "fettle.yml");
  const options = ["-i", site.inventory, "--forks", "8", "--output", output];
  return { argv: [process.execPath, program, mode, ...options, playbook] };
}

/** With what its users turn on for speed: pipelining, connections that persist, as many forks as there are hosts. */
export function ansible(site: Site, workload: WorkloadName): Command {
  mkdirSync(socketsDir(site), { recursive: true });
  // An empty one, so that none of this machine's counts.
  const config = join(site.dir, "ansible.cfg");
  writeFileSync(config, "");
  const env = {
    ANSIBLE_CONFIG: config,
    ANSIBLE_HOME: join(site.dir, "ansible"),
    ANSIBLE_FORKS: "8",
    ANSIBLE_PIPELINING: "True",
    ANSIBLE_SSH_ARGS: "-o ControlMaster=auto -o ControlPersist=300s",
    ANSIBLE_SSH_CONTROL_PATH_DIR: socketsDir(site),
    ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
    ANSIBLE_NOCOLOR: "1",
  };
  return { argv: ["ansible-playbook", "-i", site.inventory, join(benchDir, workload, "ansible.yml")], env };
}

const socketsDir = ({ dir }: Site): string => join(dir, "cp");

/** Ends the connections that Ansible left open; those to a host that is made anew would hang. */
export async function closeSockets(site: Site): Promise<void> {
  mkdirSync(socketsDir(site), { recursive: true });
  for (const name of readdirSync(socketsDir(site)))
    await timed({ argv: ["ssh", "-O", "exit", "-o", `ControlPath=${join(socketsDir(site), name)}`, "any"] });
}

/** Both programs end with a line for each host; a converged run must not have changed anything. */
export function mustBeConverged({ stdout }: Timed): void {
  const recap = [...stdout.matchAll(/^web\d+ +: ok=\d+ +changed=(\d+) +unreachable=(\d+) +failed=(\d+)/gm)];
  if (recap.length === 8 && recap.every((match) => match.slice(1).every((count) => count === "0"))) return;
  throw new Error(`bench: a run over converged hosts changed something or failed\n${stdout.slice(-3000)}`);
}

export interface Counters {
  readonly roundTrips: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** The largest figures of any host, from `--output json`. */
export function countersOf({ stdout }: Timed): Counters {
  const events = stdout.trimEnd().split("\n");
  const last = JSON.parse(events.at(-1) ?? "") as { type: string; counters: Record<string, Counters> };
  if (last.type !== "runEnded") throw new Error(`bench: the last event is ${last.type}, not runEnded`);
  const hosts = Object.values(last.counters);
  const most = (key: keyof Counters): number => Math.max(...hosts.map((counters) => counters[key]));
  return { roundTrips: most("roundTrips"), bytesSent: most("bytesSent"), bytesReceived: most("bytesReceived") };
}
