import { dirname } from "node:path";
import { heading, mustFettle, page } from "./demo-show.js";
import { Lab } from "./index.js";
import { siteGroups, writeSiteInventory } from "./site.js";

/** The site, on five real Debian hosts in containers of this machine. A second run works over what is there. */
export async function demoOnLab(): Promise<number> {
  heading("Five bare Debian 12 hosts on this machine (systemd-nspawn): lb1, web1, web2, app1, app2");
  const names = Object.values(siteGroups).flat();
  const lab = await Lab.up({ name: "demo", hosts: names.map((name) => ({ name, kind: "bookworm" })) });
  const inventory = await writeSiteInventory(lab);
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
