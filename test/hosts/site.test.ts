import { expect } from "chai";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Lab } from "../lab/index.js";
import { siteGroups, writeSiteInventory } from "../lab/site.js";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "../support/cli.js";
import { snapshot } from "../support/snapshot.js";

const site = "playbooks/site.yml";
const names = Object.values(siteGroups).flat();

/** Lines that only one of two texts has. */
function differences(before: string, after: string): readonly string[] {
  const [old, now] = [new Set(before.split("\n")), new Set(after.split("\n"))];
  return [
    ...[...old].filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...[...now].filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}

describe("the site, from bare hosts", function () {
  this.timeout(180_000);
  let lab: Lab;
  let inventory: string;
  let plan: CliRun;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "site", fresh: true, hosts: names.map((name) => ({ name, kind: "bookworm" })) });
    inventory = await writeSiteInventory(lab);
  });

  after(() => Lab.down("site"));

  const page = async (): Promise<string> => {
    const answer = await fetch(`http://${lab.host("lb1").address}/`, { signal: AbortSignal.timeout(5000) });
    expect(answer.status).to.equal(200);
    return /Hello from (\w+)/.exec(await answer.text())?.[1] ?? "nobody";
  };

  it("is planned without a failed task, and the plan leaves the hosts as they were", async () => {
    // A login makes what logins make; that is not the plan's doing.
    await Promise.all(lab.hosts.map((host) => host.ssh("sudo -n true")));
    const before = await Promise.all(lab.hosts.map(snapshot));
    plan = await fettle("plan", "-i", inventory, site, "--output", "json");
    expect(plan.status, plan.stdout + plan.stderr).to.equal(0);
    expect([...verdictsOf(plan.events).values()]).to.not.include("failed");
    const after = await Promise.all(lab.hosts.map(snapshot));
    expect(after.flatMap((one, i) => differences(before[i] ?? "", one))).to.deep.equal([]);
  });

  it("gives a reason for every unknown, and their number", async () => {
    const { stdout } = await fettle("plan", "-i", inventory, site, "--output", "plain");
    const unknown = stdout.split("\n").filter((line) => /^\w+ +unknown /.test(line));
    for (const line of unknown) expect(line).to.match(/\(.+ (is|has).+".+".*\)$|\(.+".+"\)$/);
    expect(stdout).to.contain(`${unknown.length} unknown before an apply`);
  });

  it("is applied as it was planned: no wrong verdict", async () => {
    const apply = await fettle("apply", "-i", inventory, site, "--output", "json");
    expect(apply.status, apply.stdout.slice(-3000) + apply.stderr).to.equal(0);
    expect(wrongVerdicts(plan.events, apply.events)).to.deep.equal([]);
    expect(apply.events.filter((event) => event.type === "notIdempotent")).to.deep.equal([]);
  });

  it("serves the page through haproxy, nginx and every app server", async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) seen.add(await page());
    expect([...seen].sort()).to.deep.equal(siteGroups["app"]);
  });

  it("has nothing left to do", async () => {
    const again = await fettle("apply", "-i", inventory, site, "--output", "json");
    expect(again.status).to.equal(0);
    expect([...verdictsOf(again.events).values()].filter((status) => status === "changed")).to.deep.equal([]);
    const detailed = await fettle("plan", "--detailed-exitcode", "-i", inventory, site);
    expect(detailed.status, detailed.stdout).to.equal(0);
  });

  it("keeps serving when a configuration is bad, and says why", async () => {
    const bad = await fettle("apply", "-i", inventory, site, "-e", "haproxy_global_extra=nonsense");
    expect(bad.status).to.equal(3);
    expect(bad.stdout).to.contain("unknown keyword 'nonsense'");
    expect(await page()).to.be.oneOf([...(siteGroups["app"] ?? [])]);
    const good = await fettle("plan", "--detailed-exitcode", "-i", inventory, site);
    expect(good.status, good.stdout).to.equal(0);
  });

  it("goes on without one app server", async () => {
    await lab.host("app1").exec("systemctl stop hello");
    for (let i = 0; i < 6; i++) expect(await page()).to.equal("app2");
    const mended = await fettle("apply", "-i", inventory, site, "--limit", "app1", "--output", "json");
    expect(mended.status, mended.stdout).to.equal(0);
    expect([...verdictsOf(mended.events).values()]).to.include("changed");
  });

  it("brings a change of a variable to where it belongs", async () => {
    const path = join(dirname(inventory), "group_vars/web.yml");
    const text = await readFile(path, "utf8");
    await writeFile(path, `${text}\nnginx_worker_connections: 2048\n`);
    const changed = await fettle("apply", "-i", inventory, site, "--diff");
    await writeFile(path, text);
    expect(changed.status).to.equal(0);
    expect(changed.stdout).to.contain("+    worker_connections 2048;");
    expect(changed.stdout).to.match(/web2 +changed +nginx : reload nginx \(handler\)/);
    expect(changed.stdout).to.not.match(/lb1 +changed/);
  });

  it("is there again after a reboot", async () => {
    await Promise.all(
      lab.hosts.map(async (host) => {
        await host.power("off");
        await host.power("on");
        await host.waitForLogin();
      }),
    );
    let answered = false;
    for (let i = 0; i < 40 && !answered; i++) {
      answered = await page().then(
        () => true,
        () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500)),
      );
    }
    expect(answered).to.equal(true);
  });
});
