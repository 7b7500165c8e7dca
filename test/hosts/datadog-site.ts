import type { IncomingMessage, ServerResponse } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Lab } from "../lab/index.js";
import { type CliRun, fettle, verdictsOf } from "../support/cli.js";
import { agentPackage } from "../support/datadog-package.js";
import { type SigningKey, Workshop } from "../support/signed-repository.js";
import { serve, type Web } from "../support/web.js";

export const KEY = "canary0123456789abcdef0123456789";
export const APP_KEY = "canary-app-0123456789";
export const REFUSED_KEY = "canaryfedcba9876543210fedcba98765";

interface Report {
  readonly key: string;
  readonly host: string;
  readonly series: Readonly<Record<string, number>>;
  readonly logs: readonly string[];
}

export const both = (text: string): readonly string[] => [text, text];

export const verdicts = ({ events }: CliRun): readonly string[] => [...new Set(verdictsOf(events).values())];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += (chunk as Buffer).toString();
  return body;
}

/** Two bare hosts of different kinds, the agent's stand-in in signed repositories, and Datadog as far as it is concerned. */
export class DatadogSite {
  readonly reports: Report[] = [];
  readonly monitors: object[] = [];
  /** All that runs have put out. */
  readonly said: string[] = [];

  private constructor(
    readonly lab: Lab,
    readonly web: Web,
    readonly key: SigningKey,
    /** Nobody vouches for it. */
    readonly other: SigningKey,
    private readonly workshop: Workshop,
    private readonly folder: string,
  ) {}

  static async open(name: string): Promise<DatadogSite> {
    const workshop = new Workshop();
    const [key, other] = [workshop.key(), workshop.key()];
    const hosts = [{ name: "old", kind: "bookworm" } as const, { name: "new", kind: "trixie" } as const];
    const lab = await Lab.up({ name, fresh: true, hosts });
    const pages: Parameters<typeof serve>[0] = {
      "/key.asc": key.armoured,
      "/other.asc": other.armoured,
      "/api/v1/series": (request, response) => void site.#intake(request, response),
      "/api/v1/validate": (request, response) =>
        response.writeHead(request.url?.includes(REFUSED_KEY) === true ? 403 : 200).end("{}"),
      "/api/v1/monitor": (request, response) => void site.#api(request, response),
      "/api/v1/monitor/validate": "{}",
      "/api/v1/monitor/7": (request, response) => void site.#api(request, response),
      ...workshop.repository("datadog-agent", { key, files: agentPackage() }),
      ...workshop.repository("unsigned"),
      ...workshop.repository("expired", { key, validUntil: "Mon, 01 Jan 2024 00:00:00 UTC" }),
    };
    const web = await serve(pages, new URL(lab.url).hostname);
    const folder = await mkdtemp(join(tmpdir(), "fettle-datadog-"));
    const site: DatadogSite = new DatadogSite(lab, web, key, other, workshop, folder);
    // The lab's images tell apt not to mind the date of a repository.
    await site.everywhere("grep -rl Check-Valid-Until /etc/apt/apt.conf.d | xargs -r rm");
    return site;
  }

  async close(): Promise<void> {
    this.workshop.close();
    await this.web.close();
    await this.lab.down();
    await rm(this.folder, { recursive: true });
  }

  async play(command: "plan" | "apply", roles: readonly string[], inputs: object, ...more: string[]): Promise<CliRun> {
    const playbook = join(this.folder, "play.yml");
    const listed = roles.map((role) => `    - role: ${resolve("roles", role)}\n`).join("");
    await writeFile(playbook, `- hosts: all\n  become: true\n  roles:\n${listed}`);
    await writeFile(join(this.folder, "inputs.json"), JSON.stringify(inputs), { mode: 0o600 });
    const args = ["-i", this.lab.inventoryPath, playbook, "-e", `@${this.folder}/inputs.json`, ...more];
    const run = await fettle(command, ...args);
    this.said.push(run.stdout, run.stderr);
    return run;
  }

  agent(command: "plan" | "apply", inputs: object): Promise<CliRun> {
    return this.play(command, ["datadog-agent"], inputs, "--output", "json");
  }

  everywhere(command: string): Promise<readonly string[]> {
    return Promise.all(this.lab.hosts.map((host) => host.exec(command).then(({ stdout }) => stdout.trim())));
  }

  /** `config`: more of datadog.yaml. */
  inputs({
    repository = "datadog-agent",
    config = {},
    ...more
  }: { repository?: string; config?: object; [input: string]: unknown } = {}): object {
    return {
      datadog_agent_api_key: KEY,
      datadog_agent_config: { dd_url: this.web.url, env: "test", tags: ["site:lab"], ...config },
      datadog_agent_apt_uri: `${this.web.url}/${repository}`,
      datadog_agent_apt_component: "main",
      datadog_agent_apt_key: `${this.web.url}/key.asc`,
      datadog_agent_apt_fingerprints: [this.key.fingerprint],
      datadog_agent_checks: {
        haproxy: { instances: [{ use_openmetrics: true, openmetrics_endpoint: "http://127.0.0.1:8404/metrics" }] },
        nginx: {
          instances: [{ nginx_status_url: "http://127.0.0.1:81/nginx_status" }],
          logs: [{ type: "file", path: "/var/log/nginx/access.log", service: "web", source: "nginx" }],
        },
        process: { instances: [{ name: "nginx", search_string: ["nginx"] }] },
      },
      ...more,
    };
  }

  /** How many lines of the hosts' processes, journals and logs hold a text. A pattern in brackets does not match itself. */
  linesWith(pattern: string): Promise<readonly string[]> {
    const places =
      "cat /proc/[0-9]*/cmdline | tr '\\0' ' '; journalctl --no-pager; cat /var/log/*.log /var/log/*/*.log; ls /tmp";
    return this.everywhere(`{ ${places}; } 2>/dev/null | grep -ac ${pattern}`);
  }

  async #intake(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const report = JSON.parse(await bodyOf(request)) as Report;
    this.reports.push({ ...report, key: String(request.headers["dd-api-key"]) });
    response.writeHead(202).end("{}");
  }

  /** Monitors as Datadog's API keeps them, as far as one is concerned. */
  async #api(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const { monitors } = this;
    const isAllowed = request.headers["dd-api-key"] === KEY && request.headers["dd-application-key"] === APP_KEY;
    if (!isAllowed) return void response.writeHead(403).end("{}");
    if (request.method === "PUT") monitors.pop();
    if (request.method !== "GET") monitors.push({ id: 7, ...(JSON.parse(body) as object) });
    return void response.writeHead(200).end(JSON.stringify(request.method === "GET" ? monitors : monitors.at(-1)));
  }
}
