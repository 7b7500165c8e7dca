import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as yaml from "js-yaml";
import pLimit from "p-limit";
import {
  allCases,
  type Case,
  hashOf,
  inFolder,
  layOut,
  type Recorded,
  recordedOf,
  recordedPath,
  sourcesOf,
} from "./case.js";

/**
 * Asks Ansible for the answers of all cases and writes them to recorded/; `--all` asks again for those that are there.
 * Needs `ansible` and `ansible-inventory` on this machine.
 */
async function record(all: boolean): Promise<void> {
  for (const [theme, cases] of allCases()) {
    const before = recordedOf(theme);
    const answers = await Promise.all(
      cases.map(async (one): Promise<Recorded> => {
        const known = before[one.name];
        const hash = hashOf(one);
        return !all && known?.hash === hash ? known : { hash, ...(await atOnce(() => ask(one))) };
      }),
    );
    const now = Object.fromEntries(cases.map(({ name }, i) => [name, answers[i]]));
    writeFileSync(recordedPath(theme), `${JSON.stringify(now, null, 1)}\n`);
    process.stdout.write(`${theme}: ${cases.length} cases\n`);
  }
}

/** Ansible's own settings, whatever this machine has in /etc or at home. */
const ownFolder = mkdtempSync(join(tmpdir(), "fettle-inventory-"));
const settings = join(ownFolder, "ansible.cfg");
writeFileSync(settings, "[defaults]\n");

/** An answer takes Ansible most of a second. */
const atOnce = pLimit(2);

async function ask(one: Case): Promise<Omit<Recorded, "hash">> {
  const folder = layOut(one, "ansible");
  const env = { ...process.env, ANSIBLE_CONFIG: settings, ANSIBLE_NOCOLOR: "1", ANSIBLE_DEPRECATION_WARNINGS: "0" };
  const [program, ...args] = commandOf(one, folder);
  try {
    const { stdout, stderr } = await promisify(execFile)(program ?? "", args, { cwd: folder, env });
    const messages = stderr.replace(/\s+/g, " ");
    if (/Unable to parse \S+ as an inventory source/.test(messages)) return { unread: true };
    return { answer: parsed(one, stdout) };
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    if (stderr === undefined) throw error;
    return { refused: stderr.replace(/\s+/g, " ").replaceAll(folder, "{folder}").trim().slice(-300) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function commandOf(one: Case, folder: string): readonly string[] {
  const shared = [
    ...sourcesOf(one, folder).flatMap((source) => ["-i", source]),
    ...(one.limit === undefined ? [] : ["--limit", inFolder(one.limit, folder)]),
  ];
  if (one.pattern !== undefined) return ["ansible", ...shared, "--list-hosts", inFolder(one.pattern, folder)];
  if (one.host !== undefined) return ["ansible-inventory", ...shared, "--host", one.host];
  if (one.graph !== undefined) return ["ansible-inventory", ...shared, "--graph", one.graph];
  return [
    "ansible-inventory",
    ...shared,
    "--list",
    ...(one.export ? ["--export"] : []),
    ...(one.yaml ? ["--yaml"] : []),
  ];
}

function parsed(one: Case, stdout: string): unknown {
  if (one.pattern !== undefined)
    return stdout
      .split("\n")
      .slice(1)
      .map((line) => line.trim())
      .filter((line) => line !== "");
  if (one.graph !== undefined) return stdout.trimEnd().split("\n");
  return one.yaml ? yaml.load(stdout) : (JSON.parse(stdout) as unknown);
}

await record(process.argv.includes("--all"));
rmSync(ownFolder, { recursive: true });
