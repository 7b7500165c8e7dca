import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { inputError } from "../contract/error.js";
import { DEFAULT_ID, formatEnvelope, sealBytes, type VaultFault, type VaultPassword } from "../language/index.js";
import { Source } from "../language/source.js";

/** A file, or standard input, with what is in it. */
export interface VaultFile {
  /** As it was named; `-` is standard input or output. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly text: string;
  readonly fault: VaultFault;
}

/** Throws an input error. */
export function readVaultFile(path: string): VaultFile {
  const bytes = readBytes(path);
  const text = bytes.toString("latin1");
  const source = new Source(path === "-" ? "standard input" : path, text);
  return { path, bytes, text, fault: (offset, cause, remedy) => source.error(source.place(offset), cause, remedy) };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path === "-" ? 0 : path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw inputError(code === "ENOENT" ? `${path} does not exist` : `cannot read ${path}: ${message}`);
  }
}

/** The text of a vault with the bytes in it. */
export function seal(bytes: Buffer, { id, password }: VaultPassword): string {
  return formatEnvelope(sealBytes(bytes, password, id === DEFAULT_ID ? undefined : id));
}

/**
 * Writes a file whole or not at all. One that is there keeps its permissions and owner, a new one is its writer's alone.
 * Throws an input error.
 */
export function writeVaultFile(path: string, content: Buffer | string): void {
  if (path === "-") {
    process.stdout.write(content);
    return;
  }
  const target = existsSync(path) ? realpathSync(path) : path;
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    writeNew(temporary, content, existsSync(target) ? statSync(target) : undefined);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw inputError(`cannot write ${path}: ${(error as Error).message}`);
  }
}

function writeNew(path: string, content: Buffer | string, before: Stats | undefined): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (before === undefined) return;
  if (before.uid !== process.getuid?.() || before.gid !== process.getgid?.()) chownSync(path, before.uid, before.gid);
  chmodSync(path, before.mode & 0o7777);
}
