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

  it("goes on with the new primary, read all the time, and the old one is a replica", async () => {
    expect((await site.post("before the promotion")).status).to.equal(303);
    const load = new Load(site.target(), { everyMs: 50, timeoutMs: 5000, most: 3000 });
    site.isDone(await site.run("apply", "playbooks/promote.yml", "-e", "promote=db2"));
    await swap();
    site.isDone(await site.run("apply", "playbooks/rejoin.yml", "-e", "rejoin=db1"));
    site.isDone(await site.run("apply", "playbooks/deploy.yml"));
    const { sent, failed, reasons } = await load.stop();
    console.log(`      promotion: ${failed} of ${sent} requests failed`);
    expect(failed, reasons.join("; ")).to.equal(0);
    expect((await site.post("after the promotion")).status).to.equal(303);
    await eventually("both notes are read from db1", async () => {
      const { body } = await site.get();
      return ["before the promotion", "after the promotion", "read from db1"].every((part) => body.includes(part));
    });
  });

  it("has then nothing left to do", async () => {
    const sums = "mariadb --batch --skip-column-names -e 'CHECKSUM TABLE hello.notes'";
    const [one, two] = await site.everywhere(siteGroups.db, sums);
    expect(one).to.equal(two);
    site.isDone(await site.apply());
    expect(changedIn(await site.apply())).to.deep.equal([]);
  });
}
