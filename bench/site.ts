import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Lab, type LabHost } from "../test/lab/index.js";
import { checkScript } from "./floor.js";
import { installScript } from "./plain.js";
import { quoted } from "./quote.js";
import { workloadOf } from "./workload.js";

export const workloads = ["web41", "mix41"] as const;
export type WorkloadName = (typeof workloads)[number];

export const benchDir = fileURLToPath(new URL(".", import.meta.url));

/** The hosts, and the files that the contenders are run with. */
export interface Site {
  readonly lab: Lab;
  /** Short, for sockets have short paths. */
  readonly dir: string;
  readonly inventory: string;
}

export async function raiseSite(): Promise<Site> {
  const names = Array.from({ length: 8 }, (_, i) => `web${i + 1}`);
  const lab = await Lab.up({ name: "bench", hosts: names.map((name) => ({ name, kind: "bench" })), fresh: true });
  const dir = await mkdtemp("/tmp/fettle-bench-");
  const inventory = join(dir, "inventory.ini");
  const groups = workloads.map((workload) => `\n[${workload}:children]\nbench\n`);
  await writeFile(inventory, lab.inventory() + groups.join(""));
  const site = { lab, dir, inventory };
  await parallel(site, "logins", () => "true");
  for (const workload of workloads) {
    const playbook = join(benchDir, workload, "fettle.yml");
    await parallel(site, `check-${workload}`, (host) => checkScript(workloadOf(playbook, host)));
  }
  const first = join(benchDir, "web41/fettle.yml");
  await parallel(site, "install-web41", (host) => installScript(workloadOf(first, host)));
  return site;
}

/** Writes NAME.sh, which runs a script on every host at the same time: `sudo sh -s` by OpenSSH. */
async function parallel({ lab, dir }: Site, name: string, scriptOf: (host: string) => string): Promise<void> {
  const starts: string[] = [];
  for (const host of lab.hosts) {
    const script = join(dir, `${name}-${host.name}.sh`);
    await writeFile(script, scriptOf(host.name));
    starts.push(`${sshCommand(host)} sudo sh -s <${script} & all="$all $!"`);
  }
  const wait = "bad=0; for one in $all; do wait $one || bad=1; done; exit $bad";
  await writeFile(join(dir, `${name}.sh`), [...starts, wait, ""].join("\n"));
}

function sshCommand(host: LabHost): string {
  return ["ssh", "-o", "BatchMode=yes", ...host.sshArgs()].map(quoted).join(" ");
}

/**
 * All hosts bare again. An image may be so new that Ansible takes its empty package lists for fresh ones, so they are
 * given an old date.
 */
export async function makeBare({ lab }: Site): Promise<void> {
  await Promise.all(lab.hosts.map((host) => lab.reset(host.name)));
  await Promise.all(lab.hosts.map((host) => host.exec("touch -d 2000-01-01 /var/lib/apt/lists")));
}
