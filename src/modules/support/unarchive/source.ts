import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { hostError, inputError } from "../../../contract/error.js";
import type { Local } from "../../../contract/module.js";
import type { Query, Read, Unknown } from "../../../contract/query.js";
import { type Archive, archive, type ArchiveSource, compression } from "../../../probes/archive.js";
import { endOf, fileStat } from "../../../probes/file-stat.js";
import { maxZipDirectoryBytes, readZipDirectory, type ZipEntry } from "../../../probes/zip-directory.js";
import { sha256 } from "../content.js";
import type { UnarchiveParams } from "./params.js";

/** Finds the archive. Throws where there is none. */
export async function findSource(read: Read, given: UnarchiveParams, local: Local): Promise<ArchiveSource> {
  const { src } = given;
  if (given.remote_src) {
    const { entry, real } = endOf(await read(fileStat(src)));
    if (entry === null) throw hostError(`${src} does not exist on the host`);
    if (entry.type !== "file") throw hostError(`${src} is no regular file on the host`);
    return { path: real };
  }
  const file = await local.file(src, given.decrypt);
  if (file.isDirectory) throw inputError(`unarchive: ${file.path} is a folder`, { remedy: "name an archive" });
  const bytes = await file.bytes();
  return { bytes, sha256: sha256(bytes) };
}

/** What is in it. A zip of the controller is read there: only a file can be, and a look writes none. */
export function lookInto(read: Read, source: ArchiveSource, members?: readonly string[]): Promise<Archive | Unknown> {
  if ("bytes" in source && compression(source.bytes) === "zip") return Promise.resolve(readZip(source.bytes, members));
  return read.maybe(archiveQuery(source, members));
}

function archiveQuery(source: ArchiveSource, members: readonly string[] | undefined): Query<Archive> {
  return archive({ source, ...(members !== undefined && { members }) });
}

function readZip(bytes: Buffer, members: readonly string[] | undefined): Archive {
  const entries = readZipDirectory(bytes.subarray(Math.max(0, bytes.length - maxZipDirectoryBytes)));
  const wanted = members === undefined ? undefined : new Set(members);
  const hash = createHash("sha256");
  for (const entry of entries) if (wanted?.has(entry.name) !== false) hash.update(contentOf(bytes, entry));
  return { format: "zip", isGnu: false, entries, contentSha256: hash.digest("hex") };
}

function contentOf(bytes: Buffer, { name, method, offset, packedBytes, sizeBytes }: ZipEntry): Buffer {
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const packed = bytes.subarray(start, start + packedBytes);
  if (method === 0) return packed;
  if (method !== 8) throw hostError(`the zip has packed ${JSON.stringify(name)} in a way that is not supported`);
  return inflateRawSync(packed, { maxOutputLength: sizeBytes + 1 });
}
