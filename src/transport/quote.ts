import { inputError } from "../contract/error.js";

/** One word for a POSIX shell, whatever is in it. NUL cannot be passed to a program and is refused. */
export function quote(word: string): string {
  if (word.includes("\0")) throw inputError(`an argument holds a NUL byte: ${JSON.stringify(word.slice(0, 60))}`);
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line from words. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(" ");
}

/** A path whose wildcards (`*`, `?`, `[…]`) the shell expands, and nothing else. */
export function quotePattern(path: string): string {
  return path
    .split(/([*?[\]])/)
    .map((part) => (/^[*?[\]]$/.test(part) ? part : part === "" ? "" : quote(part)))
    .join("");
}
