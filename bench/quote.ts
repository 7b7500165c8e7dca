/** A word as a POSIX shell reads it back. */
export function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export function words(all: readonly string[]): string {
  return all.map(quoted).join(" ");
}
