import { expect } from "chai";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { siteGroups } from "../../lab/site.js";
import { Load } from "../../support/load.js";
import { changedIn, eventually, type SiteUnderTest } from "./under-test.js";

/** The database's roles are switched, as docs/site.md says. Comes last: the site stays so. */
export function promoted(site: SiteUnderTest): void {
  before(() => site.ensureUp());

  /** db1 and db2 change places in the inventory. */
  const swap = async (): Promise<void> => {
    const path = join(site.site.inventory, "hosts");
    const other = (line: string): string => line.replace(/^db[12] .*/, (own) => lines.get(own) ?? own);
    const text = await readFile(path, "utf8");
    const [one = "", two = ""] = text.split("\n").filter((line) => /^db[12] /.test(line));
    const lines = new Map([
      [one, two],
      [two, one],
    ]);
    await writeFile(path, text.split("\n").map(other).join("\n"));
  };

  it("is written to by the new primary, and read all the time", async () => {
    expect((await site.post("before the promotion")).status).to.equal(303);
    const load = new Load(site.target(), { everyMs: 50, timeoutMs: 5000, most: 3000 });
    site.isDone(await site.run("apply", "playbooks/promote.yml", "-e", "promote=db2"));
    await swap();
    site.isDone(await site.run("apply", "playbooks/deploy.yml"));
    const { sent, failed, reasons } = await load.stop();
    console.log(`      promotion: ${failed} of ${sent} requests failed`);
    expect(failed, reasons.join("; ")).to.equal(0);
    expect((await site.post("after the promotion")).status).to.equal(303);
    const { body } = await site.get();
    expect(body).to.contain("before the promotion").and.contain("after the promotion");
  });

  it("takes the old primary back as a replica, and nothing is left to do", async () => {
    site.isDone(await site.run("apply", "playbooks/rejoin.yml", "-e", "rejoin=db1"));
    await eventually("the page is read from db1", async () => (await site.get()).body.includes("read from db1"));
    const sums = "mariadb --batch --skip-column-names -e 'CHECKSUM TABLE hello.notes'";
    const [one, two] = await site.everywhere(siteGroups.db, sums);
    expect(one).to.equal(two);
    site.isDone(await site.apply());
    expect(changedIn(await site.apply())).to.deep.equal([]);
  });
}
