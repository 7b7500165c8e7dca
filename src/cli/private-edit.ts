import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { FettleError, inputError } from "../contract/error.js";

/**
 * Lets a person edit a secret text, and gives what it became. The file is theirs alone, in a folder of their own, in
 * memory where the system has a place for that. A watcher outside of the terminal's reach removes the folder when this
 * process ends, however it does: kill -9 leaves nothing. Throws an input error when the editor fails.
 */
export async function editPrivately(
  plain: Buffer,
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Buffer> {
  const folder = mkdtempSync(join(placeFor(env), "fettle-"));
  const watcher = watch(folder);
  try {
    const path = join(folder, basename(name));
    writeFileSync(path, plain, { mode: 0o600, flag: "wx" });
    await edit(path, name, env);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    watcher.stdin?.end();
  }
}

/** What is in memory does not come to rest on a disk. */
function placeFor(env: NodeJS.ProcessEnv): string {
  const isUsable = (folder: string): boolean => {
    try {
      accessSync(folder, constants.W_OK | constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return [env["XDG_RUNTIME_DIR"] ?? "", "/dev/shm"].find((one) => one !== "" && isUsable(one)) ?? tmpdir();
}

/** Its standard input ends when we do. */
function watch(folder: string): ChildProcess {
  const watcher = spawn("sh", ["-c", 'read -r _; rm -rf -- "$1"', "sh", folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.unref();
  return watcher;
}

/** As git does: $EDITOR may have arguments. Ctrl-C is the editor's; what ends us ends it. */
async function edit(path: string, name: string, env: NodeJS.ProcessEnv): Promise<void> {
  const editor = [env["VISUAL"], env["EDITOR"]].find((one) => one !== undefined && one.trim() !== "") ?? "vi";
  const child = spawn("sh", ["-c", `${editor} "$1"`, "sh", path], { stdio: "inherit", env });
  const stop = (signal: NodeJS.Signals): boolean => child.kill(signal);
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  try {
    const { status, signal } = await ended(child);
    if (signal !== null || status > 128)
      throw new FettleError({ kind: "interrupted", cause: `interrupted: ${name} is as it was` });
    if (status !== 0)
      throw inputError(`the editor \`${editor}\` failed (exit status ${status}): ${name} is as it was`, {
        remedy: "name another one in EDITOR",
      });
  } finally {
    process.off("SIGINT", ignore);
    for (const one of ["SIGTERM", "SIGHUP"] as const) process.off(one, stop);
  }
}

function ended(child: ChildProcess): Promise<{ readonly status: number; readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (status, signal) => resolve({ status: status ?? 0, signal }));
  });
}
