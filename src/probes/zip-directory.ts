import { ProbeFailure } from "../contract/query.js";
import type { ArchiveEntry } from "./archive-entry.js";

/** As much of the end of a zip as is read for its directory. */
export const maxZipDirectoryBytes = 8 * 1024 * 1024;

/** An entry, and where its content lies. */
export interface ZipEntry extends ArchiveEntry {
  readonly method: number;
  readonly packedBytes: number;
  /** Of its own header, from the start of the archive. */
  readonly offset: number;
}

/** The directory that stands at the end of a zip; `bytes` are the whole of it or its end. */
export function readZipDirectory(bytes: Buffer): readonly ZipEntry[] {
  const end = bytes.lastIndexOf("PK\x05\x06", bytes.length, "latin1");
  if (end < 0 || end + 22 > bytes.length) throw new ProbeFailure("the zip has no directory at its end");
  const count = bytes.readUInt16LE(end + 10);
  const size = bytes.readUInt32LE(end + 12);
  if (count === 0xffff || size === 0xffffffff) throw new ProbeFailure("it is a zip64 archive, which is not supported");
  if (size > end) throw new ProbeFailure("the directory of the zip is longer than what was read of it");
  const entries: ZipEntry[] = [];
  let at = end - size;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(bytes, at);
    entries.push(entry);
    at = next;
  }
  if (at !== end) throw new ProbeFailure("the directory of the zip is broken");
  return entries;
}

function readEntry(bytes: Buffer, at: number): { readonly entry: ZipEntry; readonly next: number } {
  if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
    throw new ProbeFailure("the directory of the zip is broken");
  if ((bytes.readUInt16LE(at + 8) & 1) !== 0) throw new ProbeFailure("the zip is encrypted");
  const nameLength = bytes.readUInt16LE(at + 28);
  const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  const raw = bytes.toString("utf8", at + 46, at + 46 + nameLength);
  const entry: ZipEntry = {
    name: raw.replace(/(.)\/+$/, "$1"),
    ...kindOf(bytes, at, raw),
    sizeBytes: bytes.readUInt32LE(at + 24),
    method: bytes.readUInt16LE(at + 10),
    packedBytes: bytes.readUInt32LE(at + 20),
    offset: bytes.readUInt32LE(at + 42),
  };
  return { entry, next };
}

/** Zips of other systems than Unix have no permissions. */
function kindOf(bytes: Buffer, at: number, name: string): Pick<ArchiveEntry, "type" | "mode"> {
  const isUnix = bytes.readUInt8(at + 5) === 3;
  const bits = isUnix ? bytes.readUInt16LE(at + 40) : 0;
  const isDirectory = name.endsWith("/");
  const kind = bits & 0o170000;
  const isPlain = kind === 0 || kind === (isDirectory ? 0o040000 : 0o100000);
  const mode = (bits & 0o7777) === 0 ? (isDirectory ? 0o755 : 0o644) : bits & 0o7777;
  if (kind === 0o120000) return { type: "link", mode };
  return { type: isPlain ? (isDirectory ? "directory" : "file") : "other", mode };
}
