import { expect } from "chai";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { datadogMonitor } from "../../../src/modules/datadog_monitor.js";
import { complaint, LocalHost } from "../../support/local-host.js";
import { problems } from "./support.js";

interface Kept {
  id: number;
  name: string;
  tags: string[];
  options?: Record<string, unknown>;
}

/** An API that keeps monitors, wants both keys, and calls a query with `oops` invalid. */
describe("datadog_monitor", () => {
  let host: LocalHost;
  let server: Server;
  let kept: Kept[];
  let asked: string[];

  before(async () => {
    host = await LocalHost.open();
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (bytes: Buffer) => (body += bytes.toString()));
      request.on("end", () => {
        const url = new URL(request.url ?? "", "http://api");
        asked.push(`${request.method} ${url.pathname}`);
        const say = (status: number, value: unknown): void => {
          response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
        };
        if (request.headers["dd-api-key"] !== "KEY" || request.headers["dd-application-key"] !== "APP") {
          say(403, {});
          return;
        }
        const [, id, verb] = /^\/api\/v1\/monitor\/(\d+)(?:\/(\w+))?$/.exec(url.pathname) ?? [];
        const one = kept.find((monitor) => monitor.id === Number(id));
        if (request.method === "GET") {
          say(200, kept);
          return;
        }
        if (request.method === "DELETE") {
          kept = kept.filter((other) => other !== one);
          say(200, {});
          return;
        }
        if (verb !== undefined && one !== undefined) {
          one.options = { silenced: verb === "mute" ? { "*": null } : {} };
          say(200, one);
          return;
        }
        if (body.includes("oops")) {
          say(400, { errors: ["The query is invalid"] });
          return;
        }
        if (url.pathname.endsWith("/validate")) {
          say(200, {});
          return;
        }
        const given = JSON.parse(body) as Kept;
        if (one === undefined) kept.push({ ...given, id: kept.length + 1 });
        else Object.assign(one, given);
        say(200, given);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => ([kept, asked] = [[], []]));
  after(async () => {
    server.closeAllConnections();
    server.close();
    await host.close();
  });

  const monitor = (more: object = {}): object => ({
    ...{ api_key: "KEY", app_key: "APP", api_host: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    ...{
      name: "QPS",
      state: "present",
      type: "query alert",
      query: "avg(last_5m):sum:x{*} > 5",
      thresholds: { critical: 5 },
    },
    ...more,
  });
  const applied = async (args: object): Promise<string> => {
    const { changes } = await host.look(datadogMonitor, datadogMonitor.params.parse(args));
    const said = complaint(await host.send(changes));
    return said ?? changes.map(({ summary }) => summary).join();
  };

  it("is made once, validated before, and changed in place", async () => {
    expect(await applied(monitor())).to.equal("make monitor QPS");
    expect(asked).to.deep.equal(["GET /api/v1/monitor", "POST /api/v1/monitor/validate", "POST /api/v1/monitor"]);
    expect(kept[0]).to.deep.include({
      name: "QPS",
      tags: ["managed-by:fettle"],
      options: { thresholds: { critical: 5 } },
    });
    expect(await applied(monitor())).to.equal("");
    expect(
      await applied(monitor({ query: "avg(last_5m):sum:x{*} > 9", thresholds: { critical: 9 }, tags: ["team:web"] })),
    ).to.equal("change monitor QPS");
    expect(kept).to.have.length(1);
    expect(kept[0]).to.deep.include({
      id: 1,
      tags: ["managed-by:fettle", "team:web"],
      options: { thresholds: { critical: 9 } },
    });
    expect(await applied(monitor({ state: "mute" }))).to.equal("mute monitor QPS");
    expect(await applied(monitor({ state: "mute" }))).to.equal("");
    expect(await applied(monitor({ state: "unmute" }))).to.equal("unmute monitor QPS");
    expect(await applied(monitor({ state: "absent" }))).to.equal("remove monitor QPS");
    expect(kept).to.deep.equal([]);
  });

  it("leaves monitors of others alone, and an invalid one unmade", async () => {
    kept = [{ id: 7, name: "QPS", tags: [] }];
    expect(await applied(monitor({ state: "absent" }))).to.equal("");
    expect(await applied(monitor({ query: "oops" }))).to.match(/"code":1/);
    expect(kept).to.have.length(1);
    const failure = (args: object): Promise<string> => applied(args).then(() => "", String);
    expect(await failure(monitor({ state: "mute" }))).to.match(/there is no monitor "QPS" of fettle's/);
    expect(await failure(monitor({ api_key: "WRONG" }))).to.match(/refuses the keys \(status 403\)/);
    expect(problems(datadogMonitor, monitor({ query: undefined })).join()).to.match(/needs type and query/);
  });

  it("shows its keys in no diff, argument or question", () => {
    const args = monitor({ api_key: "CANARY1", app_key: "CANARY2" });
    const params = datadogMonitor.params.parse(args);
    const changes = datadogMonitor.diff(null, params);
    const shown = JSON.stringify(
      changes.map(({ steps, ...rest }) => [rest, steps.map((step) => (step.do === "exec" ? step.argv : step))]),
    );
    expect(changes).to.have.length(1);
    expect(shown).to.not.match(/CANARY/);
    expect(datadogMonitor.secrets).to.deep.equal(["api_key", "app_key"]);
  });
});
