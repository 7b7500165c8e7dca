/** A word of a line, without its quotes. */
export interface Word {
  readonly text: string;
  /** Where it begins in the line. */
  readonly at: number;
}

/**
 * Splits as a POSIX shell does (and Ansible's inventories): quotes, backslashes, and `#` for a comment. Undefined when a
 * quote is never closed.
 */
export function shellWords(line: string): readonly Word[] | undefined {
  const words: Word[] = [];
  let at = -1;
  let text = "";
  const end = (): void => {
    if (at >= 0) words.push({ text, at });
    [at, text] = [-1, ""];
  };
  const parts = /\s+|#.*|'([^']*)'|"((?:\\[^]|[^"\\])*)"|\\([^])|(["'\\])|([^\s#'"\\]+)/g;
  for (const match of line.matchAll(parts)) {
    const [all, single, double, escaped, unclosed, plain] = match;
    if (unclosed !== undefined) return undefined;
    const added = single ?? double?.replace(/\\(["\\])/g, "$1") ?? escaped ?? plain;
    if (added === undefined) {
      end();
      if (all.startsWith("#")) break;
    } else {
      if (at < 0) at = match.index;
      text += added;
    }
  }
  end();
  return words;
}
