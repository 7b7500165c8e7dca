import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as yaml from "js-yaml";
import { Lab } from "../../lab/index.js";
import { askAnsible } from "./ask-ansible.js";
import { askFettle } from "./ask-fettle.js";
import { allCases, hashOf, recordedOf } from "./case.js";
import { complaintOf, differing } from "./verdict.js";

/** For whoever writes cases: both answers to those that do not agree, or that are named. `show.ts THEME [NAME]`. */
const [theme = "", name] = process.argv.slice(2);
const lab = await Lab.open("oracle");
const own = mkdtempSync(join(tmpdir(), "fettle-oracle-"));
for (const one of allCases().get(theme) ?? []) {
  if (name !== undefined && one.name !== name) continue;
  const known = recordedOf(theme)[one.name];
  const theirs = known?.hash === hashOf(one) ? known : { hash: hashOf(one), ...(await askAnsible(one, lab, own)) };
  const ours = await askFettle(one, lab);
  const complaint = complaintOf(one, theirs, ours);
  if (complaint === undefined && name === undefined) continue;
  process.stdout.write(`\n=== ${one.name}: ${complaint?.split("\n")[0] ?? "as it should be"}\n`);
  if ("error" in ours || theirs.answer === undefined || name !== undefined)
    process.stdout.write(yaml.dump({ ansible: theirs.answer ?? theirs.refused, fettle: ours }, { lineWidth: 200 }));
  else process.stdout.write(yaml.dump(differing(theirs.answer, ours.answer), { lineWidth: 200 }));
}
rmSync(own, { recursive: true });
