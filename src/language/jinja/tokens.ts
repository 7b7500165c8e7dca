/** A word of a Jinja expression. */
export interface Token {
  readonly kind: "name" | "number" | "text" | "sign" | "end";
  readonly text: string;
}

/** What cannot be said in JavaScript by a rule; the remedy is a general one then. */
export class Untranslatable extends Error {}

const WORDS =
  /\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|('(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*")|(\/\/|\*\*|[=!]==|[=!<>]=|&&|\|\||[-+*=/%~|.,:()[\]{}<>!?]))/y;

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const words = new RegExp(WORDS);
  const end = text.trimEnd().length;
  while (words.lastIndex < end) {
    const [, name, number, quoted, sign] = words.exec(text) ?? [];
    if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: unquoted(quoted) });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else throw new Untranslatable();
  }
  return [...tokens, { kind: "end", text: "" }];
}

/** In playbooks a backslash stands for itself. */
function unquoted(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(['"\\])/g, "$1");
}
