import { expect } from "chai";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Lab } from "../lab/index.js";
import { checkVerdicts, readVerdictCase } from "../support/verdict-case.js";

const folder = fileURLToPath(new URL("verdicts", import.meta.url));
const cases = readdirSync(folder).filter((name) => name.endsWith(".yml"));

/** Playbooks as people write them; see support/verdict-case.ts for what their comments mean. */
describe("a dry run is right about", function () {
  this.timeout(120_000);
  let lab: Lab;

  before(async function () {
    this.timeout(600_000);
    const hosts = (["bookworm", "trixie", "busybox"] as const).map((kind) => ({ name: kind, kind }));
    lab = await Lab.up({ name: "verdicts", fresh: true, hosts });
  });

  after(() => Lab.down("verdicts"));

  for (const name of cases) {
    it(name.replace(/\.yml$/, "").replaceAll("-", " "), async () => {
      const given = await readVerdictCase(`${folder}/${name}`);
      expect(await checkVerdicts(given, lab.inventoryPath, lab.hosts)).to.deep.equal([]);
    });
  }
});
