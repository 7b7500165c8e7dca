import { type Args, type Code, code, keyText } from "./code.js";
import { Untranslatable } from "./tokens.js";
import type { Words } from "./words.js";

/** `a, b` up to the bracket that ends them. */
export function itemsOf(words: Words, choice: () => Code, end: string): readonly string[] {
  const items: string[] = [];
  while (!words.take(end)) {
    items.push(choice().text);
    if (!words.take(",") && !words.is(end)) throw new Untranslatable();
  }
  return items;
}

/** `a: b, c: d }` */
export function mappingOf(words: Words, choice: () => Code): Code {
  const parts: string[] = [];
  while (!words.take("}")) {
    const key = choice();
    words.expect(":");
    const name = key.literal !== undefined && /^[A-Za-z_]\w*$/.test(key.literal) ? key.literal : keyText(key);
    parts.push(`${name}: ${choice().text}`);
    if (!words.take(",") && !words.is("}")) throw new Untranslatable();
  }
  return code(parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`);
}

/** `(a, b=c)` */
export function argsOf(words: Words, choice: () => Code): Args {
  words.expect("(");
  const list: Code[] = [];
  const named = new Map<string, Code>();
  while (!words.take(")")) {
    const isNamed = words.peek().kind === "name" && words.is("=", 1);
    if (isNamed) {
      const { text } = words.next();
      words.skip();
      named.set(text, choice());
    } else list.push(choice());
    if (!words.take(",") && !words.is(")")) throw new Untranslatable();
  }
  return { list, named };
}
