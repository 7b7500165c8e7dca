import type { FettleError } from "../../contract/error.js";
import { openEnvelope } from "./cipher.js";
import { BrokenVault, type Envelope, parseEnvelope } from "./format.js";

/** A password and the vault id that it was given for; `default` when it was given without one. */
export interface VaultPassword {
  readonly id: string;
  /** Bytes: what stands in a file of random ones is no text. */
  readonly password: Buffer;
}

export interface Opened {
  readonly plain: Buffer;
  /** What opened it; the id is that of the vault. */
  readonly key: VaultPassword;
}

export const DEFAULT_ID = "default";

/** Makes the error of a vault, at an offset of its text. */
export type VaultFault = (offset: number, cause: string, remedy?: string) => FettleError;

/** How many values are tried before a password is called wrong. */
const MAX_TRIED = 20;

/** The passwords of a run; what they opened is known as secret. */
export class Keyring {
  readonly passwords: readonly VaultPassword[];
  /** By the text of the vault: every host asks for the same ones, and each costs milliseconds. */
  readonly #opened = new Map<string, Opened>();
  readonly #secrets = new Set<string>();
  /** Passwords that have opened something. */
  readonly #proven = new Set<VaultPassword>();
  /** Strings that nobody has asked for yet, by text. */
  readonly #sealed = new Map<string, VaultFault>();

  constructor(passwords: readonly VaultPassword[]) {
    this.passwords = passwords;
  }

  /** Values that were in vaults, and must never be shown. */
  secrets(): readonly string[] {
    return [...this.#secrets];
  }

  /** Every text and number in a value is secret from now on. Gives the value. */
  conceal<T>(value: T): T {
    this.#concealAll(value, new Set());
    return value;
  }

  #concealAll(value: unknown, seen: Set<object>): void {
    if (typeof value === "string" || typeof value === "number") this.#secrets.add(String(value));
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    for (const part of Object.values(value)) this.#concealAll(part, seen);
  }

  /** Decrypts the text of a vault. Throws an input error when it is broken or no password opens it. */
  open(text: string, fault: VaultFault): Buffer {
    return this.openWith(text, fault).plain;
  }

  /** The same, with what opened it. */
  openWith(text: string, fault: VaultFault): Opened {
    const known = this.#opened.get(text);
    if (known !== undefined) return known;
    const envelope = parsed(text, fault);
    const opened = this.#tryAll(envelope);
    if (opened === undefined) throw this.#closed(envelope, fault);
    this.#opened.set(text, opened);
    return opened;
  }

  /** Takes notice of a string that is opened only when it is used. Throws an input error when it is broken. */
  notice(text: string, fault: VaultFault): void {
    parsed(text, fault);
    this.#sealed.set(text, fault);
  }

  /**
   * Strings are opened when they are used, which may be late in a run. A password that has opened nothing so far, and
   * opens no string either, is wrong; this is told before anything is touched. Throws an input error.
   */
  checkPasswords(): void {
    const sealed = [...this.#sealed].map(([text, fault]) => ({ text, fault, envelope: parsed(text, fault) }));
    for (const one of this.passwords) {
      const isOwn = ({ envelope }: { envelope: Envelope }): boolean => (envelope.id ?? DEFAULT_ID) === one.id;
      const [first, ...more] = sealed.filter(isOwn);
      if (first === undefined || this.#proven.has(one)) continue;
      const tried = [first, ...more, ...sealed.filter((each) => !isOwn(each))].slice(0, MAX_TRIED);
      if (tried.some(({ envelope }) => openEnvelope(envelope, one.password) !== undefined)) continue;
      this.open(first.text, first.fault);
    }
  }

  /** The id is a hint only, as Ansible has it: its passwords first, then the others. */
  #tryAll(envelope: Envelope): Opened | undefined {
    const isHinted = ({ id }: VaultPassword): boolean => id === (envelope.id ?? DEFAULT_ID);
    const inOrder = [...this.passwords.filter(isHinted), ...this.passwords.filter((one) => !isHinted(one))];
    for (const one of inOrder) {
      const plain = openEnvelope(envelope, one.password);
      if (plain === undefined) continue;
      this.#proven.add(one);
      return { plain, key: { id: envelope.id ?? DEFAULT_ID, password: one.password } };
    }
    return undefined;
  }

  #closed({ id }: Envelope, fault: VaultFault): FettleError {
    const given = [...new Set(this.passwords.map((one) => one.id))];
    const of = id === undefined ? "" : ` with the vault id "${id}"`;
    const source = id === undefined ? "--vault-password-file FILE" : `--vault-id ${id}@FILE`;
    if (given.length === 0)
      return fault(
        0,
        `this is encrypted${of}, and no vault password is given`,
        `give it with ${source}, or -J to be asked`,
      );
    if (id !== undefined && !given.includes(id)) {
      const ids = given.map((one) => `"${one}"`).join(", ");
      return fault(
        0,
        `this is encrypted${of}, and the passwords given (${ids}) do not open it`,
        `give its own with ${source}`,
      );
    }
    const cause =
      id === undefined
        ? "no vault password that is given opens this"
        : `the password of the vault id "${id}" does not open this`;
    return fault(0, cause, "check the password; if it is right, the vault was damaged: copy it again");
  }
}

/** Of a command that has no passwords. */
export const NO_KEYS = new Keyring([]);

function parsed(text: string, fault: VaultFault): Envelope {
  try {
    return parseEnvelope(text);
  } catch (error) {
    if (error instanceof BrokenVault) throw fault(error.offset, error.reason, error.remedy);
    throw error;
  }
}
