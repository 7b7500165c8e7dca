/** Texts, numbers, True, False, None, lists, tuples and mappings of these. */
export type Literal = string | number | boolean | null | readonly Literal[] | { readonly [key: string]: Literal };

const WORDS: Readonly<Record<string, Literal>> = { True: true, False: false, None: null };
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v", "\n": "", "\\": "\\", "'": "'", '"': '"' },
};
const NUMBER = /[-+]?(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][-+]?\d+)?)/y;
const STRING = /([uUbBrR]?)(?:"((?:\\[^]|[^"\\\n])*)"|'((?:\\[^]|[^'\\\n])*)')/y;

/** The value of a text that is a literal of Python, as Ansible reads INI inventories; undefined for any other text. */
export function pythonLiteral(text: string): Literal | undefined {
  const reader = new Reader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

class NoLiteral extends Error {}

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  whole(): Literal {
    const first = this.#value();
    const value = this.#take(/\s*,/y) === undefined ? first : [first, ...this.#rest()];
    this.#take(/\s*(?:#.*)?/y);
    if (this.#at < this.text.length) throw new NoLiteral();
    return value;
  }

  /** `80, 443` is a tuple, without parentheses too. */
  #rest(): readonly Literal[] {
    const items: Literal[] = [];
    while (!/^\s*(#.*)?$/.test(this.text.slice(this.#at))) {
      items.push(this.#value());
      if (this.#take(/\s*,/y) === undefined) break;
    }
    return items;
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.text);
    if (found === null) return undefined;
    this.#at += found[0].length;
    return found;
  }

  #value(): Literal {
    this.#take(/\s*/y);
    const string = this.#string();
    if (string !== undefined) return string;
    const word = this.#take(/(?:True|False|None)\b/y)?.[0];
    if (word !== undefined) return WORDS[word] ?? null;
    if (this.#take(/\[/y)) return this.#items("]");
    if (this.#take(/\(/y)) return this.#items(")");
    if (this.#take(/\{/y)) return this.#mapping();
    const number = this.#take(NUMBER)?.[0];
    if (number === undefined) throw new NoLiteral();
    return numberOf(number);
  }

  /** Texts that stand side by side are one: `'it''s'` is `its`. */
  #string(): string | undefined {
    let text: string | undefined;
    for (let found = this.#take(STRING); found !== undefined; found = this.#take(STRING)) {
      const inner = found[2] ?? found[3] ?? "";
      text = (text ?? "") + (/r/i.test(found[1] ?? "") ? inner : unescaped(inner));
      this.#take(/\s*/y);
    }
    return text;
  }

  #items(close: string): readonly Literal[] {
    const items: Literal[] = [];
    while (!this.#ends(close)) {
      items.push(this.#value());
      this.#separator(close);
    }
    return items;
  }

  #mapping(): Literal {
    const entries: [string, Literal][] = [];
    while (!this.#ends("}")) {
      const key = this.#value();
      if (typeof key === "object" || this.#take(/\s*:/y) === undefined) throw new NoLiteral();
      entries.push([String(key), this.#value()]);
      this.#separator("}");
    }
    return Object.fromEntries(entries);
  }

  #ends(close: string): boolean {
    this.#take(/\s*/y);
    if (this.text[this.#at] !== close) return false;
    this.#at++;
    return true;
  }

  /** A comma, unless the end follows. */
  #separator(close: string): void {
    if (this.#take(/\s*,/y) === undefined && !this.text.slice(this.#at).trimStart().startsWith(close))
      throw new NoLiteral();
  }
}

function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/g,
    (all, x?: string, u?: string, long?: string, octal?: string, character?: string) => {
      const hex = x ?? u ?? long;
      if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
      if (octal !== undefined) return characterOf(Number.parseInt(octal, 8));
      // \x, \u and \N without what belongs to them are no literal.
      if (/[xuUN]/.test(character ?? "")) throw new NoLiteral();
      return ESCAPES[character ?? ""] ?? all;
    },
  );
}

function characterOf(code: number): string {
  if (code > 0x10ffff) throw new NoLiteral();
  return String.fromCodePoint(code);
}

/** As Python, 0644 is no number. A whole number with a point stays a text: Ansible shows it as it was written. */
function numberOf(text: string): Literal {
  if (/^[-+]?0[\d_]*[1-9]/.test(text) && !/[.eE]/.test(text) && !/^[-+]?0[xob]/i.test(text)) throw new NoLiteral();
  if (/__|_$|_\D/.test(text)) throw new NoLiteral();
  const sign = text.startsWith("-") ? -1 : 1;
  const value = sign * Number(text.replace(/^[-+]/, "").replaceAll("_", ""));
  if (Number.isNaN(value)) throw new NoLiteral();
  if (Number.isInteger(value) && (/\d\.\d*$/.test(text) || !Number.isSafeInteger(value))) return text;
  return value;
}
