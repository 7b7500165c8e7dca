import { readdir, readFile, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { kill } from "./processes.js";
import { until } from "./run.js";

/** The processes in a control group and below, whichever hierarchy holds them. */
async function cgroupProcesses(cgroup: string): Promise<number[]> {
  const folders = await cgroupFolders(cgroup);
  const texts = await Promise.all(
    folders.map((folder) => readFile(join(folder, "cgroup.procs"), "utf8").catch(() => "")),
  );
  const pids = texts.flatMap((text) => text.split("\n").filter(Boolean).map(Number));
  return [...new Set(pids)].filter((pid) => pid > 0);
}

/** Ends everything in a control group and waits until it is empty. */
export async function killCgroup(cgroup: string): Promise<void> {
  await until(`the processes of ${cgroup} end`, 20_000, async () => {
    const pids = await cgroupProcesses(cgroup);
    for (const pid of pids) kill(pid);
    return pids.length === 0;
  });
}

/** Removes a control group that is empty. */
export async function removeCgroup(cgroup: string): Promise<void> {
  for (const folder of (await cgroupFolders(cgroup)).reverse()) await rmdir(folder).catch(() => undefined);
}

/** A control group and those below it in all hierarchies, the deepest last. */
async function cgroupFolders(cgroup: string): Promise<string[]> {
  const tops = (await readdir("/sys/fs/cgroup", { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const roots = ["/sys/fs/cgroup", ...tops.map((entry) => join("/sys/fs/cgroup", entry.name))];
  const found = await Promise.all(roots.map((root) => foldersBelow(join(root, cgroup))));
  return found.flat();
}

async function foldersBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [];
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => foldersBelow(join(folder, entry.name)));
  return [folder, ...(await Promise.all(below)).flat()];
}
