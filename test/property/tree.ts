import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Names that the tasks of a sequence act on, relative to the tree: the links among them make many ways to one file. */
export const PLACES = ["d", "d/f", "d/m", "d/s", "d/s/f", "e", "e/f", "l", "l/f", "l/s/f", "e/back/f", "e/g"] as const;

export type PlaceName = (typeof PLACES)[number];

/** Folders, files, a link to a folder (`l`), one to a file (`d/m`), and one that leads back (`e/back`). */
export function plant(root: string): void {
  rmSync(root, { recursive: true, force: true });
  for (const folder of ["", "d", "d/s", "e"]) mkdirSync(join(root, folder), { mode: 0o755 });
  for (const file of ["d/f", "d/s/f", "e/f"]) {
    writeFileSync(join(root, file), "one\n");
    chmodSync(join(root, file), 0o644);
  }
  symlinkSync("d", join(root, "l"));
  symlinkSync("f", join(root, "d/m"));
  symlinkSync(join(root, "d"), join(root, "e/back"));
}

/** All that is in a tree, one line for each entry: name, kind, mode, and content or target. */
export function picture(root: string): readonly string[] {
  const lines: string[] = [];
  const walk = (relative: string): void => {
    for (const name of readdirSync(join(root, relative)).sort()) {
      const path = join(relative, name);
      lines.push(line(root, path));
      if (lstatSync(join(root, path)).isDirectory()) walk(path);
    }
  };
  walk("");
  return lines;
}

function line(root: string, relative: string): string {
  const path = join(root, relative);
  const stat = lstatSync(path);
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isSymbolicLink()) return `${relative} -> ${readlinkSync(path).replace(root, "ROOT")}`;
  if (stat.isDirectory()) return `${relative}/ ${mode}`;
  return `${relative} ${mode} ${stat.nlink} ${JSON.stringify(readFileSync(path, "utf8").replaceAll(root, "ROOT"))}`;
}
