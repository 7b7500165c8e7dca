import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./image.js";
import { hostNamesOf, namesOf, type HostNames, type LabNames } from "./names.js";
import { run } from "./run.js";
import type { LabState } from "./state.js";

/** RSA keys take seconds to make; two types are enough to see the right one chosen. */
const keyTypes = ["ed25519", "ecdsa"] as const;

/** The key pair that logs in on all hosts of the lab. */
export async function ensureUserKey(lab: LabNames): Promise<void> {
  if (!(await exists(`${lab.keyPath}.pub`))) await makeKey("ed25519", lab.keyPath, "fettle-lab");
}

/** The host's keys; they survive a reset, so that known_hosts stays true. */
export async function ensureHostKeys(host: HostNames): Promise<void> {
  await mkdir(host.keys, { recursive: true });
  for (const type of keyTypes) {
    const file = join(host.keys, `ssh_host_${type}_key`);
    if (!(await exists(`${file}.pub`))) await makeKey(type, file, host.machine);
  }
}

/** The public half is put in place last: where it is, the pair is whole, whoever was killed while making it. */
async function makeKey(type: string, file: string, comment: string): Promise<void> {
  const draft = `${file}.new`;
  for (const old of [draft, `${draft}.pub`]) await rm(old, { force: true });
  await run(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", comment, "-f", draft]);
  await rename(draft, file);
  await rename(`${draft}.pub`, `${file}.pub`);
}

/** Lines of a known_hosts file for the host under any of its names. */
export async function knownHostLines(host: HostNames, name: string): Promise<string[]> {
  const files = keyTypes.map((type) => join(host.keys, `ssh_host_${type}_key.pub`));
  const keys = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return keys.map((key) => `${name} ${key.split(" ").slice(0, 2).join(" ")}`);
}

export async function writeKnownHosts(state: LabState): Promise<void> {
  const lines = state.hosts.map((host) => {
    const names = hostNamesOf(state, host);
    return knownHostLines(names, `${names.address},${host.name}`);
  });
  await writeFile(namesOf(state).knownHostsPath, (await Promise.all(lines)).flat().join("\n") + "\n");
}
