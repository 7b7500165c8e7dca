import { totalmem } from "node:os";
import { Acme } from "./acme.js";
import { Datadog } from "./datadog.js";
import { heading, mustFettle } from "./demo-show.js";
import { Lab } from "./index.js";
import { type Site, siteHosts, siteName, writeSite } from "./site.js";
import { getOnce } from "../support/load.js";

const small = ["lb1", "web1", "app1", "db1"];
const enoughBytes = 3e9;

/** The site, on real Debian hosts in containers of this machine. A second run works over what is there. */
export async function demoOnLab(): Promise<number> {
  const isSmall = process.argv.includes("--small") || totalmem() < enoughBytes;
  const names = isSmall ? small : siteHosts;
  heading(`${names.length} bare Debian 12 hosts on this machine (systemd-nspawn): ${names.join(", ")}`);
  const lab = await Lab.up({ name: "demo", hosts: names.map((name) => ({ name, kind: "bookworm" })) });
  const acme = await Acme.start(lab);
  const datadog = await Datadog.start(lab);
  try {
    await acme.point(
      siteName,
      names.filter((name) => name.startsWith("lb")).map((name) => lab.host(name).address),
    );
    const site = await writeSite(lab, { acme, datadog, names });
    await bringUp(site);
    await visit(site, await acme.rootPem());
    await watch(datadog);
    console.log(nextSteps(site));
  } finally {
    await datadog.stop();
  }
  return 0;
}

async function bringUp({ args }: Site): Promise<void> {
  const given = [...args, "playbooks/site.yml"];
  heading("What would an apply do? Nothing is written.");
  await mustFettle("plan", ...given);
  heading("Do it.");
  await mustFettle("apply", ...given);
  heading("Once more: nothing is left to do.");
  await mustFettle("apply", ...given);
}

/** A note goes by haproxy, nginx and the app to the primary, and comes back from the replica. */
async function visit({ vip }: Site, ca: string): Promise<void> {
  heading(
    `https://${siteName}/ at ${vip}: haproxy → nginx → app → MariaDB; a certificate by ACME (pebble, on this machine)`,
  );
  const target = { address: vip, name: siteName, ca };
  await getOnce({ ...target, path: "/notes", method: "POST", body: "text=written+by+the+demo" });
  const { status, headers, body } = await getOnce({ ...target, path: "/" });
  console.log(`HTTP ${status}\nstrict-transport-security: ${String(headers["strict-transport-security"])}\n\n${body}`);
  if (status !== 200) throw new Error(`the site answered ${status}`);
}

async function watch(datadog: Datadog): Promise<void> {
  heading("What monitoring has heard (from a stand-in of Datadog's agent: the real one cannot be had here)");
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const newest = new Map(datadog.reports.map((report) => [report.host, report]));
  for (const [host, { series }] of [...newest].sort()) {
    const shown = Object.entries(series).map(([name, value]) => `${name} ${value}`);
    console.log(`${host.padEnd(5)} ${shown.join(", ")}`);
  }
}

function nextSteps({ args, vip }: Site): string {
  const given = args.join(" ");
  return `The hosts go on running. Try:
  a new version of the app, one host at a time, while the site serves; look before you leap:
    npx fettle plan  ${given} playbooks/deploy.yml -e app_version=1.1.0
    npx fettle apply ${given} playbooks/deploy.yml -e app_version=1.1.0
  pull the plug of a load balancer, and ask again:
    npm run lab -- --lab demo kill lb1
    curl -k --resolve ${siteName}:443:${vip} https://${siteName}/
    npm run lab -- --lab demo power lb1 on
  look around:
    npm run lab -- --lab demo ssh web1
    npx fettle facts web1 ${given} --filter distribution default_ipv4
Take them down:
    npm run lab -- --lab demo down`;
}
