import { ProbeFailure } from "../contract/query.js";

/** One word of a POSIX shell, whatever is in it. */
export function quote(word: string): string {
  if (word.includes("\0")) throw new ProbeFailure(`a NUL byte in ${JSON.stringify(word)}`);
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Slices of a list, so that a command with one slice as its arguments stays far below the host's limit. */
export function slices<T>(list: readonly T[], size = 100): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

/** Calls a shell function once for each slice of the words. */
export function calls(name: string, words: readonly string[]): string {
  return slices(words)
    .map((slice) => `${name} ${slice.map(quote).join(" ")}\n`)
    .join("");
}

/** UTF-8 text as the bytes of a latin1 string, the form in which outputs are taken apart. */
export function binary(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a binary string. A name that is no UTF-8 cannot be worked with: ProbeFailure. */
export function decoded(bytes: string): string {
  try {
    return utf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    throw new ProbeFailure(`the name ${JSON.stringify(bytes)} is not UTF-8`);
  }
}

/** What `read` gives, or the ProbeFailure that it ends with. */
export function orFailure<V>(read: () => V): V | ProbeFailure {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProbeFailure) return error;
    throw error;
  }
}

/** Walks through an output, one byte one character. */
export class Cursor {
  readonly text: string;
  at = 0;

  constructor(output: Buffer) {
    this.text = output.toString("latin1");
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Up to the next `end`, which is passed over. */
  until(end: string): string {
    const stop = this.text.indexOf(end, this.at);
    if (stop < 0) throw new ProbeFailure("the answer ends too early");
    const found = this.text.slice(this.at, stop);
    this.at = stop + end.length;
    return found;
  }

  /** Passes over `expected` when it comes next. */
  skip(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  take(length: number): string {
    const found = this.text.slice(this.at, this.at + length);
    this.at += length;
    return found;
  }

  /** The groups of a match right here (the pattern must be sticky), passed over. */
  match(pattern: RegExp): readonly string[] | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found ?? undefined;
  }
}
