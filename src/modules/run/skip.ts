import type { Guard } from "../../contract/step.js";
import { ProbeFailure, type Read } from "../../contract/query.js";
import { commandSucceeds } from "../../probes/command-succeeds.js";
import { fileStat } from "../../probes/file-stat.js";
import { matchesInOneFolder, pathMatch } from "../../probes/path-match.js";
import { type GuardParams, guardsOf } from "./params.js";

/** What looking at the host showed. */
export interface Seen {
  /** The guard that keeps the command from running, or null. */
  readonly skip: Guard | null;
  /** Guards that are known not to keep it from running; the step need not ask them again. */
  readonly passed?: readonly Guard[];
}

/**
 * Looks at `creates` and `removes` beforehand, so that a command with nothing to do costs no script and a dry run
 * tells the truth. Paths relative to a home are left to the guard on the host; so are commands, but in a dry run they
 * are asked here.
 */
export async function lookAtGuards(read: Read, params: GuardParams): Promise<Seen> {
  const guards = guardsOf(params);
  const says = await Promise.all(guards.map((guard) => keepsFromRunning(read, guard)));
  const passed = guards.filter((guard, i) => "command" in guard && says[i] === false);
  return { skip: guards.find((_, i) => says[i] === true) ?? null, ...(passed.length > 0 && { passed }) };
}

/** The parameters without the guards that need not be asked again. */
export function stillGuarded<P extends GuardParams>(params: P, { passed = [] }: Seen): P {
  return { ...params, ...Object.fromEntries(passed.map(({ kind }) => [kind, undefined])) };
}

/** undefined: only the step itself can tell. */
async function keepsFromRunning(read: Read, guard: Guard): Promise<boolean | undefined> {
  try {
    if ("command" in guard) {
      const succeeds = await read.foresee(commandSucceeds(guard.command));
      return succeeds === undefined ? undefined : succeeds === (guard.kind === "unless");
    }
    if (!guard.path.startsWith("/")) return undefined;
    const exists = await isThere(read, guard.path);
    return exists === undefined ? undefined : exists === (guard.kind === "creates");
  } catch (error) {
    if (error instanceof ProbeFailure) return undefined;
    throw error;
  }
}

/** undefined: that nothing matches a pattern over many folders may be otherwise when the command's turn comes. */
async function isThere(read: Read, path: string): Promise<boolean | undefined> {
  if (!/[*?[\\]/.test(path)) return (await read(fileStat(path))).entry !== null;
  const match = await read(pathMatch(path));
  return match !== null ? true : matchesInOneFolder(path) ? false : undefined;
}
