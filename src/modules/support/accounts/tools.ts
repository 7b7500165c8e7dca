import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import { program } from "../../../probes/program.js";

/** A tool that is not there, or undefined. What an earlier task may bring counts as there. */
export async function missingTool(read: Read, names: readonly string[]): Promise<string | undefined> {
  const found = await Promise.all(names.map((name) => read.maybe(program(name))));
  return names.find((_name, i) => found[i] === null);
}

/** Login users have no path to the tools of root. */
export function noTool(name: string): Error {
  return hostError(`this user finds no program ${name}`, {
    remedy: "set become: true; on a host without it, install the package passwd (shadow on Alpine)",
  });
}
