import { inputError } from "../contract/error.js";
import { DEFAULT_ID, isVault, Keyring, type VaultPassword } from "../language/index.js";
import { EXIT } from "./exit-status.js";
import type { VaultOptions } from "./options.js";
import { editPrivately } from "./private-edit.js";
import { askPassword } from "./prompt.js";
import { readVaultFile, seal, type VaultFile, writeVaultFile } from "./vault-files.js";
import { askNewPassword, openKeyring, readPasswords, sourceOf } from "./vault-passwords.js";

interface EncryptOptions extends VaultOptions {
  readonly encryptVaultId?: string;
  readonly output?: string;
}

/** `fettle vault encrypt`. All files are looked at before one is written. */
export async function encrypt(paths: readonly string[], options: EncryptOptions): Promise<number> {
  const files = filesOf(paths, options.output);
  for (const { path, text, fault } of files)
    if (isVault(text))
      throw fault(0, `${path} is encrypted already`, "to change its password, use `fettle vault rekey`");
  const key = await keyFor(options);
  for (const { path, bytes } of files) writeVaultFile(options.output ?? path, seal(bytes, key));
  return EXIT.done;
}

/** `fettle vault decrypt`. */
export async function decrypt(paths: readonly string[], options: EncryptOptions): Promise<number> {
  const opened = await openAll(filesOf(paths, options.output), options);
  for (const { path, plain } of opened) writeVaultFile(options.output ?? path, plain);
  return EXIT.done;
}

/** `fettle vault view`. */
export async function view(paths: readonly string[], options: VaultOptions): Promise<number> {
  for (const { plain } of await openAll(filesOf(paths), options)) process.stdout.write(plain);
  return EXIT.done;
}

/** `fettle vault edit`: it stays encrypted with what opened it, unless --encrypt-vault-id names another password. */
export async function edit(path: string, options: EncryptOptions): Promise<number> {
  const keyring = await keyringFor(options);
  const chosen = options.encryptVaultId === undefined ? undefined : chooseKey(keyring, options.encryptVaultId);
  const [file] = await openAll(filesOf([path]), options, keyring);
  if (file === undefined) throw new Error("no file");
  const edited = await editPrivately(file.plain, path);
  if (chosen === undefined && edited.equals(file.plain)) process.stderr.write(`${path}: nothing was changed\n`);
  else writeVaultFile(path, seal(edited, chosen ?? file.key));
  return EXIT.done;
}

interface RekeyOptions extends VaultOptions {
  readonly newVaultId?: string;
  readonly newVaultPasswordFile?: string;
  readonly encryptVaultId?: string;
}

/** `fettle vault rekey`. All files are opened before one is written. */
export async function rekey(paths: readonly string[], options: RekeyOptions): Promise<number> {
  const keyring = await keyringFor(options);
  const opened = await openAll(filesOf(paths), options, keyring);
  const key = await newKey(keyring, options);
  for (const { path, plain } of opened) writeVaultFile(path, seal(plain, key));
  return EXIT.done;
}

/** A password of its own, or with --encrypt-vault-id alone one of those that are given already. */
async function newKey(keyring: Keyring, options: RekeyOptions): Promise<VaultPassword> {
  const { newVaultId, newVaultPasswordFile, encryptVaultId } = options;
  if (newVaultId !== undefined && newVaultPasswordFile !== undefined)
    throw inputError("--new-vault-id and --new-vault-password-file are given, and there is only one new password");
  const source =
    newVaultId !== undefined
      ? sourceOf(newVaultId)
      : newVaultPasswordFile === undefined
        ? undefined
        : { id: DEFAULT_ID, from: newVaultPasswordFile };
  if (source !== undefined) return chooseKey(new Keyring(await readPasswords([source])), encryptVaultId);
  return encryptVaultId === undefined ? askNewPassword() : chooseKey(keyring, encryptVaultId);
}

interface StringOptions extends EncryptOptions {
  readonly name?: readonly string[];
  readonly stdinName?: string;
  readonly prompt?: boolean;
}

/** `fettle vault encrypt-string`: lines to be put into a file of variables. */
export async function encryptString(given: readonly string[], options: StringOptions): Promise<number> {
  const texts = given.filter((text) => text !== "-").map((text, i) => ({ text, name: options.name?.[i] }));
  if (options.prompt === true) {
    const text = await askPassword("Text to encrypt", "give it as an argument or on standard input");
    texts.push({ text, name: options.name?.[texts.length] });
  }
  if (texts.length === 0 || given.includes("-") || options.stdinName !== undefined)
    texts.push({
      text: readVaultFile("-").bytes.toString("utf8"),
      name: options.stdinName ?? options.name?.[texts.length],
    });
  const key = await keyFor(options);
  const blocks = texts.map(({ text, name }) => yamlOf(seal(Buffer.from(text), key), name));
  writeVaultFile(options.output ?? "-", blocks.join(""));
  return EXIT.done;
}

function yamlOf(vault: string, name: string | undefined): string {
  const lines = vault.trimEnd().split("\n");
  return `${name === undefined ? "" : `${name}: `}!vault |\n${lines.map((line) => `          ${line}\n`).join("")}`;
}

function filesOf(paths: readonly string[], output?: string): readonly VaultFile[] {
  if (output !== undefined && paths.length > 1)
    throw inputError("--output takes what is in one file, and several are given", {
      remedy: "name one file at a time",
    });
  return (paths.length === 0 ? ["-"] : paths).map(readVaultFile);
}

async function openAll(
  files: readonly VaultFile[],
  options: VaultOptions,
  known?: Keyring,
): Promise<readonly { readonly path: string; readonly plain: Buffer; readonly key: VaultPassword }[]> {
  for (const { path, text, fault } of files)
    if (!isVault(text)) throw fault(0, `${path} is not encrypted: a vault begins with $ANSIBLE_VAULT;1.1;AES256`);
  const keyring = known ?? (await keyringFor(options));
  return files.map(({ path, text, fault }) => ({ path, ...keyring.openWith(text, fault) }));
}

/** As ansible-vault: asks when no password is named. */
async function keyringFor(options: VaultOptions): Promise<Keyring> {
  const keyring = await openKeyring(options);
  return keyring.passwords.length > 0 ? keyring : openKeyring({ ...options, askVaultPass: true });
}

async function keyFor(options: EncryptOptions): Promise<VaultPassword> {
  const keyring = await openKeyring(options);
  return keyring.passwords.length > 0 ? chooseKey(keyring, options.encryptVaultId) : askNewPassword();
}

/** The password to encrypt with. */
export function chooseKey({ passwords }: Keyring, id: string | undefined): VaultPassword {
  const ids = [...new Set(passwords.map((one) => one.id))].map((one) => `"${one}"`).join(", ");
  const fitting = id === undefined ? passwords : passwords.filter((one) => one.id === id);
  const [key] = fitting;
  if (key === undefined)
    throw inputError(`there is no password for --encrypt-vault-id "${id ?? ""}": given are ${ids}`, {
      remedy: `give it with --vault-id ${id ?? ""}@FILE`,
    });
  if (id === undefined && new Set(passwords.map((one) => one.id)).size > 1)
    throw inputError(`several vault passwords are given (${ids}), and it is not said which one encrypts`, {
      remedy: "name it with --encrypt-vault-id",
    });
  return key;
}
