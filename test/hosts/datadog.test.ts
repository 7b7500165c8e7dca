import { expect } from "chai";
import { wrongVerdicts } from "../support/cli.js";
import { APP_KEY, both, DatadogSite, KEY, verdicts } from "./datadog-site.js";

/** The agent's stand-in from a signed repository, and what arrives at the intake. */
describe("the role datadog-agent", function () {
  this.timeout(300_000);
  let site: DatadogSite;

  before(async function () {
    this.timeout(600_000);
    site = await DatadogSite.open("datadog-role");
  });

  after(() => site.close());

  for (const [name, repository, why] of [
    ["unsigned", "unsigned", /is not signed/],
    ["expired", "expired", /is expired|is not valid anymore|Release file .* expired/],
    ["signed by another key", "datadog-agent", /NO_PUBKEY|not available|Missing key|is not signed/],
  ] as const)
    it(`refuses a repository that is ${name}`, async () => {
      const wrong = {
        datadog_agent_apt_key: `${site.web.url}/other.asc`,
        datadog_agent_apt_fingerprints: [site.other.fingerprint],
      };
      const refused = await site.agent(
        "apply",
        site.inputs({ repository, ...(repository === "datadog-agent" ? wrong : {}) }),
      );
      expect(refused.status).to.equal(3);
      expect(refused.stdout).to.match(why);
      expect(
        await site.everywhere("ls /etc/apt/sources.list.d | grep datadog; ls -d /etc/datadog-agent 2>/dev/null"),
      ).to.deep.equal(both(""));
    });

  it("refuses a key that nobody vouches for", async () => {
    const refused = await site.agent(
      "apply",
      site.inputs({ datadog_agent_apt_fingerprints: [site.other.fingerprint] }),
    );
    expect(refused.stdout).to.contain(`has the fingerprint ${site.key.fingerprint}, which is not among fingerprints`);
  });

  it("plans what it does on bare hosts, and does it once", async () => {
    const plan = await site.agent("plan", site.inputs());
    expect(verdicts(plan), plan.stdout.slice(-3000)).to.not.include("failed");
    expect(await site.everywhere("ls -d /etc/datadog-agent 2>/dev/null")).to.deep.equal(both(""));
    const apply = await site.agent("apply", site.inputs());
    expect(apply.status, apply.stdout.slice(-3000) + apply.stderr).to.equal(0);
    expect(wrongVerdicts(plan.events, apply.events)).to.deep.equal([]);
    expect(verdicts(await site.agent("apply", site.inputs()))).to.have.members(["ok", "skipped"]);
    expect(
      await site.everywhere("stat -c '%a %U:%G' /etc/datadog-agent/datadog.yaml; systemctl is-active datadog-agent"),
    ).to.deep.equal(both("640 dd-agent:dd-agent\nactive"));
  });

  it("reports QPS, CPU, memory, network and logs with the right key", async () => {
    const roles = {
      nginx_sites: [{ name: "s", listen: "8081", upstreams: ["127.0.0.1:9"] }],
      haproxy_frontends: [{ name: "f", bind: "127.0.0.1:8080", default_backend: "web" }],
      haproxy_backends: [{ name: "web", servers: [{ name: "own", address: "127.0.0.1:8081" }] }],
    };
    const run = await site.play("apply", ["nginx", "haproxy"], roles);
    expect(run.status, run.stdout.slice(-3000)).to.equal(0);
    site.reports.length = 0;
    await site.everywhere(
      "apt-get install -qy curl; for i in $(seq 5); do for j in $(seq 10); do curl -s http://127.0.0.1:8080/canary-$j; done; sleep 1; done",
    );
    expect([...new Set(site.reports.map((one) => one.key))]).to.deep.equal([KEY]);
    for (const host of ["old", "new"]) {
      const own = site.reports.filter((one) => one.host === host);
      const most = (name: string): number => Math.max(...own.map(({ series }) => series[name] ?? 0));
      for (const name of ["nginx.net.request_per_s", "haproxy.frontend.http.requests.count"])
        expect(most(name), name).to.be.greaterThan(4);
      for (const name of ["system.cpu.user", "system.mem.total", "system.net.bytes_rcvd", "system.processes.number"])
        expect(most(name), name).to.be.greaterThan(0);
      expect(own.flatMap(({ logs }) => logs).filter((line) => line.includes("GET /canary-")).length).to.be.greaterThan(
        40,
      );
    }
  });

  it("goes on after a reboot", async () => {
    const [host] = site.lab.hosts;
    await host?.power("off");
    await host?.power("on");
    expect(verdicts(await site.agent("apply", site.inputs()))).to.have.members(["ok", "skipped"]);
    site.reports.length = 0;
    await host?.exec("sleep 3");
    expect(site.reports.map((one) => one.host)).to.include(host?.name);
  });

  it("makes the monitor once for all hosts, and changes it in place", async () => {
    const watched = (limit: number): object =>
      site.inputs({
        datadog_agent_app_key: APP_KEY,
        datadog_agent_api_host: site.web.url,
        datadog_agent_monitors: [
          {
            name: "QPS",
            query: `avg(last_5m):sum:nginx.net.request_per_s{*} > ${limit}`,
            thresholds: { critical: limit },
          },
        ],
      });
    for (const limit of [500, 500, 600]) {
      const run = await site.agent("apply", watched(limit));
      expect(run.status, run.stdout.slice(-3000)).to.equal(0);
      expect(site.monitors).to.have.length(1);
      expect(JSON.stringify(site.monitors)).to.contain(`> ${limit}"`);
    }
    expect(site.web.asked.filter((one) => one === "POST /api/v1/monitor")).to.have.length(1);
  });

  it("shows the key nowhere", async () => {
    const changed = { datadog_agent_api_key: KEY.replace("0123", "9876") };
    await site.play("plan", ["datadog-agent"], site.inputs(changed), "--diff");
    for (const secret of ["canary0123456789", "canary-app-0123456789", "canary9876456789"]) {
      const hidden = [secret, Buffer.from(secret).toString("base64").slice(0, 18)];
      for (const text of hidden) expect(site.said.join("\n")).to.not.contain(text);
    }
    expect(await site.linesWith("canary[0]123456789abcdef")).to.deep.equal(both("0"));
  });
});
