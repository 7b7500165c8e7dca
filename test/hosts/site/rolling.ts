import { expect } from "chai";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteGroups } from "../../lab/site.js";
import { type CliRun, verdictsOf, wrongVerdicts } from "../../support/cli.js";
import { Load } from "../../support/load.js";
import { changedIn, type SiteUnderTest } from "./under-test.js";

const deploy = "playbooks/deploy.yml";
const update = "playbooks/rolling-update.yml";
/** GET and POST each; nobody may ask a POST again that a server has begun. */
const pace = { everyMs: 40, timeoutMs: 5000, most: 1500 };

/** The sample app, which for a while after its start answers everything by 500. */
async function makeRelease(folder: string, name: string, wellAfterMs: number): Promise<string> {
  const release = join(folder, name);
  await cp("playbooks/files/hello", release, { recursive: true });
  const text = await readFile(join(release, "server.js"), "utf8");
  const ill = `if (performance.now() < ${wellAfterMs}) {\n    response.writeHead(500);\n    response.end();\n    return;\n  }`;
  const head = "createServer((request, response) => {\n";
  expect(text).to.contain(head);
  await writeFile(join(release, "server.js"), text.replace(head, `${head}  ${ill}\n`));
  return release;
}

/** deploy.yml and rolling-update.yml, while requests come in. */
export function rolling(site: SiteUnderTest): void {
  let folder: string;
  let slow: object;

  before(async () => {
    await site.ensureUp();
    folder = await mkdtemp(join(tmpdir(), "fettle-rolling-"));
    slow = { app_version: "1.1.0", app_source: await makeRelease(folder, "slow", 1500) };
  });

  after(async () => {
    // What the inventory says, for those who come after.
    site.isDone(await site.run("apply", deploy));
    await rm(folder, { recursive: true });
  });

  const run = (command: "plan" | "apply", playbook: string, inputs: object): Promise<CliRun> =>
    site.run(command, playbook, "-e", JSON.stringify(inputs));

  /** An apply with a steady load by https, of which no request may fail. */
  const underLoad = async (what: string, playbook: string, inputs: object): Promise<CliRun> => {
    const target = site.target();
    const loads = [new Load(target, pace), new Load({ ...target, method: "POST" }, pace)];
    const done = await run("apply", playbook, inputs);
    const results = await Promise.all(loads.map((load) => load.stop()));
    const [sent, failed] = [results, results].map((all, i) =>
      all.reduce((n, one) => n + (i ? one.failed : one.sent), 0),
    );
    console.log(`      ${what}: ${failed} of ${sent} requests failed`);
    expect([failed, ...results.flatMap(({ reasons }) => reasons)]).to.deep.equal([0]);
    expect(sent).to.be.greaterThan(20);
    return done;
  };
  /** The same, as it was planned, and with nothing left to do. */
  const asPlanned = async (what: string, playbook: string, inputs: object): Promise<readonly string[]> => {
    const plan = await run("plan", playbook, inputs);
    const apply = await underLoad(what, playbook, inputs);
    expect(apply.status, apply.stdout.slice(-3000) + apply.stderr).to.equal(0);
    expect(wrongVerdicts(plan.events, apply.events)).to.deep.equal([]);
    const again = await run("apply", playbook, inputs);
    expect(changedIn(again)).to.deep.equal([]);
    return changedIn(apply);
  };
  const apps = siteGroups.app;
  const webs = siteGroups.web;
  /** What every host runs with, and whom nginx and haproxy leave out. */
  const state = async (): Promise<readonly string[]> => [
    ...(await site.everywhere(
      apps,
      "readlink /srv/hello/current; sha256sum /etc/hello.env; curl -s 127.0.0.1:3000 | grep -o 'version [^,]*'",
    )),
    ...(await site.everywhere(webs, "sha256sum /etc/nginx/nginx.conf; grep -c ' down ' /etc/nginx/nginx.conf")),
    ...(await site.everywhere(
      siteGroups.lb,
      "sha256sum /etc/haproxy/haproxy.cfg; echo show servers state | socat - /run/haproxy/admin.sock | awk 'NF > 9 { print $4, $7 }'",
    )),
  ];
  const page = async (): Promise<string> => {
    const { status, body } = await site.get();
    return `${status} ${/version [^,]*/.exec(body)?.[0] ?? body}`;
  };

  it("a new version comes to one app server after the other, and no request sees it warm up", async () => {
    const changed = await asPlanned("deploy", deploy, slow);
    for (const app of apps) expect(changed.filter((name) => name.startsWith(`${app} `))).to.not.have.length(0);
    expect(await page()).to.equal("200 version 1.1.0");
    expect(await site.everywhere(apps, "readlink /srv/hello/current")).to.deep.equal(apps.map(() => "releases/1.1.0"));
  });

  it("app, nginx and haproxy are reconfigured; what changes is drained and nothing else", async () => {
    const ofApp = { ...slow, app_environment: { COLOUR: "green" } };
    const drained = (changed: readonly string[]): readonly string[] =>
      changed
        .filter((name) => / drain it in .*\(handler\)/.test(name))
        .map((name) => name.slice(0, 4).trim())
        .sort();
    const web = await asPlanned("nginx alone", update, { ...slow, nginx_worker_connections: 2048 });
    expect(drained(web).filter((name, i, all) => all.indexOf(name) === i)).to.deep.equal(["web1", "web2"]);
    const all = { ...ofApp, nginx_worker_connections: 1500, haproxy_maxconn: 4000 };
    const changed = await asPlanned("all three", update, all);
    expect([...new Set(drained(changed))]).to.deep.equal(["app1", "app2", "web1", "web2"]);
    expect(changed.filter((name) => name.startsWith("lb1 ") && name.includes("reload haproxy"))).to.have.length(1);
    await underLoad("back", update, slow);
  });

  /** A change that must end at the first host, and leave everything as it was. */
  const refused = async (what: string, playbook: string, inputs: object, said: string): Promise<void> => {
    const before = await state();
    const { status, stdout, events } = await underLoad(what, playbook, inputs);
    expect(status, stdout.slice(-3000)).to.equal(3);
    expect(stdout).to.contain(said);
    const failed = [...verdictsOf(events)]
      .filter(([, verdict]) => verdict === "failed")
      .map(([name]) => name.split(" ")[0]);
    expect(new Set(failed).size, failed.join()).to.equal(1);
    const later = { app1: apps[1], web1: webs[1] }[failed[0] ?? ""] ?? "nobody";
    expect(changedIn({ status, stdout, stderr: "", events }).filter((name) => name.startsWith(later))).to.deep.equal(
      [],
    );
    expect(await state()).to.deep.equal(before);
    expect(await page()).to.equal("200 version 1.1.0");
  };

  it("a release that is never well stops at the first app server, which gets its last one back", async () => {
    const broken = await makeRelease(folder, "broken", 1e9);
    const inputs = { app_version: "1.2.0", app_source: broken, app_health_timeout_s: 4 };
    await refused("a broken release", deploy, inputs, "app1 runs releases/1.1.0 again; no other host was touched");
  });

  it("a release that dies at once does so too", async () => {
    const dead = await makeRelease(folder, "dead", 0);
    await writeFile(join(dead, "server.js"), 'throw new Error("no database");\n');
    const inputs = { app_version: "1.3.0", app_source: dead };
    await refused("a dead release", deploy, inputs, "app1 runs releases/1.1.0 again; no other host was touched");
  });

  it("a configuration that nginx refuses stops at the first web server", async () => {
    const inputs = { ...slow, nginx_client_max_body_size: "nonsense" };
    await refused("a broken nginx", update, inputs, "web1 runs as before; no other host was touched");
  });

  it("a configuration that haproxy refuses leaves the load balancer as it was", async () => {
    const inputs = { ...slow, haproxy_global_extra: "nonsense" };
    await refused("a broken haproxy", update, inputs, "unknown keyword 'nonsense'");
  });

  it("nor does one that wants an address that is taken", async () => {
    const inputs = { ...slow, haproxy_stats_bind: "127.0.0.1:22" };
    await refused("an address that is taken", update, inputs, "127.0.0.1:22 is taken: sshd listens on 0.0.0.0:22");
  });

  it("one that haproxy finds good and cannot start with is put back", async () => {
    const inputs = { ...slow, haproxy_maxconn: 90_000_000 };
    await refused("more connections than files", update, inputs, "haproxy did not take the new configuration");
    // A handler that failed is run by the next run.
    await underLoad("after it", update, slow);
    expect(changedIn(await run("apply", update, slow))).to.deep.equal([]);
  });

  it("one that haproxy takes and no server is well with is put back before a request is lost", async () => {
    const servers = webs.map((name) => ({ name, address: `${site.host(name).address}:80` }));
    const backend = { name: "web", servers, extra: ["http-check expect status 204"] };
    const inputs = { ...slow, haproxy_backends: [backend] };
    await refused("health checks that fail", update, inputs, "no server of the backend web is well");
  });
}
