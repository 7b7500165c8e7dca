import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { askAnsible } from "../oracle/expressions/ansible.js";
import { keyOf, readRecorded, readTable, rowsOf } from "../oracle/expressions/table.js";

const sh = (command: string) => promisify(execFile)("sh", ["-c", command]);

/** The recorded answers are still those of the Ansible that is installed here: it is asked for every row, in one run. */
describe("Jinja → EJS, as the installed Ansible says", () => {
  before(async function () {
    this.timeout(300_000);
    await sh(
      "command -v ansible-playbook || { apt-get -q update && " +
        "DEBIAN_FRONTEND=noninteractive apt-get -qy -o DPkg::Lock::Timeout=120 install --no-install-recommends ansible-core; }",
    );
  });

  it("gives the answers that were recorded", async function () {
    this.timeout(300_000);
    const table = readTable();
    const all = rowsOf(table);
    // The networks' collection is another package, with a library of Python's: asked where it is there.
    const probe = all.find((row) => row.collection === true);
    if (probe === undefined) throw new Error("no row needs the collection");
    const [network] = await askAnsible([probe], table);
    const rows = network !== undefined && "answer" in network ? all : all.filter((row) => row.collection !== true);
    const answers = await askAnsible(rows, table);
    const recorded = readRecorded();
    const differing = rows.filter((row, i) => {
      const [then, now] = [recorded[keyOf(row, table)], answers[i]];
      if (then === undefined || now === undefined) return true;
      // The words of a refusal are the version's.
      return "refused" in then ? !("refused" in now) : JSON.stringify(then) !== JSON.stringify(now);
    });
    expect(differing.map(({ jinja }) => jinja)).to.deep.equal([]);
    expect(rows.length).to.be.greaterThan(300);
  });
});
