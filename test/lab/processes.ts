import { readdirSync, readFileSync } from "node:fs";

/**
 * The processes whose arguments fit. The lab finds its processes by what they run and never by a remembered number,
 * which may be somebody else's by now.
 */
export function findProcesses(fits: (argv: readonly string[], pid: number) => boolean): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const argv = argvOf(pid);
      return argv !== null && fits(argv, pid);
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
