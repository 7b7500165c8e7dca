/** A file as text and back. A file that is not UTF-8 is taken byte by byte: what is not edited stays as it is. */
export interface Codec {
  readonly text: string;
  /** A text of the playbook as it stands in this file. */
  word(this: void, text: string): string;
  encode(this: void, text: string): Buffer;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function openBytes(bytes: Buffer): Codec {
  try {
    return { text: utf8.decode(bytes), word: (text) => text, encode: (text) => Buffer.from(text, "utf8") };
  } catch {
    return {
      text: bytes.toString("latin1"),
      word: (text) => Buffer.from(text, "utf8").toString("latin1"),
      encode: (text) => Buffer.from(text, "latin1"),
    };
  }
}

/** Lines with their ends; the last may have none. */
export function splitLines(text: string): string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** A line without its newline. A carriage return before it stays. */
export function withoutEnd(line: string): string {
  return line.endsWith("\n") ? line.slice(0, -1) : line;
}

export function ended(line: string): string {
  return line.endsWith("\n") ? line : `${line}\n`;
}
