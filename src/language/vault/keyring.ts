import { type FettleError, inputError } from "../../contract/error.js";
import { openEnvelope } from "./cipher.js";
import { BrokenVault, type Envelope, parseEnvelope } from "./format.js";

/** A password and the vault id that it was given for; `default` when it was given without one. */
export interface VaultPassword {
  readonly id: string;
  readonly password: string;
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
  /** Strings that nobody has asked for yet, by text. */
  readonly #sealed = new Map<string, VaultFault>();

  constructor(passwords: readonly VaultPassword[]) {
    this.passwords = passwords;
  }

  /** Values that were in vaults, and must never be shown. */
  secrets(): readonly string[] {
    return [...this.#secrets];
  }

  conceal(text: string): void {
    if (text !== "") this.#secrets.add(text);
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
   * Strings are opened when they are used, which may be late in a run. A password that opens none of those that it
   * is for is wrong, and this is told before anything is touched. Throws an input error.
   */
  checkPasswords(): void {
    if (this.passwords.length === 0) return;
    const sealed = [...this.#sealed].map(([text, fault]) => ({
      text,
      fault,
      id: parsed(text, fault).id ?? DEFAULT_ID,
    }));
    for (const id of new Set(this.passwords.map((one) => one.id))) {
      const tried = sealed.filter((one) => one.id === id).slice(0, MAX_TRIED);
      const [first] = tried;
      if (first !== undefined && !tried.some(({ text }) => this.#opens(text))) this.open(first.text, first.fault);
    }
  }

  #opens(text: string): boolean {
    try {
      this.open(text, (_offset, cause) => inputError(cause));
      return true;
    } catch {
      return false;
    }
  }

  /** The id is a hint only, as Ansible has it: its passwords first, then the others. */
  #tryAll(envelope: Envelope): Opened | undefined {
    const isHinted = ({ id }: VaultPassword): boolean => id === (envelope.id ?? DEFAULT_ID);
    const inOrder = [...this.passwords.filter(isHinted), ...this.passwords.filter((one) => !isHinted(one))];
    for (const { password } of inOrder) {
      const plain = openEnvelope(envelope, password);
      if (plain !== undefined) return { plain, key: { id: envelope.id ?? DEFAULT_ID, password } };
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
