import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureAnsible } from "../../bench/machine.js";
import { Lab } from "../lab/index.js";
import { askAnsible } from "../oracle/playbooks/ask-ansible.js";
import { askCommand, askFettle, type OurAnswer } from "../oracle/playbooks/ask-fettle.js";
import { allCases, type Case, hashOf, type Recorded, recordedOf } from "../oracle/playbooks/case.js";
import { sampleOf } from "../oracle/playbooks/sample.js";
import { complaintOf } from "../oracle/playbooks/verdict.js";

const SAMPLE = 15;
const seed = Number(process.env.ORACLE_SEED ?? Date.now() % 1_000_000);

/** The cases of test/oracle/playbooks on three hosts, against what Ansible said of them. */
describe("playbooks, as Ansible runs them", function () {
  this.timeout(120_000);
  let lab: Lab;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "playbooks", hosts: ["h1", "h2", "h3"].map((name) => ({ name, kind: "bench" })) });
  });

  after(() => Lab.down("playbooks"));

  const all: { readonly title: string; readonly one: Case; readonly theirs: Recorded | undefined }[] = [];
  for (const [theme, cases] of allCases()) {
    const recorded = recordedOf(theme);
    all.push(...cases.map((one) => ({ title: `${theme}: ${one.name}`, one, theirs: recorded[one.name] })));
    it(`${theme} has one answer for each case`, () => {
      expect(Object.keys(recorded)).to.deep.equal(cases.map(({ name }) => name));
    });
  }

  const check = async (one: Case, theirs: Recorded | undefined, ours: Promise<OurAnswer>): Promise<void> => {
    if (theirs?.hash !== hashOf(one)) throw new Error("not recorded; run `npm run oracle:playbooks`");
    const complaint = complaintOf(one, theirs, await ours);
    if (complaint !== undefined) throw new Error(complaint);
  };

  for (const { title, one, theirs } of all) it(title, () => check(one, theirs, askFettle(one, lab)));

  describe(`some by the command line, and by Ansible here and now (ORACLE_SEED=${seed})`, () => {
    const own = mkdtempSync(join(tmpdir(), "fettle-oracle-"));
    before(ensureAnsible);
    after(() => rmSync(own, { recursive: true }));

    for (const { title, one, theirs } of sampleOf(all, SAMPLE, seed))
      it(title, async () => {
        await check(one, theirs, askCommand(one, lab));
        expect({ hash: theirs?.hash, ...(await askAnsible(one, lab, own)) }).to.deep.equal(theirs);
      });
  });
});
