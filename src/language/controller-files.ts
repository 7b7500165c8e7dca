import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { matchesGlob } from "./inventory/glob.js";

/** Files of the controller, looked for in several folders: for loops over them and for functions of expressions. */

/** The files of the first folder in which any match. Wildcards stand in the last part alone; folders do not count. */
export function filesMatching(pattern: string, folders: readonly string[]): readonly string[] {
  const patterns = isAbsolute(pattern) ? [pattern] : folders.map((folder) => join(folder, pattern));
  for (const one of patterns) {
    const folder = dirname(one);
    if (!existsSync(folder)) continue;
    const pattern = basename(one);
    const entries = readdirSync(folder, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && isMatch(pattern, entry.name));
    if (files.length > 0) return files.map((entry) => join(folder, entry.name)).sort();
  }
  return [];
}

/** As a shell: a wildcard at the beginning means no hidden file. */
function isMatch(pattern: string, name: string): boolean {
  return (pattern.startsWith(".") || !name.startsWith(".")) && matchesGlob(pattern, name);
}

/** Where the first of several files is: `paths` before the folders themselves, when there are any. */
export function firstPlace(
  names: readonly string[],
  paths: readonly string[],
  folders: readonly string[],
): string | undefined {
  const places = paths.length === 0 ? folders : paths.flatMap((path) => under(path, folders));
  for (const name of names) {
    const place = (isAbsolute(name) ? [name] : places.map((folder) => join(folder, name))).find((one) =>
      existsSync(one),
    );
    if (place !== undefined) return place;
  }
  return undefined;
}

function under(path: string, folders: readonly string[]): readonly string[] {
  return isAbsolute(path) ? [path] : folders.map((folder) => join(folder, path));
}
