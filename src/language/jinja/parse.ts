import { before, type Code, code, LEVELS, negated, property, spread, textCode, within } from "./code.js";
import { callOf } from "./calls.js";
import { filtered } from "./filters.js";
import { argsOf, itemsOf, mappingOf } from "./lists.js";
import { tested } from "./tests.js";
import { tokensOf, Untranslatable } from "./tokens.js";
import { Words } from "./words.js";

/** A Jinja expression as JavaScript. Throws Untranslatable. */
export function parseJinja(text: string): Code {
  return new Parser(new Words(tokensOf(text))).whole();
}

const COMPARE: Readonly<Record<string, string>> = {
  "==": "===",
  "!=": "!==",
  "===": "===",
  "!==": "!==",
  "<": "<",
  ">": ">",
  "<=": "<=",
  ">=": ">=",
};
const LITERALS: Readonly<Record<string, string>> = {
  ...{ true: "true", True: "true", false: "false", False: "false", none: "null", None: "null" },
};
const KEYWORDS = new Set(["if", "else", "and", "or", "not", "in", "is"]);

/** Lists and mappings are compared by what they hold. */
function literalCompared(left: Code, sign: string, right: Code): Code | undefined {
  const [other, literal] = /^[[{].*[\]}]$/.test(right.text) ? [left, right.text] : [right, left.text];
  if (!/^(?:\[.*\]|\{.*\})$/.test(literal)) return undefined;
  const isNot = sign === "!==";
  if (literal === "[]") return code(`${before(other)}.length ${isNot ? ">" : "==="} 0`, LEVELS.equal);
  if (literal === "{}") return code(`Object.keys(${other.text}).length ${isNot ? ">" : "==="} 0`, LEVELS.equal);
  const equal = code(`equal(${left.text}, ${right.text})`);
  return isNot ? negated(equal) : equal;
}

class Parser {
  readonly #words: Words;
  readonly #inner = (): Code => this.#choice();

  constructor(words: Words) {
    this.#words = words;
  }

  whole(): Code {
    const found = this.#choice();
    if (this.#words.peek().kind !== "end") throw new Untranslatable();
    return found;
  }

  #choice(): Code {
    const then = this.#or();
    if (this.#words.take("?")) return this.#chosen(then);
    if (!this.#words.take("if")) return then;
    const condition = this.#or();
    this.#words.expect("else");
    const otherwise = this.#choice();
    const { or, choice } = LEVELS;
    return code(`${within(condition, or)} ? ${within(then, or)} : ${within(otherwise, choice)}`, choice);
  }

  /** JavaScript's own: what stands beside Jinja is kept. */
  #chosen(condition: Code): Code {
    const then = this.#choice();
    this.#words.expect(":");
    const otherwise = this.#choice();
    const { or, choice } = LEVELS;
    return code(`${within(condition, or)} ? ${within(then, or)} : ${within(otherwise, choice)}`, choice);
  }

  #or(): Code {
    return this.#chain(() => this.#and(), { or: "||", "||": "||" }, LEVELS.or);
  }

  #and(): Code {
    return this.#chain(() => this.#not(), { and: "&&", "&&": "&&" }, LEVELS.and);
  }

  #chain(part: () => Code, signs: Readonly<Record<string, string>>, level: number): Code {
    let left = part();
    for (;;) {
      const { kind, text } = this.#words.peek();
      const sign = kind === "text" || !Object.hasOwn(signs, text) ? undefined : signs[text];
      if (sign === undefined) return left;
      this.#words.skip();
      left = code(`${within(left, level)} ${sign} ${within(part(), level + 1)}`, level);
    }
  }

  #not(): Code {
    if (!this.#words.take("not")) return this.#compare();
    return negated(this.#not());
  }

  #compare(): Code {
    let left = this.#sum();
    for (;;) {
      const isNotIn = this.#words.is("not") && this.#words.is("in", 1);
      if (isNotIn || this.#words.is("in")) {
        this.#words.skip(isNotIn ? 2 : 1);
        const found = code(`${before(this.#sum())}.includes(${left.text})`);
        left = isNotIn ? negated(found) : found;
        continue;
      }
      const { kind, text } = this.#words.peek();
      const sign = kind === "sign" ? COMPARE[text] : undefined;
      if (sign === undefined) return left;
      this.#words.skip();
      const level = sign.length === 3 ? LEVELS.equal : LEVELS.order;
      const right = this.#sum();
      left =
        (level === LEVELS.equal ? literalCompared(left, sign, right) : undefined) ??
        code(`${within(left, level)} ${sign} ${within(right, level + 1)}`, level);
    }
  }

  #sum(): Code {
    let left = this.#joined();
    for (;;) {
      const sign = ["+", "-"].find((one) => this.#words.take(one));
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
    while (this.#words.take("~")) parts.push(this.#product());
    if (parts.length === 1) return parts[0] as Code;
    const inner = parts.map((part) => part.literal?.replace(/[\\`$]/g, "\\$&") ?? `\${${part.text}}`);
    return code(`\`${inner.join("")}\``);
  }

  #product(): Code {
    let left = this.#power();
    for (;;) {
      if (this.#words.take("//"))
        left = code(`Math.floor(${within(left, LEVELS.times)} / ${within(this.#power(), LEVELS.power)})`);
      else {
        const sign = ["*", "/", "%"].find((one) => this.#words.take(one));
        if (sign === undefined) return left;
        left = code(`${within(left, LEVELS.times)} ${sign} ${within(this.#power(), LEVELS.power)}`, LEVELS.times);
      }
    }
  }

  #power(): Code {
    const base = this.#unary();
    if (!this.#words.take("**")) return base;
    return code(`${within(base, LEVELS.whole)} ** ${within(this.#power(), LEVELS.power)}`, LEVELS.power);
  }

  #unary(): Code {
    if (this.#words.take("!")) return negated(this.#unary());
    const isNegative = this.#words.take("-");
    const inner = isNegative ? this.#behind(this.#primary()) : this.#behind(this.#primary());
    const found = isNegative ? code(`-${within(inner, LEVELS.unary)}`, LEVELS.unary) : inner;
    return this.#filters(found);
  }

  #primary(): Code {
    const token = this.#words.next();
    if (token.kind === "number") return code(token.text);
    if (token.kind === "text") return textCode(token.text);
    if (token.kind === "name") return this.#name(token.text);
    if (token.text === "[") return code(`[${itemsOf(this.#words, this.#inner, "]").join(", ")}]`);
    if (token.text === "{") return mappingOf(this.#words, this.#inner);
    if (token.text !== "(") throw new Untranslatable();
    const inner = this.#choice();
    if (this.#words.take(")")) return inner;
    this.#words.expect(",");
    return code(`[${[inner.text, ...itemsOf(this.#words, this.#inner, ")")].join(", ")}]`);
  }

  #name(name: string): Code {
    // `loop` is something else in every kind of loop.
    if (KEYWORDS.has(name) || name === "loop") throw new Untranslatable();
    const literal = LITERALS[name];
    if (literal !== undefined) return code(literal);
    const own = name === "ansible_facts" ? "facts" : name;
    if (!this.#words.is("(")) return { ...code(own), path: own };
    return callOf(undefined, own, argsOf(this.#words, this.#inner));
  }

  /** What stands right behind a value: `.name`, `[…]`, `(…)`. */
  #behind(given: Code): Code {
    let found = given;
    for (;;) {
      if (this.#words.take(".")) {
        const { kind, text } = this.#words.next();
        if (kind !== "name" && kind !== "number") throw new Untranslatable();
        if (this.#words.is("(")) found = callOf(found, text, argsOf(this.#words, this.#inner));
        else found = kind === "number" ? code(`${before(found)}[${text}]`) : property(found, text);
      } else if (this.#words.take("[")) found = this.#subscript(found);
      else return found;
    }
  }

  #subscript(of: Code): Code {
    const from = this.#words.is(":") ? undefined : this.#choice();
    if (this.#words.take(":")) {
      const to = this.#words.is("]") ? undefined : this.#choice();
      this.#words.expect("]");
      return code(`${before(of)}.slice(${from?.text ?? "0"}${to === undefined ? "" : `, ${to.text}`})`);
    }
    this.#words.expect("]");
    if (from?.literal !== undefined) return property(of, from.literal);
    if (from === undefined) throw new Untranslatable();
    if (/^-\d+$/.test(from.text)) return code(`${before(of)}.at(${from.text})`);
    return code(`${before(of)}[${from.text}]`);
  }

  #filters(given: Code): Code {
    let found = given;
    for (;;) {
      if (this.#words.take("|")) {
        const name = this.#dottedName();
        found = filtered(
          found,
          name,
          this.#words.is("(") ? argsOf(this.#words, this.#inner) : { list: [], named: new Map() },
        );
      } else if (this.#words.take("is")) found = this.#test(found);
      else return found;
    }
  }

  /** Filters of collections have long names: ansible.utils.ipaddr. */
  #dottedName(): string {
    let name = this.#words.next().text;
    while (this.#words.take(".")) name = this.#words.next().text;
    return name;
  }

  #test(of: Code): Code {
    const isNot = this.#words.take("not");
    const name = this.#dottedName();
    const args = this.#words.is("(")
      ? argsOf(this.#words, this.#inner)
      : { list: this.#bareArgument(), named: new Map<string, Code>() };
    const found = tested(of, name, args);
    return isNot ? negated(found) : found;
  }

  /** `is divisibleby 3` */
  #bareArgument(): readonly Code[] {
    const { kind, text } = this.#words.peek();
    const isValue = kind === "number" || kind === "text" || (kind === "name" && !KEYWORDS.has(text));
    return isValue || this.#words.is("[") ? [this.#behind(this.#primary())] : [];
  }
}
