import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "./run.js";

/**
 * The processes whose arguments fit. The lab finds its processes by what they run and never by a remembered number,
 * which may be somebody else's by now.
 */
export function findProcesses(fits: (argv: readonly string[]) => boolean): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const argv = argvOf(pid);
      return argv !== null && fits(argv);
    });
}

function argvOf(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return null;
  }
}

/** Ends a process, or a process group when the number is negative; one that is gone already is fine. */
export function kill(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The processes in a control group and below, whichever hierarchy holds them. */
export async function cgroupProcesses(cgroup: string): Promise<number[]> {
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

/** A control group and those below it in all hierarchies, the deepest last. */
export async function cgroupFolders(cgroup: string): Promise<string[]> {
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
