/** Writes the parts of a YAML text, and knows where in its line it stands; as libyaml lays it out. */
export class YamlWriter {
  readonly #parts: string[] = [];
  readonly #step: number;
  readonly #width: number;
  /** Undefined outside of everything. */
  #indent: number | undefined;
  #column = 0;
  /** What was written last is blank, or may stand right before what comes. */
  #whitespace = true;
  /** Nothing but indentation and `-` or `?` stands in this line so far. */
  #indention = true;

  constructor(indent: number, width: number) {
    this.#step = indent > 1 && indent < 10 ? indent : 2;
    this.#width = width > this.#step * 2 ? width : 80;
  }

  get indention(): boolean {
    return this.#indention;
  }

  finished(): string {
    this.newLine();
    return this.#parts.join("");
  }

  /** `isFlow`: also scalars, whose further lines stand deeper. */
  deeper(isFlow: boolean, sameLevel: boolean, work: () => void): void {
    const before = this.#indent;
    if (before === undefined) this.#indent = isFlow ? this.#step : 0;
    else if (!sameLevel) this.#indent = before + this.#step;
    work();
    this.#indent = before;
  }

  indicator(text: string, needsBlank: boolean, { whitespace = false, indention = false } = {}): void {
    this.#put(this.#whitespace || !needsBlank ? text : ` ${text}`);
    this.#whitespace = whitespace;
    this.#indention &&= indention;
  }

  newLine(): void {
    const indent = this.#indent ?? 0;
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) this.#break();
    if (this.#column < indent) {
      this.#put(" ".repeat(indent - this.#column));
      this.#whitespace = true;
    }
  }

  foldWhenFull(): void {
    if (this.#column > this.#width) this.newLine();
  }

  plain(text: string, mayFold: boolean): void {
    if (!this.#whitespace) this.#put(" ");
    this.#inText();
    for (const [part = ""] of text.matchAll(/ +|[^ ]+/g)) {
      if (part === " " && mayFold && this.#column > this.#width) {
        this.newLine();
        this.#inText();
      } else this.#put(part);
    }
  }

  single(text: string, mayFold: boolean): void {
    this.indicator("'", true);
    for (const { 0: part, index } of text.matchAll(/ +|[\n\u2028\u2029]+|[^ \n\u2028\u2029]+/g)) {
      const isInside = index > 0 && index + part.length < text.length;
      if (part === " " && mayFold && isInside && this.#column > this.#width) this.newLine();
      else if (/^[\n\u2028\u2029]/.test(part)) {
        if (part.startsWith("\n")) this.#break();
        for (const one of part) this.#break(one);
        this.newLine();
      } else this.#put(part.replaceAll("'", "''"));
    }
    this.indicator("'", false);
  }

  double(text: string, mayFold: boolean): void {
    this.indicator('"', true);
    const characters = Array.from(text);
    let afterBlank = false;
    characters.forEach((one, i) => {
      const isInside = i > 0 && i < characters.length - 1;
      if (one === " " && mayFold && !afterBlank && isInside && this.#column > this.#width) {
        // The fold stands for this blank; one behind it would be taken for indentation.
        this.newLine();
        if (characters[i + 1] === " ") this.#put("\\");
      } else this.#put(escapeOf(one) ?? one);
      afterBlank = one === " ";
    });
    this.indicator('"', false);
  }

  #inText(): void {
    this.#whitespace = false;
    this.#indention = false;
  }

  #put(text: string): void {
    this.#parts.push(text);
    this.#column += /[\ud800-\udbff]/.test(text) ? Array.from(text).length : text.length;
  }

  #break(text = "\n"): void {
    this.#parts.push(text);
    this.#column = 0;
    this.#whitespace = true;
    this.#indention = true;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "\0": "0", "\x07": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e" },
  ...{ '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P" },
};

/** undefined: it stands for itself. */
function escapeOf(one: string): string | undefined {
  const code = one.codePointAt(0) ?? 0;
  const isPlain =
    (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd);
  if (isPlain && !'"\\\x85\u2028\u2029\ufeff'.includes(one)) return undefined;
  const short = ESCAPES[one];
  if (short !== undefined) return `\\${short}`;
  const [letter, digits] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(digits, "0")}`;
}
