import type { Guard } from "../../contract/step.js";
import { ProbeFailure, type Read } from "../../contract/query.js";
import { fileStat } from "../../probes/file-stat.js";
import { matchesInOneFolder, pathMatch } from "../../probes/path-match.js";
import { type GuardParams, guardsOf } from "./params.js";

/** What looking at the host showed: the guard that keeps the command from running, or null. */
export interface Seen {
  readonly skip: Guard | null;
}

/**
 * Looks at `creates` and `removes` beforehand, so that a command with nothing to do costs no script and a dry run
 * tells the truth. Paths relative to a home are left to the guard on the host, as are commands.
 */
export async function lookAtGuards(read: Read, params: GuardParams): Promise<Seen> {
  const guards = guardsOf(params);
  const says = await Promise.all(guards.map((guard) => keepsFromRunning(read, guard)));
  return { skip: guards.find((_, i) => says[i]) ?? null };
}

async function keepsFromRunning(read: Read, guard: Guard): Promise<boolean> {
  if (guard.kind === "unless" || guard.kind === "only_if" || !guard.path.startsWith("/")) return false;
  try {
    const exists = await isThere(read, guard.path);
    return guard.kind === "creates" ? exists === true : exists === false;
  } catch (error) {
    if (error instanceof ProbeFailure) return false;
    throw error;
  }
}

/** undefined: that nothing matches a pattern over many folders may be otherwise when the command's turn comes. */
async function isThere(read: Read, path: string): Promise<boolean | undefined> {
  if (!/[*?[\\]/.test(path)) return (await read(fileStat(path))).entry !== null;
  const match = await read(pathMatch(path));
  return match !== null ? true : matchesInOneFolder(path) ? false : undefined;
}
