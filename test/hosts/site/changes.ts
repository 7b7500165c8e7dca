import { expect } from "chai";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fettle } from "../../support/cli.js";
import { changedIn, playbook, type SiteUnderTest } from "./under-test.js";

/** What people do to a site by site.yml itself. */
export function changes(site: SiteUnderTest): void {
  before(() => site.ensureUp());

  it("keeps serving when a configuration is bad, and says why", async () => {
    const bad = await fettle("apply", ...site.site.args, playbook, "-e", "haproxy_global_extra=nonsense");
    expect(bad.status).to.equal(3);
    expect(bad.stdout).to.contain("unknown keyword 'nonsense'");
    expect((await site.get()).status).to.equal(200);
    const good = await site.plan("--detailed-exitcode");
    expect(good.status, good.stdout.slice(-3000)).to.equal(0);
  });

  it("mends what was stopped by hand", async () => {
    await site.host("app1").exec("systemctl stop hello");
    for (let i = 0; i < 6; i++) expect((await site.get()).headers["x-app-host"]).to.equal("app2");
    const mended = await site.apply("--limit", "app1");
    site.isDone(mended);
    expect(changedIn(mended).map((name) => name.replace(/ \S+ /, " "))).to.deep.equal(["app1 start the app"]);
  });

  it("brings a change of a variable to where it belongs", async () => {
    const path = join(site.site.inventory, "group_vars/web.yml");
    const text = await readFile(path, "utf8");
    await writeFile(path, `${text}\nnginx_worker_connections: 2048\n`);
    const changed = await fettle("apply", ...site.site.args, playbook, "--diff");
    await writeFile(path, text);
    expect(changed.status).to.equal(0);
    expect(changed.stdout).to.contain("+    worker_connections 2048;");
    expect(changed.stdout).to.match(/web2 +changed +nginx : reload nginx \(handler\)/);
    expect(changed.stdout).to.not.match(/(?:lb|app|db)\d +changed/);
    site.isDone(await site.apply("--limit", "web"));
  });
}
