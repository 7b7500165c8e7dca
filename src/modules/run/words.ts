/**
 * Splits a command line into words as Python's shlex does in POSIX mode (so as Ansible's command does): quotes and
 * backslashes are understood, nothing is expanded. Returns a text that says what is wrong when it cannot be split.
 */
export function splitWords(line: string): { readonly words: readonly string[] } | { readonly problem: string } {
  const words: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (" \t\r\n".includes(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === "'" || c === '"') {
      const quoted = c === "'" ? singleQuoted(line, i) : doubleQuoted(line, i);
      if (quoted === undefined) return { problem: `the quote ${c} at character ${i + 1} is not closed` };
      word = (word ?? "") + quoted.text;
      i = quoted.end;
    } else if (c === "\\") {
      if (i + 1 === line.length) return { problem: "it ends with a backslash that escapes nothing" };
      word = (word ?? "") + line.charAt(++i);
    } else word = (word ?? "") + c;
  }
  if (word !== undefined) words.push(word);
  return { words };
}

interface Quoted {
  readonly text: string;
  /** Index of the closing quote. */
  readonly end: number;
}

function singleQuoted(line: string, start: number): Quoted | undefined {
  const end = line.indexOf("'", start + 1);
  return end < 0 ? undefined : { text: line.slice(start + 1, end), end };
}

/** A backslash escapes only `"` and itself here; before anything else it stays. */
function doubleQuoted(line: string, start: number): Quoted | undefined {
  let text = "";
  for (let i = start + 1; i < line.length; i++) {
    const c = line.charAt(i);
    const next = line.charAt(i + 1);
    if (c === '"') return { text, end: i };
    if (c === "\\" && (next === '"' || next === "\\")) {
      text += next;
      i++;
    } else text += c;
  }
  return undefined;
}
