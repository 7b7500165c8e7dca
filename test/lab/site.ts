import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Lab } from "./index.js";

/** The example site's groups, and the lab's hosts in them. */
export const siteGroups: Readonly<Record<string, readonly string[]>> = {
  lb: ["lb1"],
  web: ["web1", "web2"],
  app: ["app1", "app2"],
};

const example = fileURLToPath(new URL("../../inventory/example", import.meta.url));

/**
 * Writes the example inventory with the lab's addresses, and with Node from the lab's own server. Returns its path,
 * with group_vars/ beside it.
 */
export async function writeSiteInventory(lab: Lab): Promise<string> {
  const folder = join(dirname(lab.inventoryPath), "site");
  await mkdir(folder, { recursive: true });
  await cp(join(example, "group_vars"), join(folder, "group_vars"), { recursive: true, force: true });
  const node = await lab.nodeArchive();
  const ofApps = `app_node_url=${node.url} app_node_version=${node.version} app_node_sha256=${node.sha256}`;
  const sections = Object.entries(siteGroups).map(([group, names]) => {
    const lines = names.map((name) => {
      const line = `${name} ansible_host=${lab.host(name).address}`;
      return group === "app" ? `${line} ${ofApps}` : line;
    });
    return `[${group}]\n${lines.join("\n")}\n`;
  });
  const vars = [
    "[all:vars]",
    "ansible_user=deploy",
    `ansible_ssh_private_key_file=${lab.keyPath}`,
    `ansible_ssh_common_args='-o UserKnownHostsFile=${lab.knownHostsPath}'`,
  ];
  const path = join(folder, "hosts.ini");
  await writeFile(path, `${sections.join("\n")}\n${vars.join("\n")}\n`);
  return path;
}
