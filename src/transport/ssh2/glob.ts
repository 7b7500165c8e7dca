import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Files that match a path with wildcards in its last part, sorted; without wildcards the path itself. */
export function globSync(path: string): readonly string[] {
  const name = basename(path);
  if (!/[*?]/.test(name)) return [path];
  const pattern = new RegExp(
    `^${name
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );
  try {
    const names = readdirSync(dirname(path)).filter((one) => pattern.test(one) && !one.startsWith("."));
    return names.sort().map((one) => join(dirname(path), one));
  } catch {
    return [];
  }
}
