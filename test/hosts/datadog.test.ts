import { expect } from "chai";
import type { IncomingMessage, ServerResponse } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Lab } from "../lab/index.js";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "../support/cli.js";
import { agentPackage } from "../support/datadog-package.js";
import { type SigningKey, Workshop } from "../support/signed-repository.js";
import { serve, type Web } from "../support/web.js";

const KEY = "canary0123456789abcdef0123456789";
const APP_KEY = "canary-app-0123456789";

interface Report {
  readonly key: string;
  readonly host: string;
  readonly series: Readonly<Record<string, number>>;
  readonly logs: readonly string[];
}

/** The agent's stand-in from a signed repository, and what arrives at the intake. */
describe("the role datadog-agent", function () {
  this.timeout(300_000);
  let lab: Lab;
  let folder: string;
  let web: Web;
  let workshop: Workshop;
  let key: SigningKey;
  let other: SigningKey;
  const reports: Report[] = [];
  const said: string[] = [];

  const play = async (command: "plan" | "apply", roles: readonly string[], inputs: object, ...more: string[]) => {
    const playbook = join(folder, "play.yml");
    const listed = roles.map((role) => `    - role: ${resolve("roles", role)}\n`).join("");
    await writeFile(playbook, `- hosts: all\n  become: true\n  roles:\n${listed}`);
    await writeFile(join(folder, "inputs.json"), JSON.stringify(inputs), { mode: 0o600 });
    const run = await fettle(command, "-i", lab.inventoryPath, playbook, "-e", `@${folder}/inputs.json`, ...more);
    said.push(run.stdout, run.stderr);
    return run;
  };
  const agent = (command: "plan" | "apply", inputs: object): Promise<CliRun> =>
    play(command, ["datadog-agent"], inputs, "--output", "json");
  const verdicts = ({ events }: CliRun): readonly string[] => [...new Set(verdictsOf(events).values())];
  const everywhere = (command: string): Promise<readonly string[]> =>
    Promise.all(lab.hosts.map((host) => host.exec(command).then(({ stdout }) => stdout.trim())));
  const both = (text: string): readonly string[] => [text, text];
  const inputs = (repository = "datadog-agent", more: object = {}): object => ({
    datadog_agent_api_key: KEY,
    datadog_agent_config: { dd_url: web.url, env: "test", tags: ["site:lab"] },
    datadog_agent_apt_uri: `${web.url}/${repository}`,
    datadog_agent_apt_component: "main",
    datadog_agent_apt_key: `${web.url}/key.asc`,
    datadog_agent_apt_fingerprints: [key.fingerprint],
    datadog_agent_checks: {
      haproxy: { instances: [{ use_openmetrics: true, openmetrics_endpoint: "http://127.0.0.1:8404/metrics" }] },
      nginx: {
        instances: [{ nginx_status_url: "http://127.0.0.1:81/nginx_status" }],
        logs: [{ type: "file", path: "/var/log/nginx/access.log", service: "web", source: "nginx" }],
      },
      process: { instances: [{ name: "nginx", search_string: ["nginx"] }] },
    },
    ...more,
  });
  const intake = (request: IncomingMessage, response: ServerResponse): void => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      reports.push({ ...(JSON.parse(body) as Report), key: String(request.headers["dd-api-key"]) });
      response.writeHead(202).end("{}");
    });
  };

  const monitors: object[] = [];
  /** Monitors as Datadog's API keeps them, as far as one is concerned. */
  const api = (request: IncomingMessage, response: ServerResponse): void => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const isAllowed = request.headers["dd-api-key"] === KEY && request.headers["dd-application-key"] === APP_KEY;
      if (!isAllowed) return response.writeHead(403).end("{}");
      if (request.method === "PUT") monitors.pop();
      if (request.method !== "GET") monitors.push({ id: 7, ...(JSON.parse(body) as object) });
      return response.writeHead(200).end(JSON.stringify(request.method === "GET" ? monitors : monitors.at(-1)));
    });
  };

  before(async function () {
    this.timeout(600_000);
    workshop = new Workshop();
    [key, other] = [workshop.key(), workshop.key()];
    lab = await Lab.up({
      name: "datadog-role",
      fresh: true,
      hosts: [
        { name: "old", kind: "bookworm" },
        { name: "new", kind: "trixie" },
      ],
    });
    const pages = {
      "/key.asc": key.armoured,
      "/other.asc": other.armoured,
      "/api/v1/series": intake,
      "/api/v1/monitor": api,
      "/api/v1/monitor/validate": "{}",
      "/api/v1/monitor/7": api,
      ...workshop.repository("datadog-agent", { key, files: agentPackage() }),
      ...workshop.repository("unsigned"),
      ...workshop.repository("expired", { key, validUntil: "Mon, 01 Jan 2024 00:00:00 UTC" }),
    };
    web = await serve(pages, new URL(lab.url).hostname);
    // The lab's images tell apt not to mind the date of a repository.
    await everywhere("grep -rl Check-Valid-Until /etc/apt/apt.conf.d | xargs -r rm");
    folder = await mkdtemp(join(tmpdir(), "fettle-datadog-"));
  });

  after(async () => {
    workshop.close();
    await web.close();
    await lab.down();
    await rm(folder, { recursive: true });
  });

  for (const [name, repository, why] of [
    ["unsigned", "unsigned", /is not signed/],
    ["expired", "expired", /is expired|is not valid anymore|Release file .* expired/],
    ["signed by another key", "datadog-agent", /NO_PUBKEY|not available|Missing key|is not signed/],
  ] as const)
    it(`refuses a repository that is ${name}`, async () => {
      const wrong = {
        datadog_agent_apt_key: `${web.url}/other.asc`,
        datadog_agent_apt_fingerprints: [other.fingerprint],
      };
      const refused = await agent("apply", inputs(repository, repository === "datadog-agent" ? wrong : {}));
      expect(refused.status).to.equal(3);
      expect(refused.stdout).to.match(why);
      expect(
        await everywhere("ls /etc/apt/sources.list.d | grep datadog; ls -d /etc/datadog-agent 2>/dev/null"),
      ).to.deep.equal(both(""));
    });

  it("refuses a key that nobody vouches for", async () => {
    const refused = await agent(
      "apply",
      inputs("datadog-agent", { datadog_agent_apt_fingerprints: [other.fingerprint] }),
    );
    expect(refused.stdout).to.contain(`has the fingerprint ${key.fingerprint}, which is not among fingerprints`);
  });

  it("plans what it does on bare hosts, and does it once", async () => {
    const plan = await agent("plan", inputs());
    expect(verdicts(plan), plan.stdout.slice(-3000)).to.not.include("failed");
    expect(await everywhere("ls -d /etc/datadog-agent 2>/dev/null")).to.deep.equal(both(""));
    const apply = await agent("apply", inputs());
    expect(apply.status, apply.stdout.slice(-3000) + apply.stderr).to.equal(0);
    expect(wrongVerdicts(plan.events, apply.events)).to.deep.equal([]);
    expect(verdicts(await agent("apply", inputs()))).to.have.members(["ok", "skipped"]);
    expect(
      await everywhere("stat -c '%a %U:%G' /etc/datadog-agent/datadog.yaml; systemctl is-active datadog-agent"),
    ).to.deep.equal(both("640 dd-agent:dd-agent\nactive"));
  });

  it("reports QPS, CPU, memory, network and logs with the right key", async () => {
    const site = {
      nginx_sites: [{ name: "s", listen: "8081", upstreams: ["127.0.0.1:9"] }],
      haproxy_frontends: [{ name: "f", bind: "127.0.0.1:8080", default_backend: "web" }],
      haproxy_backends: [{ name: "web", servers: [{ name: "own", address: "127.0.0.1:8081" }] }],
    };
    const run = await play("apply", ["nginx", "haproxy"], site);
    expect(run.status, run.stdout.slice(-3000)).to.equal(0);
    reports.length = 0;
    await everywhere(
      "apt-get install -qy curl; for i in $(seq 5); do for j in $(seq 10); do curl -s http://127.0.0.1:8080/canary-$j; done; sleep 1; done",
    );
    expect([...new Set(reports.map((one) => one.key))]).to.deep.equal([KEY]);
    for (const host of ["old", "new"]) {
      const own = reports.filter((one) => one.host === host);
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

  it("makes the monitor once for all hosts, and changes it in place", async () => {
    const watched = (limit: number): object =>
      inputs("datadog-agent", {
        datadog_agent_app_key: APP_KEY,
        datadog_agent_api_host: web.url,
        datadog_agent_monitors: [
          {
            name: "QPS",
            query: `avg(last_5m):sum:nginx.net.request_per_s{*} > ${limit}`,
            thresholds: { critical: limit },
          },
        ],
      });
    for (const limit of [500, 500, 600]) {
      const run = await agent("apply", watched(limit));
      expect(run.status, run.stdout.slice(-3000)).to.equal(0);
      expect(monitors).to.have.length(1);
      expect(JSON.stringify(monitors)).to.contain(`> ${limit}"`);
    }
    expect(web.asked.filter((one) => one === "POST /api/v1/monitor")).to.have.length(1);
  });

  it("shows the key nowhere", async () => {
    const changed = { datadog_agent_api_key: KEY.replace("0123", "9876") };
    await play("plan", ["datadog-agent"], inputs("datadog-agent", changed), "--diff");
    for (const secret of ["canary0123456789", "canary-app-0123456789", "canary9876456789"]) {
      const hidden = [secret, Buffer.from(secret).toString("base64").slice(0, 18)];
      for (const text of hidden) expect(said.join("\n")).to.not.contain(text);
    }
    // The pattern does not match itself in the list of processes.
    const places =
      "cat /proc/[0-9]*/cmdline | tr '\\0' ' '; journalctl --no-pager; cat /var/log/*.log /var/log/*/*.log; ls /tmp";
    for (const text of await everywhere(`{ ${places}; } 2>/dev/null | grep -ac canary[0]123456789abcdef`))
      expect(text).to.equal("0");
  });
});
