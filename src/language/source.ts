import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { didYouMean, FettleError, inputError, type Place } from "../contract/error.js";
import { isVault } from "./vault/format.js";
import { type Keyring, NO_KEYS } from "./vault/keyring.js";

/** Larger texts are refused before they are parsed: parsing 50 MB takes seconds and gigabytes. */
const MAX_BYTES = 4 * 1024 * 1024;
/** How much of a line an excerpt shows, and how much of that before the caret. */
const SHOWN = 160;
const SHOWN_BEFORE = 100;

/** A text that a person wrote, and where things stand in it. */
export class Source {
  readonly #lineStarts: readonly number[];

  constructor(
    readonly file: string,
    readonly text: string,
    /** Opens what is encrypted in it, and files that it names. */
    readonly vault: Keyring = NO_KEYS,
    /** It came out of a vault: errors show nothing of it. */
    readonly isSecret = false,
  ) {
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  place(offset: number): Place {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /** A line without its ending; empty when there is none of that number. */
  line(number: number): string {
    const start = this.#lineStarts[number - 1];
    if (start === undefined) return "";
    const end = this.#lineStarts[number] ?? this.text.length + 1;
    return this.text.slice(start, end - 1).replace(/\r$/, "");
  }

  /** The line with a caret under the place; of a very long one, what is around it. */
  excerpt({ line, column }: Place): string {
    const from = Math.max(0, column - 1 - SHOWN_BEFORE);
    const shown = this.line(line).slice(from, from + SHOWN);
    const number = `${line} | ${from > 0 ? "…" : ""}`;
    // Tabs stay, so that the caret stands where the terminal shows its character.
    const indent = shown.slice(0, column - 1 - from).replace(/[^\t]/g, " ");
    return `${number}${shown}\n${" ".repeat(number.length)}${indent}^`;
  }

  error(place: Place, cause: string, remedy?: string): FettleError {
    if (this.isSecret) return inputError(this.#withoutSecrets(cause), { place });
    return inputError(cause, { place, excerpt: this.excerpt(place), ...(remedy !== undefined && { remedy }) });
  }

  /** Causes quote what they complain of. */
  #withoutSecrets(cause: string): string {
    return cause.replace(/(["`])(.+?)\1/gs, (all: string, quote: string, inner: string) =>
      this.text.includes(inner.replace(/…$/, "")) ? `${quote}‹secret›${quote}` : all,
    );
  }
}

/**
 * Reads a text of the user; one that is a vault is opened. Throws an input error when it is missing, unreadable, too
 * big, not UTF-8, or a vault that no password opens.
 */
export function readSource(path: string, vault: Keyring = NO_KEYS, maxBytes = MAX_BYTES): Source {
  const source = decoded(path, readBytes(path, maxBytes), vault);
  if (!isVault(source.text)) return source;
  const plain = vault.open(source.text, (offset, cause, remedy) => source.error(source.place(offset), cause, remedy));
  return decoded(path, plain, vault, true);
}

function readBytes(path: string, maxBytes: number): Buffer {
  try {
    const stat = statSync(path);
    if (stat.isDirectory())
      throw inputError(`${path} is a folder, and a file is needed here`, { remedy: "name a file in it" });
    if (stat.size > maxBytes)
      throw inputError(`${path} is too big: ${megabytes(stat.size)}, and at most ${megabytes(maxBytes)} are read`);
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === "ENOENT") throw inputError(`${path} does not exist`, { remedy: nearbyFile(path) });
    throw inputError(`cannot read ${path}: ${reasonOf(message)}`, { remedy: "check who may read it" });
  }
}

/** `ENOENT: no such file or directory, open 'x'`: no such file or directory. */
function reasonOf(message: string): string {
  return message.replace(/^[A-Z]+: /, "").replace(/, \w+( '.*')?$/, "");
}

/** What a file is called that may be meant. */
function nearbyFile(path: string): string {
  const folder = dirname(path);
  if (!existsSync(folder)) return `there is no folder ${folder} either`;
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  const meant = didYouMean(basename(path), names);
  if (meant !== undefined) return `did you mean "${join(folder, meant)}"?`;
  const shown = names.sort().slice(0, 5).join(", ");
  return shown === "" ? "its folder is empty" : `in its folder there are ${shown}${names.length > 5 ? " …" : ""}`;
}

function decoded(path: string, bytes: Buffer, vault: Keyring, isSecret = false): Source {
  try {
    return new Source(path, new TextDecoder("utf-8", { fatal: true }).decode(bytes), vault, isSecret);
  } catch {
    const lenient = new Source(path, bytes.toString("utf8"), vault, isSecret);
    const place = lenient.place(Math.max(0, lenient.text.indexOf("\ufffd")));
    throw lenient.error(place, "this is not UTF-8 text", "save the file as UTF-8");
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / (1024 * 1024))} MB`;
}

/** A path that a file names, from the folder of that file. */
export function beside(file: string, name: string): string {
  return isAbsolute(name) ? name : join(dirname(file), name);
}

/** An error with the place where its cause stands, unless it has one or none is known. */
export function placed(error: FettleError, place: Place | undefined): FettleError {
  if (place === undefined || error.details.place !== undefined) return error;
  const excerpt = excerptOf(place);
  return error.at({ place, ...(excerpt !== undefined && { excerpt }) });
}

/** The lines around a place of any file of the user; undefined when it cannot be read (any more). */
export function excerptOf(place: Place): string | undefined {
  try {
    // A vault cannot be read without its password, and must not be shown.
    return readSource(place.file).excerpt(place);
  } catch {
    return undefined;
  }
}

/** An error about a file is shown where the file is named. */
export function located<T>(work: () => T, source: Source, node: { readonly place: Place }): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FettleError && error.details.place !== undefined) throw error;
    if (error instanceof FettleError) throw source.error(node.place, error.details.cause, error.details.remedy);
    throw error;
  }
}
