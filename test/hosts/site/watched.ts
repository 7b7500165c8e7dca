import { expect } from "chai";
import { siteGroups, siteHosts } from "../../lab/site.js";
import { eventually, type SiteUnderTest } from "./under-test.js";

/** What the stand-in of Datadog's agent reports of the site. */
export function watched(site: SiteUnderTest): void {
  before(() => site.ensureUp());

  it("reports requests per second, CPU, memory, network and logs of every host, with the right key", async () => {
    const { reports, apiKey } = site.datadog;
    reports.length = 0;
    for (let i = 0; i < 60; i++) await site.get(`/watched-${i}`);
    await eventually("all have reported twice", () =>
      Promise.resolve(siteHosts.every((name) => reports.filter(({ host }) => host === name).length > 1)),
    );
    expect([...new Set(reports.map(({ key }) => key))]).to.deep.equal([apiKey]);
    const most = (host: string, name: string): number =>
      Math.max(...reports.filter((one) => one.host === host).map(({ series }) => series[name] ?? 0));
    const measures = ["system.cpu.user", "system.mem.total", "system.net.bytes_rcvd"];
    for (const host of siteHosts)
      for (const name of measures) expect(most(host, name), `${host} ${name}`).to.be.above(0);
    for (const host of siteGroups.web) expect(most(host, "nginx.net.request_per_s"), host).to.be.above(4);
    expect(most("lb1", "haproxy.frontend.http.requests.count")).to.be.above(4);
    for (const host of siteGroups.app) expect(most(host, "system.processes.number"), host).to.equal(1);
    for (const host of siteGroups.db) expect(most(host, "mysql.performance.questions"), host).to.be.above(0);
    expect(most("db2", "mysql.replication.replica_running")).to.equal(1);
    const logged = reports.flatMap(({ logs }) => logs).filter((line) => line.includes("GET /watched-"));
    expect(logged.length).to.be.at.least(60);
  });

  it("has one monitor of requests per second", () => {
    const { monitors } = site.datadog;
    expect(monitors).to.have.length(1);
    expect(JSON.stringify(monitors)).to.contain("haproxy.frontend.http.requests.count");
  });
}
