import type { IncomingMessage, ServerResponse } from "node:http";
import { agentPackage } from "../support/datadog-package.js";
import { Workshop } from "../support/signed-repository.js";
import { serve, type Web } from "../support/web.js";
import { ensurePrograms } from "./host-packages.js";
import type { Lab } from "./lab.js";

export interface Report {
  readonly key: string;
  readonly host: string;
  readonly series: Readonly<Record<string, number>>;
  readonly logs: readonly string[];
}

/** As in the vault of the example inventory. */
const keysOfExample = { apiKey: "0".repeat(32), appKey: "0".repeat(40) };

/**
 * Stands in for Datadog on the bridge's address: a signed repository with an agent of the real one's name, paths, user
 * and unit (test/support/datadog-agent.pl), an intake, and the API of monitors as far as one is concerned.
 */
export class Datadog {
  readonly reports: Report[] = [];
  readonly monitors: object[] = [];
  #web: Web | undefined;

  private constructor(
    private readonly workshop: Workshop,
    private readonly fingerprint: string,
    readonly apiKey: string,
    readonly appKey: string,
  ) {}

  static async start(lab: Lab, keys = keysOfExample): Promise<Datadog> {
    await ensurePrograms([["gpg", "gnupg"]]);
    const workshop = new Workshop();
    const key = workshop.key();
    const datadog = new Datadog(workshop, key.fingerprint, keys.apiKey, keys.appKey);
    const pages = {
      "/key.asc": key.armoured,
      "/api/v1/series": datadog.#takesReport,
      "/api/v1/monitor": datadog.#keepsMonitor,
      "/api/v1/monitor/validate": "{}",
      "/api/v1/monitor/7": datadog.#keepsMonitor,
      ...workshop.repository("datadog-agent", { key, files: agentPackage() }),
    };
    datadog.#web = await serve(pages, new URL(lab.url).hostname);
    return datadog;
  }

  get url(): string {
    return this.#web?.url ?? "";
  }

  /** What the role datadog-agent is told, so that it comes here. */
  inputs(config: object): object {
    return {
      datadog_agent_config: { ...config, dd_url: this.url },
      datadog_agent_apt_uri: `${this.url}/datadog-agent`,
      datadog_agent_apt_component: "main",
      datadog_agent_apt_key: `${this.url}/key.asc`,
      datadog_agent_apt_fingerprints: [this.fingerprint],
      datadog_agent_api_host: this.url,
    };
  }

  async stop(): Promise<void> {
    this.workshop.close();
    await this.#web?.close();
  }

  readonly #takesReport = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const report = JSON.parse(await textOf(request)) as Omit<Report, "key">;
    this.reports.push({ ...report, key: String(request.headers["dd-api-key"]) });
    response.writeHead(202).end("{}");
  };

  readonly #keepsMonitor = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    const { "dd-api-key": key, "dd-application-key": appKey } = request.headers;
    if (key !== this.apiKey || appKey !== this.appKey) return void response.writeHead(403).end("{}");
    if (request.method === "PUT") this.monitors.pop();
    if (request.method !== "GET") this.monitors.push({ id: 7, ...(JSON.parse(body) as object) });
    response.writeHead(200).end(JSON.stringify(request.method === "GET" ? this.monitors : this.monitors.at(-1)));
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
