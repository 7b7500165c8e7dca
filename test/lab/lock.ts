import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Does `work` while this process alone holds the lock. The holder is a child that lives as long as its input is open,
 * so the lock falls with this process however it dies.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const holder = spawn("flock", [path, "sh", "-c", "echo held; exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    holder.once("error", reject);
    holder.once("close", () => reject(new Error(`lab: cannot lock ${path}`)));
  });
  try {
    return await work();
  } finally {
    const ended = new Promise((resolve) => holder.once("close", resolve));
    holder.stdin.end();
    await ended;
  }
}
