import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { cacheDir, exists } from "./image.js";
import { withLock } from "./lock.js";
import { servedDir } from "./repository.js";
import { run } from "./run.js";

/** The running Node.js as an archive laid out like the official ones, for roles that install it by URL and checksum. */
export interface NodeArchive {
  readonly version: string;
  readonly fileName: string;
  readonly sha256: string;
}

const fileName = `node-${process.version}-linux-${process.arch}.tar.gz`;
const file = join(servedDir, "files", fileName);

/** Packs the archive when it is missing. */
export async function ensureNodeArchive(): Promise<void> {
  if (await exists(`${file}.sha256`)) return;
  await withLock(join(cacheDir, ".locks", "node-archive"), async () => {
    if (!(await exists(`${file}.sha256`))) await pack();
  });
}

export async function readNodeArchive(): Promise<NodeArchive> {
  const [sha256 = ""] = (await readFile(`${file}.sha256`, "utf8")).split(" ");
  return { version: process.version, fileName, sha256 };
}

async function pack(): Promise<void> {
  await mkdir(join(servedDir, "files"), { recursive: true });
  const inside = `${fileName.replace(".tar.gz", "")}/bin/node`;
  const shape = ["--owner=0", "--group=0", "--mode=0755", "--mtime=@0", "--transform", `s,.*,${inside},`];
  await run(["tar", "--use-compress-program=gzip -1n", ...shape, "-P", "-chf", `${file}.new`, process.execPath]);
  await rename(`${file}.new`, file);
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  await writeFile(`${file}.sha256.new`, `${hash.digest("hex")}  ${fileName}\n`);
  await rename(`${file}.sha256.new`, `${file}.sha256`);
}
