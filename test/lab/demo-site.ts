import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { heading, mustFettle, page } from "./demo-show.js";
import { Lab } from "./index.js";

const groups: Readonly<Record<string, readonly string[]>> = {
  lb: ["lb1"],
  web: ["web1", "web2"],
  app: ["app1", "app2"],
};

/** The site, on five real Debian hosts in containers of this machine. A second run works over what is there. */
export async function demoOnLab(): Promise<number> {
  heading("Five bare Debian 12 hosts on this machine (systemd-nspawn): lb1, web1, web2, app1, app2");
  const names = Object.values(groups).flat();
  const lab = await Lab.up({ name: "demo", hosts: names.map((name) => ({ name, kind: "bookworm" })) });
  const inventory = await writeInventory(lab);
  const given = ["-i", inventory, "playbooks/site.yml"];
  heading("What would an apply do? Nothing is written.");
  await mustFettle("plan", ...given);
  heading("Do it.");
  await mustFettle("apply", ...given);
  heading("Once more: nothing is left to do.");
  await mustFettle("apply", ...given);
  heading("The page, through haproxy → nginx → app");
  const address = lab.host("lb1").address;
  await page(`http://${address}/`);
  console.log(nextSteps(inventory, address));
  return 0;
}

/** The example inventory with the lab's addresses, and with Node from the lab's own server. */
async function writeInventory(lab: Lab): Promise<string> {
  const folder = join(dirname(lab.inventoryPath), "site");
  await mkdir(folder, { recursive: true });
  await cp("inventory/example/group_vars", join(folder, "group_vars"), { recursive: true, force: true });
  const node = await lab.nodeArchive();
  const ofApps = `app_node_url=${node.url} app_node_version=${node.version} app_node_sha256=${node.sha256}`;
  const sections = Object.entries(groups).map(([group, names]) => {
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

function nextSteps(inventory: string, address: string): string {
  return `
The hosts go on running. Try:
  change haproxy_maxconn in ${dirname(inventory)}/group_vars/lb.yml, and look before you leap:
    npx fettle plan -i ${inventory} playbooks/site.yml
  kill an app server and ask again:
    npx fettle exec app1 -i ${inventory} -b -m systemd -a 'name=hello state=stopped'
    curl http://${address}/
  look around:
    npm run lab -- --lab demo ssh web1
    npx fettle facts web1 -i ${inventory} --filter distribution default_ipv4
Take them down:
    npm run lab -- --lab demo down`;
}
