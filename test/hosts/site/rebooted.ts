import { expect } from "chai";
import { siteGroups, siteHosts } from "../../lab/site.js";
import { changedIn, eventually, type SiteUnderTest } from "./under-test.js";

/** All hosts lose their power at the same time and come back. */
export function rebooted(site: SiteUnderTest): void {
  before(() => site.ensureUp());

  it("is there again, with its data, and nothing is left to do", async () => {
    expect((await site.post("before the reboot")).status).to.equal(303);
    await eventually("the replica has it", async () => (await site.get()).body.includes("before the reboot"));
    const boots = await site.everywhere(siteHosts, "cat /proc/sys/kernel/random/boot_id");
    await Promise.all(site.hosts().map((host) => host.kill()));
    await Promise.all(site.hosts().map((host) => host.power("on")));
    const again = await site.everywhere(siteHosts, "cat /proc/sys/kernel/random/boot_id");
    expect(again.filter((id, i) => id === boots[i])).to.deep.equal([]);
    await site.isAt("lb1");
    await eventually("the page is served", async () => (await site.get()).body.includes("before the reboot"));
    expect((await site.post("after the reboot")).status).to.equal(303);
    await eventually("it replicates", async () => {
      const { body } = await site.get();
      return body.includes("after the reboot") && body.includes("read from db2");
    });
    for (const name of siteGroups.lb) {
      const { status, headers } = await site.get("/", site.host(name).address);
      expect([status, headers["strict-transport-security"]]).to.deep.equal([200, "max-age=63072000"]);
    }
    expect((await fetch(`http://${site.site.vip}/`, { redirect: "manual" })).status).to.equal(301);
    const apply = await site.apply();
    site.isDone(apply);
    expect(changedIn(apply)).to.deep.equal([]);
  });
}
