import { createHash } from "node:crypto";
import type { Shown } from "../../contract/change.js";
import type { LocalFile } from "../../contract/module.js";
import type { Content } from "../../contract/step.js";
import { type FileText, maxTextBytes } from "../../probes/file-text.js";

/** What a file shall hold: in memory, a big file of the controller, or a big file of the host itself. */
export type NewContent =
  | { readonly kind: "bytes"; readonly bytes: Buffer; readonly sizeBytes: number }
  | { readonly kind: "file" | "remote"; readonly path: string; readonly sizeBytes: number; readonly sha256: string };

export function textContent(text: string): NewContent {
  const bytes = Buffer.from(text, "utf8");
  return { kind: "bytes", bytes, sizeBytes: bytes.length };
}

/** A file that is too big to be compared byte by byte stays on the disk and is compared by its hash. */
export async function fileContent(file: LocalFile): Promise<NewContent> {
  if (file.sizeBytes > maxTextBytes && file.inMemory !== true) {
    return { kind: "file", path: file.path, sizeBytes: file.sizeBytes, sha256: await file.sha256() };
  }
  const bytes = await file.bytes();
  return { kind: "bytes", bytes, sizeBytes: bytes.length };
}

export function onWire(content: Exclude<NewContent, { kind: "remote" }>): Content {
  return content.kind === "bytes"
    ? { kind: "bytes", bytes: content.bytes }
    : { kind: "file", path: content.path, sizeBytes: content.sizeBytes };
}

/** What `fileText` will answer where this has been written. */
export function predictedText(content: NewContent): { kind: "bytes"; bytes: Buffer } | { kind: "big" } {
  return content.kind === "bytes" && content.sizeBytes <= maxTextBytes
    ? { kind: "bytes", bytes: content.bytes }
    : { kind: "big" };
}

/** What `fileHash` will answer; computed only where the text is too long to be compared. */
export function predictedSha256(content: NewContent): string | undefined {
  if (content.kind !== "bytes") return content.sha256;
  return content.sizeBytes > maxTextBytes ? sha256(content.bytes) : undefined;
}

/** For the diff: the text, or one line about what is no text or too long. */
export function shownContent(content: NewContent): Shown {
  return content.kind === "bytes" ? shownBytes(content.bytes) : describe("file", content.sizeBytes);
}

export function shownText(text: FileText, sizeBytes: number | null): Shown {
  switch (text.kind) {
    case "absent":
    case "none":
      return null;
    case "bytes":
      return shownBytes(text.bytes);
    case "big":
      return describe("file", sizeBytes);
    default:
      return text satisfies never;
  }
}

const maxShownBytes = 1024 * 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function shownBytes(bytes: Buffer): string {
  if (bytes.length > maxShownBytes) return describe("file", bytes.length);
  if (bytes.includes(0)) return describe("binary", bytes.length);
  try {
    return utf8.decode(bytes);
  } catch {
    return describe("binary", bytes.length);
  }
}

function describe(what: string, sizeBytes: number | null): string {
  return `(${what}${sizeBytes === null ? "" : `, ${sizeBytes} bytes`})\n`;
}

export function sha1(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
