import { randomBytes } from "node:crypto";
import { appendFile, chmod, chown, cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suiteOf } from "./kinds.js";
import { hostNamesOf, loginUser, namesOf, operatorUser } from "./names.js";
import type { HostState, LabState } from "./state.js";

/** Writes into a fresh root what tells this host from the others. */
export async function provision(state: LabState, host: HostState): Promise<void> {
  const { root, keys } = hostNamesOf(state, host);
  const lab = namesOf(state);
  const put = (path: string, text: string): Promise<void> => writeFile(join(root, path), text);
  // The image holds a copy of this machine's, perhaps a link that leads nowhere.
  await rm(join(root, "etc/resolv.conf"), { force: true });
  await put("etc/resolv.conf", "");
  await put("etc/hostname", `${host.name}\n`);
  await put("etc/machine-id", `${randomBytes(16).toString("hex")}\n`);
  await put("etc/hosts", "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n");
  const suite = suiteOf(host.kind);
  if (host.kind !== "busybox")
    await put("etc/apt/sources.list", `deb [trusted=yes] ${lab.url}/${suite} ${suite} main\n`);
  for (const file of await readdir(keys)) await cp(join(keys, file), join(root, "etc/ssh", file));
  await provisionLogin(root, await readFile(`${lab.keyPath}.pub`, "utf8"));
}

/** Names all hosts of the lab: without that, sudo waits for a name server that does not exist. */
export async function introduce(state: LabState, host: HostState): Promise<void> {
  const file = join(hostNamesOf(state, host).root, "etc/hosts");
  const known = (await readFile(file, "utf8")).split("\n");
  const lines = state.hosts.map((other) => `${hostNamesOf(state, other).address} ${other.name}`);
  const missing = lines.filter((line) => !known.includes(line));
  if (missing.length > 0) await appendFile(file, missing.join("\n") + "\n");
}

async function provisionLogin(root: string, publicKey: string): Promise<void> {
  for (const home of ["root", `home/${loginUser}`, `home/${operatorUser}`]) {
    const { uid, gid } = await stat(join(root, home));
    const folder = join(root, home, ".ssh");
    const file = join(folder, "authorized_keys");
    await mkdir(folder, { mode: 0o700, recursive: true });
    await writeFile(file, publicKey);
    await chmod(file, 0o600);
    for (const path of [folder, file]) await chown(path, uid, gid);
  }
}
