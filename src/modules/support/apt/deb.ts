import { hostError } from "../../../contract/error.js";
import type { Read } from "../../../contract/query.js";
import { debFile } from "../../../probes/deb-file.js";
import { packageVersion } from "../../../probes/package-version.js";
import { type Installing, installWords } from "./install.js";
import { look } from "./look.js";
import type { AptParams } from "./params.js";

/** A file of the host: which package it is stands in it. An installed one of the same version is left alone. */
export async function observeDeb(read: Read, path: string, given: AptParams): Promise<Installing> {
  const file = await read(debFile(path));
  if (file === null) throw hostError(`there is no file ${path}`, { remedy: "put it there in a task before" });
  const installed = await read(packageVersion(file.name));
  if (installed === file.version) return { kind: "install", needed: [] };
  const needed = [{ ...file, file: path }];
  return { kind: "install", needed, look: await look(read, installWords(needed, given), given) };
}
