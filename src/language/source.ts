import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { excerpt, type FettleError, inputError, type Place } from "../contract/error.js";

/** Larger texts are refused before they are parsed: parsing 50 MB takes seconds and gigabytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A text that a person wrote, and where things stand in it. */
export class Source {
  readonly #lineStarts: readonly number[];

  constructor(
    readonly file: string,
    readonly text: string,
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

  excerpt(place: Place): string {
    return excerpt(this.text, place);
  }

  error(place: Place, cause: string, remedy?: string): FettleError {
    return inputError(cause, { place, excerpt: this.excerpt(place), ...(remedy !== undefined && { remedy }) });
  }
}

/** Reads a text of the user. Throws an input error when it is missing, unreadable, too big or not UTF-8. */
export function readSource(path: string, maxBytes = MAX_BYTES): Source {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > maxBytes) throw inputError(`${path} is too big (${size} bytes; ${maxBytes} are allowed)`);
    bytes = readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw inputError(code === "ENOENT" ? `${path} does not exist` : `cannot read ${path}: ${message}`);
  }
  try {
    return new Source(path, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw inputError(`${path} is not UTF-8 text`, { remedy: "save it as UTF-8" });
  }
}

/** A path that a file names, from the folder of that file. */
export function beside(file: string, name: string): string {
  return isAbsolute(name) ? name : join(dirname(file), name);
}

/** The lines around a place of any file of the user; undefined when it cannot be read (any more). */
export function excerptOf(place: Place): string | undefined {
  try {
    return readSource(place.file).excerpt(place);
  } catch {
    return undefined;
  }
}
