import { type Code, code, LEVELS, property, textCode, within, before } from "./code.js";
import { callOf } from "./calls.js";
import { filtered } from "./filters.js";
import { tested } from "./tests.js";
import { type Token, tokensOf, Untranslatable } from "./tokens.js";

/** Arguments of a call or filter. */
export interface Args {
  readonly list: readonly Code[];
  readonly named: ReadonlyMap<string, Code>;
}

/** A Jinja expression as JavaScript. Throws Untranslatable. */
export function parseJinja(text: string): Code {
  return new Parser(tokensOf(text)).whole();
}

const COMPARE: Readonly<Record<string, string>> = {
  "==": "===",
  "!=": "!==",
  "<": "<",
  ">": ">",
  "<=": "<=",
  ">=": ">=",
};
const LITERALS: Readonly<Record<string, string>> = {
  ...{ true: "true", True: "true", false: "false", False: "false", none: "null", None: "null" },
};
const KEYWORDS = new Set(["if", "else", "and", "or", "not", "in", "is"]);

class Parser {
  #at = 0;

  constructor(readonly tokens: readonly Token[]) {}

  whole(): Code {
    const found = this.#choice();
    if (this.#peek().kind !== "end") throw new Untranslatable();
    return found;
  }

  #peek(ahead = 0): Token {
    return this.tokens[this.#at + ahead] ?? { kind: "end", text: "" };
  }

  #next(): Token {
    return this.tokens[this.#at++] ?? { kind: "end", text: "" };
  }

  #is(text: string, ahead = 0): boolean {
    const { kind, text: found } = this.#peek(ahead);
    return kind !== "text" && found === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new Untranslatable();
  }

  #choice(): Code {
    const then = this.#or();
    if (!this.#take("if")) return then;
    const condition = this.#or();
    this.#expect("else");
    const otherwise = this.#choice();
    const { or, choice } = LEVELS;
    return code(`${within(condition, or)} ? ${within(then, or)} : ${within(otherwise, choice)}`, choice);
  }

  #or(): Code {
    return this.#chain(() => this.#and(), { or: "||" }, LEVELS.or);
  }

  #and(): Code {
    return this.#chain(() => this.#not(), { and: "&&" }, LEVELS.and);
  }

  #chain(part: () => Code, signs: Readonly<Record<string, string>>, level: number): Code {
    let left = part();
    for (;;) {
      const { kind, text } = this.#peek();
      const sign = kind === "text" || !Object.hasOwn(signs, text) ? undefined : signs[text];
      if (sign === undefined) return left;
      this.#at++;
      left = code(`${within(left, level)} ${sign} ${within(part(), level + 1)}`, level);
    }
  }

  #not(): Code {
    if (!this.#take("not")) return this.#compare();
    return negated(this.#not());
  }

  #compare(): Code {
    let left = this.#sum();
    for (;;) {
      const isNotIn = this.#is("not") && this.#is("in", 1);
      if (isNotIn || this.#is("in")) {
        this.#at += isNotIn ? 2 : 1;
        const found = code(`${before(this.#sum())}.includes(${left.text})`);
        left = isNotIn ? negated(found) : found;
        continue;
      }
      const { kind, text } = this.#peek();
      const sign = kind === "sign" ? COMPARE[text] : undefined;
      if (sign === undefined) return left;
      this.#at++;
      const level = sign.length === 3 ? LEVELS.equal : LEVELS.order;
      left = code(`${within(left, level)} ${sign} ${within(this.#sum(), level + 1)}`, level);
    }
  }

  #sum(): Code {
    let left = this.#joined();
    for (;;) {
      const sign = ["+", "-"].find((one) => this.#take(one));
      if (sign === undefined) return left;
      const right = this.#joined();
      const isList = [left, right].some(({ text }) => text.startsWith("["));
      left =
        sign === "+" && isList
          ? code(`[${spread(left)}, ${spread(right)}]`)
          : code(`${within(left, LEVELS.add)} ${sign} ${within(right, LEVELS.times)}`, LEVELS.add);
    }
  }

  /** `a ~ b`: texts one after another. */
  #joined(): Code {
    const parts = [this.#product()];
    while (this.#take("~")) parts.push(this.#product());
    if (parts.length === 1) return parts[0] as Code;
    const inner = parts.map((part) => part.literal?.replace(/[\\`$]/g, "\\$&") ?? `\${${part.text}}`);
    return code(`\`${inner.join("")}\``);
  }

  #product(): Code {
    let left = this.#power();
    for (;;) {
      if (this.#take("//"))
        left = code(`Math.floor(${within(left, LEVELS.times)} / ${within(this.#power(), LEVELS.power)})`);
      else {
        const sign = ["*", "/", "%"].find((one) => this.#take(one));
        if (sign === undefined) return left;
        left = code(`${within(left, LEVELS.times)} ${sign} ${within(this.#power(), LEVELS.power)}`, LEVELS.times);
      }
    }
  }

  #power(): Code {
    const base = this.#unary();
    if (!this.#take("**")) return base;
    return code(`${within(base, LEVELS.whole)} ** ${within(this.#power(), LEVELS.power)}`, LEVELS.power);
  }

  #unary(): Code {
    const isNegative = this.#take("-");
    const inner = isNegative ? this.#behind(this.#primary()) : this.#behind(this.#primary());
    const found = isNegative ? code(`-${within(inner, LEVELS.unary)}`, LEVELS.unary) : inner;
    return this.#filters(found);
  }

  #primary(): Code {
    const token = this.#next();
    if (token.kind === "number") return code(token.text);
    if (token.kind === "text") return textCode(token.text);
    if (token.kind === "name") return this.#name(token.text);
    if (token.text === "[") return code(`[${this.#items("]").join(", ")}]`);
    if (token.text === "{") return this.#mapping();
    if (token.text !== "(") throw new Untranslatable();
    const inner = this.#choice();
    if (this.#take(")")) return inner;
    this.#expect(",");
    return code(`[${[inner.text, ...this.#items(")")].join(", ")}]`);
  }

  #name(name: string): Code {
    // `loop` is something else in every kind of loop.
    if (KEYWORDS.has(name) || name === "loop") throw new Untranslatable();
    const literal = LITERALS[name];
    if (literal !== undefined) return code(literal);
    const own = name === "ansible_facts" ? "facts" : name;
    if (!this.#is("(")) return { ...code(own), path: own };
    return callOf(undefined, own, this.#args());
  }

  #items(end: string): readonly string[] {
    const items: string[] = [];
    while (!this.#take(end)) {
      items.push(this.#choice().text);
      if (!this.#take(",") && !this.#is(end)) throw new Untranslatable();
    }
    return items;
  }

  #mapping(): Code {
    const parts: string[] = [];
    while (!this.#take("}")) {
      const key = this.#choice();
      this.#expect(":");
      const name = key.literal !== undefined && /^[A-Za-z_]\w*$/.test(key.literal) ? key.literal : keyText(key);
      parts.push(`${name}: ${this.#choice().text}`);
      if (!this.#take(",") && !this.#is("}")) throw new Untranslatable();
    }
    return code(parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`);
  }

  /** What stands right behind a value: `.name`, `[…]`, `(…)`. */
  #behind(given: Code): Code {
    let found = given;
    for (;;) {
      if (this.#take(".")) {
        const { kind, text } = this.#next();
        if (kind !== "name" && kind !== "number") throw new Untranslatable();
        if (this.#is("(")) found = callOf(found, text, this.#args());
        else found = kind === "number" ? code(`${before(found)}[${text}]`) : property(found, text);
      } else if (this.#take("[")) found = this.#subscript(found);
      else return found;
    }
  }

  #subscript(of: Code): Code {
    const from = this.#is(":") ? undefined : this.#choice();
    if (this.#take(":")) {
      const to = this.#is("]") ? undefined : this.#choice();
      this.#expect("]");
      return code(`${before(of)}.slice(${from?.text ?? "0"}${to === undefined ? "" : `, ${to.text}`})`);
    }
    this.#expect("]");
    if (from?.literal !== undefined) return property(of, from.literal);
    if (from === undefined) throw new Untranslatable();
    if (/^-\d+$/.test(from.text)) return code(`${before(of)}.at(${from.text})`);
    return code(`${before(of)}[${from.text}]`);
  }

  #args(): Args {
    this.#expect("(");
    const list: Code[] = [];
    const named = new Map<string, Code>();
    while (!this.#take(")")) {
      const isNamed = this.#peek().kind === "name" && this.#is("=", 1);
      if (isNamed) {
        const { text } = this.#next();
        this.#at++;
        named.set(text, this.#choice());
      } else list.push(this.#choice());
      if (!this.#take(",") && !this.#is(")")) throw new Untranslatable();
    }
    return { list, named };
  }

  #filters(given: Code): Code {
    let found = given;
    for (;;) {
      if (this.#take("|")) {
        const name = this.#dottedName();
        found = filtered(found, name, this.#is("(") ? this.#args() : { list: [], named: new Map() });
      } else if (this.#take("is")) found = this.#test(found);
      else return found;
    }
  }

  /** Filters of collections have long names: ansible.utils.ipaddr. */
  #dottedName(): string {
    let name = this.#next().text;
    while (this.#take(".")) name = this.#next().text;
    return name;
  }

  #test(of: Code): Code {
    const isNot = this.#take("not");
    const name = this.#dottedName();
    const args = this.#is("(") ? this.#args() : { list: this.#bareArgument(), named: new Map<string, Code>() };
    const found = tested(of, name, args);
    return isNot ? negated(found) : found;
  }

  /** `is divisibleby 3` */
  #bareArgument(): readonly Code[] {
    const { kind, text } = this.#peek();
    const isValue = kind === "number" || kind === "text" || (kind === "name" && !KEYWORDS.has(text));
    return isValue || this.#is("[") ? [this.#behind(this.#primary())] : [];
  }
}

/** Its items, inside of another list. */
function spread({ text }: Code): string {
  return /^\[[^[\]]+\]$/.test(text) ? text.slice(1, -1) : `...${text}`;
}

function keyText(key: Code): string {
  return key.literal !== undefined || /^\d+$/.test(key.text) ? key.text : `[${key.text}]`;
}

/** `!x`; of a comparison the opposite one. */
export function negated(of: Code): Code {
  const opposite = / === /.test(of.text) && of.level === LEVELS.equal ? of.text.replace(" === ", " !== ") : undefined;
  if (opposite !== undefined && !/ (===|!==) .* (===|!==) /.test(of.text)) return code(opposite, LEVELS.equal);
  if (of.text.startsWith("!") && of.level === LEVELS.unary) return code(of.text.slice(1));
  return code(`!${within(of, LEVELS.unary)}`, LEVELS.unary);
}
