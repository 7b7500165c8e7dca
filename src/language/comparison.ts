import { codeOnly } from "./code-only.js";
import { shorten } from "./code-text.js";
import { hintFor, keyTest } from "./jinja/index.js";
import type { SyntaxFault } from "./syntax.js";

const NOTHING = "(?:null|undefined)";
const ENDS_IN_NOTHING = new RegExp(`(?<![\\w$.])${NOTHING}\\s*$`);
const BEGINS_WITH_NOTHING = new RegExp(`^\\s*${NOTHING}(?![\\w$.([])`);
const COMPARES = /(?<![=!<>])([=!]==?)(?!=)/g;

/**
 * A comparison that is code and means something else than it says: `==` takes "1" for 1 and 0 for "", `=== []` is never
 * true, `in` asks for a key. `x == null` is for null and undefined, and means just that.
 */
export function comparisonFault(text: string): SyntaxFault | undefined {
  const key = keyTest(text);
  if (key >= 0) return keyFault(text, key);
  const code = codeOnly(text);
  for (const { 0: sign, index: at } of code.matchAll(COMPARES)) {
    const [left, right] = [code.slice(0, at), code.slice(at + sign.length)];
    const literal = literalOf(right);
    if (literal !== undefined) return literalFault(text, at, sign, literal);
    if (sign.length === 3 || ENDS_IN_NOTHING.test(left) || BEGINS_WITH_NOTHING.test(right)) continue;
    return looseFault(text, at, sign);
  }
  return undefined;
}

function keyFault(text: string, at: number): SyntaxFault {
  const cause = "`in` asks for a key in JavaScript, not for an item";
  const hint = hintFor(text);
  if (hint === undefined || !hint.includes(".includes("))
    return { at, cause, remedy: 'write list.includes("x"), or Object.hasOwn(mapping, "x")' };
  return { at, cause, remedy: `${hint}; for a key of a mapping Object.hasOwn(mapping, "x")` };
}

function looseFault(text: string, at: number, sign: string): SyntaxFault {
  const remedy = `${hintFor(text) ?? `write ${sign}=`}; where the types differ String(x) or Number(x), for lists and mappings equal(a, b)`;
  return { at, cause: `\`${sign}\` guesses in JavaScript: "1" == 1 and "" == 0 are true, [] == [] is false`, remedy };
}

/** A list or mapping written out, with nothing asked of it: how long its text is. */
function literalOf(code: string): number | undefined {
  const start = code.search(/\S/);
  const first = code.charAt(start);
  if (start < 0 || (first !== "[" && first !== "{")) return undefined;
  let depth = 0;
  for (let i = start; i < code.length; i++) {
    if (/[[{(]/.test(code.charAt(i))) depth++;
    if (/[\]})]/.test(code.charAt(i)) && --depth === 0)
      return /^\s*(?:\?\.|[.[(])/.test(code.slice(i + 1)) ? undefined : i + 1;
  }
  return undefined;
}

function literalFault(text: string, at: number, sign: string, length: number): SyntaxFault {
  const right = shorten(text.slice(at + sign.length, at + sign.length + length));
  const left = /[\w$.]+(?=\s*$)/.exec(text.slice(0, at))?.[0] ?? "x";
  const isNot = sign.startsWith("!");
  const size = right.startsWith("[") ? `${left}.length` : `Object.keys(${left}).length`;
  const isEmpty = /^(?:\[\s*\]|\{\s*\})$/.test(right);
  const remedy = isEmpty ? `${size} ${isNot ? ">" : "==="} 0` : `${isNot ? "!" : ""}equal(${left}, ${right})`;
  const what = right.startsWith("[") ? "a list" : "a mapping";
  return { at, cause: `${what} is the same as no other to JavaScript, whatever is in it`, remedy: `write ${remedy}` };
}
