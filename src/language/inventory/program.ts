import { spawnSync } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type FettleError, inputError } from "../../contract/error.js";

const MAX_BYTES = 64 * 1024 * 1024;

/** What to do with a file: run it, or read it; `locked`: a script that may not be run. */
export type FileKind = "program" | "text" | "locked";

/**
 * A program begins with `#!` or as binaries do, and may be executed. Other executable files are read, as on file
 * systems where everything is executable: the system would take an INI inventory for a script of the shell.
 */
export function fileKind(path: string): FileKind {
  const start = firstBytes(path);
  const isScript = start.startsWith("#!");
  const isBinary = start.startsWith("\x7fELF") || /^(\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test(start);
  if (!isScript && !isBinary) return "text";
  if (isExecutable(path)) return "program";
  return isScript ? "locked" : "text";
}

/** Runs an inventory program and gives what it prints, which must be JSON. Throws an input error. */
export function askProgram(path: string, args: readonly string[]): unknown {
  const asked = `${path} ${args.join(" ")}`;
  const { status, signal, stdout, stderr, error } = spawnSync(resolve(path), args, {
    maxBuffer: MAX_BYTES,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error !== undefined) throw notRun(asked, path, error);
  const said = stderr.toString().trim();
  if (status !== 0) {
    const how = signal === null ? `failed with status ${String(status)}` : `was ended by ${signal}`;
    throw inputError(`${asked} ${how}${said === "" ? " and said nothing" : `: ${lastLine(said)}`}`, {
      remedy: "run it by hand",
      ...(said !== "" && { detail: said.slice(-2000) }),
    });
  }
  // A warning of the program's own, as that its token is about to expire.
  if (said !== "") process.stderr.write(`${path}: ${lastLine(said)}\n`);
  return parsed(stdout, asked);
}

function parsed(stdout: Buffer, asked: string): unknown {
  const remedy = "an inventory program prints JSON, and anything else to stderr";
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(stdout);
  } catch {
    throw inputError(`${asked} printed what is not UTF-8`, { remedy });
  }
  if (text.trim() === "") throw inputError(`${asked} printed nothing`, { remedy });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw inputError(`${asked} printed no JSON: ${JSON.stringify(text.trim().slice(0, 60))}`, { remedy });
  }
}

function notRun(asked: string, path: string, error: Error): FettleError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT")
    return inputError(`cannot run ${asked}: the interpreter of its first line is not there`, {
      remedy: "install it, or correct the line that begins with #!",
    });
  if (code === "ENOBUFS") return inputError(`${asked} printed more than ${MAX_BYTES / (1024 * 1024)} MB`);
  return inputError(`cannot run ${asked}: ${error.message}`, { remedy: `try it by hand: ${path} --list` });
}

/** Shown on a terminal: without what could steer it. */
function lastLine(text: string): string {
  const line = text.split("\n").at(-1) ?? "";
  return line.replace(/\p{Cc}+/gu, " ").slice(0, 300);
}

function firstBytes(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(4);
    const count = readSync(file, bytes, 0, 4, 0);
    return bytes.toString("latin1", 0, count);
  } finally {
    closeSync(file);
  }
}

/** To root everything is executable that is so to anybody. */
function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return (statSync(path).mode & 0o111) !== 0;
  } catch {
    return false;
  }
}
