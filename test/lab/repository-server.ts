import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { repositoryPort, type LabNames } from "./names.js";
import { findProcesses, kill } from "./processes.js";
import { until } from "./run.js";
import { servedDir } from "./repository.js";

const program = fileURLToPath(new URL("serve.ts", import.meta.url));
// Not import.meta.resolve: it is missing when a test runner loads this file its own way.
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

/** Starts the lab's package server in a session of its own, unless it runs. */
export async function ensureServer(lab: LabNames): Promise<void> {
  if (!(await answers(lab.gateway))) {
    await stopServer(lab);
    const log = openSync(join(lab.dir, "server.log"), "a");
    const args = ["--import", loader, program, lab.gateway, String(repositoryPort), servedDir];
    spawn(process.execPath, args, { cwd: "/", detached: true, stdio: ["ignore", log, log] }).unref();
    closeSync(log);
  }
  await until(`the package server answers (see ${lab.dir}/server.log)`, 15_000, () => answers(lab.gateway));
}

export async function stopServer(lab: LabNames): Promise<void> {
  const isServer = (argv: readonly string[]): boolean =>
    argv[3]?.endsWith("/serve.ts") === true && argv[4] === lab.gateway;
  for (const pid of findProcesses(isServer)) kill(pid);
  await until("the package server ends", 5_000, () => findProcesses(isServer).length === 0);
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: repositoryPort, timeout: 1000 });
    const answer = (value: boolean): void => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", () => answer(true));
    socket.once("timeout", () => answer(false));
    socket.once("error", () => answer(false));
  });
}
