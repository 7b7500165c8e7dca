import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, extname, resolve } from "node:path";
import { type FettleError, inputError } from "../contract/error.js";
import { DEFAULT_ID, Keyring, type VaultPassword } from "../language/index.js";
import type { VaultOptions } from "./options.js";
import { askPassword } from "./prompt.js";

/** Where a password comes from: `prompt`, or a file, which is run when it is executable. */
interface PasswordSource {
  readonly id: string;
  readonly from: string;
}

const PROMPTS = new Set(["prompt", "prompt_ask_vault_pass"]);
/** A script that never ends shall not hold up everything. */
const SCRIPT_TIMEOUT_MS = 120_000;

/** The passwords that the command line and the environment name. Throws an input error, or an interruption. */
export async function openKeyring(options: VaultOptions, env: NodeJS.ProcessEnv = process.env): Promise<Keyring> {
  return new Keyring(await readPasswords(sourcesOf(options, env)));
}

/** In the order in which they are tried. */
function sourcesOf(options: VaultOptions, env: NodeJS.ProcessEnv): readonly PasswordSource[] {
  const listed = (env["ANSIBLE_VAULT_IDENTITY_LIST"] ?? "").split(",").map((one) => one.trim());
  const file = env["ANSIBLE_VAULT_PASSWORD_FILE"] ?? "";
  return [
    ...[...listed.filter((one) => one !== ""), ...(options.vaultId ?? [])].map(sourceOf),
    ...(options.vaultPasswordFile ?? []).map((from) => ({ id: DEFAULT_ID, from })),
    ...(options.askVaultPass === true ? [{ id: DEFAULT_ID, from: "prompt" }] : []),
    ...(file === "" ? [] : [{ id: DEFAULT_ID, from: file }]),
  ];
}

function askVaultPassword(question: string): Promise<string> {
  return askPassword(question, "give it with --vault-password-file FILE or --vault-id ID@FILE");
}

/** A password that is new: asked for twice. */
export async function askNewPassword(
  ask: (question: string) => Promise<string> = askVaultPassword,
): Promise<VaultPassword> {
  const [password, again] = [(await ask("New vault password")).trim(), (await ask("The same once more")).trim()];
  if (password !== again) throw inputError("the two passwords are not the same");
  if (password === "") throw inputError("a vault password cannot be empty");
  return { id: DEFAULT_ID, password: Buffer.from(password) };
}

/** `prod@~/.vault`: the id ends at the first @. */
export function sourceOf(given: string): PasswordSource {
  const at = given.indexOf("@");
  const id = given.slice(0, Math.max(0, at));
  const from = given.slice(at + 1);
  if (from === "")
    throw inputError(`--vault-id "${given}" names no source of a password`, { remedy: "write ID@FILE or ID@prompt" });
  return { id: id === "" ? DEFAULT_ID : id, from };
}

export async function readPasswords(
  sources: readonly PasswordSource[],
  ask: (question: string) => Promise<string> = askVaultPassword,
): Promise<readonly VaultPassword[]> {
  const passwords: VaultPassword[] = [];
  for (const { id, from } of sources) {
    const question = id === DEFAULT_ID ? "Vault password" : `Vault password (${id})`;
    const password = PROMPTS.has(from) ? Buffer.from((await ask(question)).trim()) : fromFile(id, from);
    if (password.length === 0)
      throw inputError(`the vault password of "${id}" is empty (from ${from})`, {
        remedy: "write it on the first line of the file, or type it",
      });
    passwords.push({ id, password });
  }
  return passwords;
}

function fromFile(id: string, from: string): Buffer {
  const path = resolve(from.replace(/^~(?=\/)/, homedir()));
  try {
    if (statSync(path).isDirectory()) throw inputError(`the vault password file ${from} is a folder`);
    return isExecutable(path) ? fromScript(id, path, from) : stripped(readFileSync(path), " \t\r\n\v\f");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const cause =
      code === "ENOENT" ? `the vault password file ${from} does not exist` : `cannot read ${from}: ${message}`;
    throw inputError(cause, { remedy: "check --vault-id, --vault-password-file and ANSIBLE_VAULT_PASSWORD_FILE" });
  }
}

/** Without these characters at both ends; the bytes between them need not be text. */
function stripped(bytes: Buffer, characters: string): Buffer {
  const isKept = (byte: number): boolean => !characters.includes(String.fromCharCode(byte));
  return bytes.subarray(Math.max(0, bytes.findIndex(isKept)), bytes.findLastIndex(isKept) + 1);
}

/** As Ansible: one whose name ends in -client is told which id is asked for. */
function fromScript(id: string, path: string, from: string): Buffer {
  const isClient = basename(path, extname(path)).endsWith("-client");
  try {
    const output = execFileSync(path, isClient ? ["--vault-id", id] : [], {
      stdio: ["inherit", "pipe", "pipe"],
      timeout: SCRIPT_TIMEOUT_MS,
    });
    return stripped(output, "\r\n");
  } catch (error) {
    throw scriptError(id, from, isClient, error as Error & { status?: number | null; stderr?: Buffer });
  }
}

function scriptError(
  id: string,
  from: string,
  isClient: boolean,
  error: Error & { status?: number | null; stderr?: Buffer; code?: string },
): FettleError {
  const detail = error.stderr?.toString("utf8").trim() ?? "";
  if (isClient && error.status === 2)
    return inputError(`the script ${from} has no password for the vault id "${id}"`, { detail });
  if (error.code === "ENOEXEC" || error.code === "EACCES" || error.code === "ENOENT")
    return inputError(`the vault password script ${from} cannot be run: ${error.message}`, {
      remedy: "a plain file with the password must not be executable: chmod -x",
    });
  const how = typeof error.status === "number" ? `exit status ${error.status}` : "it was ended, or took too long";
  return inputError(`the vault password script ${from} failed (${how})`, { detail });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
