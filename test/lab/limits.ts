import { readFile, writeFile } from "node:fs/promises";
import { say } from "./run.js";

const file = "/proc/sys/fs/inotify/max_user_instances";
/** A host's systemd and its services take about eight. */
const wanted = 1024;

/**
 * All hosts of this machine share root's inotify instances: beyond the usual 128 a host's systemd cannot start and stands
 * still without a word.
 */
export async function ensureInotify(): Promise<void> {
  const instances = Number(await readFile(file, "utf8"));
  if (instances >= wanted) return;
  try {
    await writeFile(file, String(wanted));
    say(`set fs.inotify.max_user_instances from ${instances} to ${wanted} until this machine boots again`);
  } catch (error) {
    const remedy = `sysctl fs.inotify.max_user_instances=${wanted}`;
    say(`fs.inotify.max_user_instances is ${instances}, so only few hosts can boot at a time; raise it: ${remedy}`);
    say(`the lab may not do it: ${(error as Error).message}`);
  }
}
