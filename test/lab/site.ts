import { chmod, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Acme } from "./acme.js";
import type { Datadog } from "./datadog.js";
import type { Lab } from "./index.js";

const example = fileURLToPath(new URL("../../inventory/example", import.meta.url));

/** The hosts of the example inventory, by its groups. */
export const siteGroups = {
  lb: ["lb1", "lb2"],
  web: ["web1", "web2"],
  app: ["app1", "app2"],
  db: ["db1", "db2"],
} as const;
export const siteHosts = Object.values(siteGroups).flat();
export const siteName = "www.site.test";

export interface Site {
  /** The example inventory with the lab's addresses; a folder. */
  readonly inventory: string;
  /** What every command needs: the inventory and the vault's password. */
  readonly args: readonly string[];
  /** The address that the load balancers share; no host has it by itself. */
  readonly vip: string;
}

export interface SiteServices {
  /** Where certificates come from. */
  readonly acme: Acme;
  /** Absent: the hosts have no agent. */
  readonly datadog?: Datadog | undefined;
  /** Absent: all that the lab has. */
  readonly names?: readonly string[];
}

/**
 * Writes the example inventory for the hosts that the lab has, with their addresses, and with Node, certificates and
 * the agent from this machine. All else is the example's.
 */
export async function writeSite(lab: Lab, services: SiteServices): Promise<Site> {
  const inventory = join(dirname(lab.inventoryPath), "site");
  await rm(inventory, { recursive: true, force: true });
  await mkdir(inventory, { recursive: true });
  await cp(join(example, "group_vars"), join(inventory, "group_vars"), { recursive: true });
  await writeFile(join(inventory, "hosts"), await hostsOf(lab, services));
  const vip = vipOf(lab);
  // Files of a folder are read by name, and the last word counts.
  const path = join(inventory, "group_vars/all/zz-lab.yml");
  await writeFile(path, JSON.stringify(await inputsOf(lab, vip, services), null, 2));
  const password = join(dirname(lab.inventoryPath), "vault-password");
  await writeFile(password, "example\n");
  await chmod(password, 0o600);
  return { inventory, args: ["-i", inventory, "--vault-password-file", password], vip };
}

export function vipOf(lab: Lab): string {
  return lab.host("lb1").address.replace(/\d+$/, "200");
}

async function hostsOf(lab: Lab, { datadog, names }: SiteServices): Promise<string> {
  const hosts = lab.hosts.filter(({ name }) => names?.includes(name) ?? true);
  const address = new Map(hosts.map((host) => [host.name, host.address]));
  const lines = (await readFile(join(example, "hosts"), "utf8")).split("\n").flatMap((line) => {
    const name = /^(?:# )?(\w+) ansible_host=/.exec(line)?.[1];
    if (name === undefined) return [line];
    const of = address.get(name);
    return of === undefined ? [] : [line.replace(/^# /, "").replace(/ansible_host=\S+/, `ansible_host=${of}`)];
  });
  const watched = datadog === undefined ? "[monitored]\n" : "[monitored:children]\nsite\n";
  const text = lines.join("\n").replace("[monitored:children]\nsite\n", watched);
  const key = `ansible_ssh_private_key_file=${lab.keyPath}`;
  return `${text}${key}\nansible_ssh_common_args='-o UserKnownHostsFile=${lab.knownHostsPath}'\n`;
}

async function inputsOf(lab: Lab, vip: string, { acme, datadog }: SiteServices): Promise<object> {
  const node = await lab.nodeArchive();
  return {
    site_name: siteName,
    site_address: `${vip}/24`,
    app_node_version: node.version,
    app_node_url: node.url,
    app_node_sha256: node.sha256,
    certbot_server: acme.directoryUrl,
    certbot_ca_pem: acme.caPem,
    ...datadog?.inputs({ env: "lab", tags: [`site:${siteName}`] }),
  };
}
