import { access } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "./lock.js";
import { run, say } from "./run.js";
import { stateRoot } from "./state.js";

type Needed = readonly (readonly [program: string, debianPackage: string])[];

/** Programs that the lab runs on this machine, and the Debian packages that bring them. */
const needed: Needed = [
  ["mmdebstrap", "mmdebstrap"],
  ["systemd-nspawn", "systemd-container"],
  ["apt-ftparchive", "apt-utils"],
  ["ip", "iproute2"],
  ["ssh-keygen", "openssh-client"],
  ["nsenter", "util-linux"],
  ["tar", "tar"],
];

/** Installs the Debian packages that the lab needs and this machine lacks, and says which. */
export async function ensureHostPackages(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error("lab: real hosts need root on Debian or Ubuntu; run it as root");
  await ensurePrograms(needed);
}

/** The same for programs that only some labs need. */
export async function ensurePrograms(programs: Needed): Promise<void> {
  await withLock(join(stateRoot, ".locks", ".host-packages"), () => installMissing(programs));
}

async function installMissing(programs: Needed): Promise<void> {
  const present = await Promise.all(programs.map(([program]) => isOnPath(program)));
  const missing = [...new Set(programs.filter((_, i) => !present[i]).map(([, debianPackage]) => debianPackage))];
  if (missing.length === 0) return;
  say(`installing Debian packages on this machine: ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run(["apt-get", "-q", "update"], { env });
  await run(["apt-get", "-qy", "-o", "DPkg::Lock::Timeout=120", "install", "--no-install-recommends", ...missing], {
    env,
  });
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`.split(":");
  const found = await Promise.all(
    folders.map((folder) =>
      access(`${folder}/${program}`).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
