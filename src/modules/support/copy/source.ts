import { hostError } from "../../../contract/error.js";
import type { LocalFile } from "../../../contract/module.js";
import type { Read } from "../../../contract/query.js";
import { fileHash } from "../../../probes/file-hash.js";
import { endOf, fileStat } from "../../../probes/file-stat.js";
import { fileText } from "../../../probes/file-text.js";
import type { NewContent } from "../content.js";
import type { DeliveryOptions } from "../deliver.js";
import { showMode } from "../mode.js";
import { validateWords } from "../validate.js";
import type { CopyParams } from "./params.js";

/** `sourceMode`: permission bits of the source, for `mode: preserve`. */
export function sourceOptions(given: CopyParams, sourceMode: number): DeliveryOptions {
  return {
    attributes: { ...given, mode: given.mode === "preserve" ? showMode(sourceMode) : given.mode },
    follow: given.follow,
    backup: given.backup,
    force: given.force,
    validate: validateWords(given.validate),
  };
}

export function localOptions(given: CopyParams, file: LocalFile | undefined): DeliveryOptions {
  return sourceOptions(given, file?.mode ?? 0o644);
}

/** A file of the host. A small one has been read whole, and is written like any other text; a big one is copied there. */
export async function readRemote(
  read: Read,
  src: string,
): Promise<{ readonly content: NewContent; readonly mode: number }> {
  const [stat, text] = await Promise.all([read(fileStat(src)), read(fileText(src))]);
  const { entry, real } = endOf(stat);
  if (entry === null) throw hostError(`${src} does not exist on the host`);
  if (entry.type !== "file" || entry.sizeBytes === null) {
    throw hostError(`${src} is ${entry.type === "directory" ? "a folder" : "no regular file"}`, {
      remedy: "with remote_src only plain files are copied; for a folder use command: cp -a",
    });
  }
  const { mode, sizeBytes } = entry;
  if (text.kind === "bytes")
    return { mode, content: { kind: "bytes", bytes: text.bytes, sizeBytes: text.bytes.length } };
  const sha256 = await read(fileHash({ path: real, algorithm: "sha256", cost: "dear" }));
  if (sha256 === null) throw hostError(`${src} cannot be read on the host`);
  return { mode, content: { kind: "remote", path: real, sizeBytes, sha256 } };
}
