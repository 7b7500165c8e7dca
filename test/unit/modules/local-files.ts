import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Local, LocalEntry, LocalFile } from "../../../src/contract/module.js";
import { noLocal } from "../../support/local-host.js";

/** A folder of this machine as `files/` of a role. */
export function localFiles(folder: string): Local {
  return {
    ...noLocal,
    file: (src) => Promise.resolve(fileAt(join(folder, src))),
    tree: (src) => Promise.resolve(entriesBelow(join(folder, src), "")),
  };
}

function fileAt(path: string): LocalFile {
  const stat = statSync(path);
  return {
    path,
    sizeBytes: stat.size,
    mode: stat.mode & 0o7777,
    isDirectory: stat.isDirectory(),
    bytes: () => Promise.resolve(readFileSync(path)),
    sha256: () => Promise.resolve(createHash("sha256").update(readFileSync(path)).digest("hex")),
  };
}

function entriesBelow(folder: string, prefix: string): readonly LocalEntry[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name): readonly LocalEntry[] => {
      const path = join(folder, name);
      const relativePath = prefix + name;
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) {
        return [{ relativePath, kind: "symlink", target: readlinkSync(path), file: fileAt(path) }];
      }
      if (stat.isDirectory()) return [{ relativePath, kind: "directory" }, ...entriesBelow(path, `${relativePath}/`)];
      return [{ relativePath, kind: "file", file: fileAt(path) }];
    });
}
