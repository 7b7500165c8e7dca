import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HostNames } from "./names.js";
import { attempt, run, sleep } from "./run.js";

/** Lays the host's own layer over the image. Its data need not survive a crash of this machine, so it is never synced. */
export async function mountRoot(host: HostNames, image: string): Promise<void> {
  if (await isMounted(host.root)) return;
  for (const dir of [host.root, host.upper, host.work]) await mkdir(dir, { recursive: true });
  // Left by a crash of this machine; the kernel refuses the layer while it is there.
  await rm(join(host.work, "work", "incompat"), { recursive: true, force: true });
  const options = `lowerdir=${image},upperdir=${host.upper},workdir=${host.work},volatile`;
  await run(["mount", "-t", "overlay", "-o", options, "fettle-lab", host.root]);
}

/** Takes the root away; the kernel may hold it for a moment after the last process ended. */
export async function unmountRoot(host: HostNames): Promise<void> {
  for (let tries = 0; await isMounted(host.root); tries++) {
    const lazy = tries > 20 ? ["--lazy"] : [];
    const { code, stderr } = await attempt(["umount", "--recursive", ...lazy, host.root]);
    if (code === 0) continue;
    if (tries > 40) throw new Error(`lab: cannot unmount ${host.root}\n${stderr}`);
    await sleep(100);
  }
}

/** Takes the root and the host's own layer away: what is left is the image. */
export async function discardRoot(host: HostNames): Promise<void> {
  await unmountRoot(host);
  // First of all the mark: half a layer that bears it would be taken for a whole one.
  await rm(host.layerMark, { force: true });
  await rm(host.layer, { recursive: true, force: true });
}

export async function isMounted(path: string): Promise<boolean> {
  const mounts = await readFile("/proc/mounts", "utf8");
  return mounts.split("\n").some((line) => line.split(" ")[1] === path);
}
