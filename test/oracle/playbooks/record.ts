import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { Lab } from "../../lab/index.js";
import { askAnsible } from "./ask-ansible.js";
import { allCases, hashOf, type Recorded, recordedOf, recordedPath } from "./case.js";

/**
 * Asks Ansible for the answers of all cases and writes them to recorded/; `--all` asks again for those that are there,
 * a word only for themes of that name. Needs `ansible-playbook` on this machine, and brings a lab up.
 */
async function record(all: boolean, only: readonly string[]): Promise<void> {
  const lab = await Lab.up({ name: "oracle", hosts: ["h1", "h2", "h3"].map((name) => ({ name, kind: "bench" })) });
  const own = mkdtempSync(join(tmpdir(), "fettle-oracle-"));
  const atOnce = pLimit(2);
  for (const [theme, cases] of allCases()) {
    if (only.length > 0 && !only.includes(theme)) continue;
    const before = recordedOf(theme);
    const answers = await Promise.all(
      cases.map(async (one): Promise<Recorded> => {
        const known = before[one.name];
        const hash = hashOf(one);
        return !all && known?.hash === hash ? known : { hash, ...(await atOnce(() => askAnsible(one, lab, own))) };
      }),
    );
    const now = Object.fromEntries(cases.map(({ name }, i) => [name, answers[i]]));
    writeFileSync(recordedPath(theme), `${JSON.stringify(now, null, 1)}\n`);
    process.stdout.write(`${theme}: ${cases.length} cases\n`);
  }
  rmSync(own, { recursive: true });
}

const words = process.argv.slice(2);
await record(
  words.includes("--all"),
  words.filter((word) => !word.startsWith("-")),
);
