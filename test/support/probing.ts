import { spawnSync } from "node:child_process";
import { ProbeFailure, type Probe } from "../../src/contract/query.js";

/** Shells and tools that a host may have: the machine's own sh, and busybox where there is one. */
export const shells: readonly { readonly name: string; readonly argv: readonly string[]; readonly path: string }[] = [
  { name: "sh", argv: ["/bin/sh"], path: process.env["PATH"] ?? "/usr/bin:/bin" },
  { name: "bash", argv: ["bash"], path: process.env["PATH"] ?? "/usr/bin:/bin" },
];

export type Shell = (typeof shells)[number];

/** Asks this machine, as one wave does: all keys in one script. */
export function ask<K, V>(probe: Probe<K, V>, keys: readonly K[], shell = shells[0]!): readonly (V | ProbeFailure)[] {
  const script = probe.script(keys);
  const done = spawnSync(shell.argv[0]!, [...shell.argv.slice(1), "-c", script.text], {
    input: script.stdin ?? "",
    env: { PATH: shell.path, LC_ALL: "C" },
    maxBuffer: 1e9,
  });
  if (done.status !== 0) throw new Error(`the probe ended with ${String(done.status)}: ${done.stderr.toString()}`);
  return probe.parse(done.stdout, keys);
}
