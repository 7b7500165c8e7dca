import { readlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { findProcesses, kill } from "./processes.js";
import { sleep } from "./run.js";

/** Makes room for a new draft of something: ends what a killed maker left running on the old one, then deletes it. */
export async function clearDraft(folder: string): Promise<void> {
  for (let tries = 0; workersOn(folder).length > 0; tries++) {
    for (const pid of workersOn(folder)) kill(pid, tries < 50 ? "SIGTERM" : "SIGKILL");
    await sleep(100);
  }
  await rm(folder, { recursive: true, force: true });
}

function workersOn(folder: string): number[] {
  const isInside = (path: string): boolean => path === folder || path.startsWith(`${folder}/`);
  return findProcesses(
    (argv, pid) => argv.some((word) => word.includes(`${folder}/`) || isInside(word)) || isInside(rootOf(pid)),
  );
}

/** The folder that a process takes for "/", or "" when it has ended. */
function rootOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/root`);
  } catch {
    return "";
  }
}
