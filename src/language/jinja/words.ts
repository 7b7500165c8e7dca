import { type Token, Untranslatable } from "./tokens.js";

/** Goes through the words of an expression. */
export class Words {
  #at = 0;

  constructor(readonly tokens: readonly Token[]) {}

  peek(ahead = 0): Token {
    return this.tokens[this.#at + ahead] ?? { kind: "end", text: "" };
  }

  next(): Token {
    return this.tokens[this.#at++] ?? { kind: "end", text: "" };
  }

  is(text: string, ahead = 0): boolean {
    const { kind, text: found } = this.peek(ahead);
    return kind !== "text" && found === text;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at++;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw new Untranslatable();
  }

  skip(count = 1): void {
    this.#at += count;
  }
}
