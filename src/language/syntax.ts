import { Script } from "node:vm";
import { shorten, withoutStrings } from "./code-text.js";
import { hintFor } from "./jinja/index.js";

/** What is wrong with a piece of code, and where in it. */
export interface SyntaxFault {
  readonly at: number;
  readonly cause: string;
  readonly remedy: string;
}

const CLOSES: Readonly<Record<string, string>> = { "}": "{", ")": "(", "]": "[" };
const ENDS: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };
const HEAD = "(";

/** Why a text is no JavaScript expression; undefined when it is one. What code does is of no interest here. */
export function expressionFault(text: string): SyntaxFault | undefined {
  if (text.trim() === "") return { at: 0, cause: "this expression is empty", remedy: "write one, or remove it" };
  const found = syntaxError(`${HEAD}${text}\n)`);
  if (found === undefined) return undefined;
  const at = Math.max(0, found.at - HEAD.length);
  return knownFault(text, at) ?? otherFault(text, at, found.message);
}

/** Where V8 stops reading, and what it says; undefined when it is code. Nothing runs. */
export function syntaxError(code: string): { readonly at: number; readonly message: string } | undefined {
  try {
    new Script(code, { filename: "code" });
    return undefined;
  } catch (error) {
    const { message, stack = "" } = error as Error;
    // `code:LINE`, the line, and a caret under the column.
    const [, line = "1", , caret = ""] = /^code:(\d+)\n(.*)\n( *)/.exec(stack) ?? [];
    const before = code.split("\n").slice(0, Number(line) - 1);
    return { at: before.reduce((sum, one) => sum + one.length + 1, 0) + caret.length, message };
  }
}

function knownFault(text: string, at: number): SyntaxFault | undefined {
  return typographic(text, at) ?? openQuote(text, at) ?? words(text, at) ?? filter(text, at) ?? bracket(text);
}

function typographic(text: string, at: number): SyntaxFault | undefined {
  const character = text[at] ?? "";
  if (!/[“”„‟«»‘’‚]/.test(character)) return undefined;
  return {
    at,
    cause: `${character} is no quote in JavaScript`,
    remedy: `write ${/[‘’‚]/.test(character) ? "'" : '"'}`,
  };
}

function openQuote(text: string, at: number): SyntaxFault | undefined {
  const quote = text[at] ?? "";
  const isString = (quote === '"' || quote === "'") && withoutStrings(text.slice(at)).lastIndexOf(quote) === 0;
  if (!isString) return undefined;
  return { at, cause: "this quote is never closed", remedy: `write ${quote} where the text ends` };
}

/** What Jinja has words for. V8 stops at `and` and `is`, but behind `not`. */
function words(text: string, at: number): SyntaxFault | undefined {
  const behindNot = /\bnot\s+$/.exec(text.slice(0, at));
  const from = behindNot === null ? at : behindNot.index;
  const word = /^(and|or|not|is|if|else|in)\b/.exec(text.slice(from))?.[1];
  if (word === undefined) return undefined;
  return {
    at: from,
    cause: `this is not a JavaScript expression: \`${word}\` is a word of Jinja`,
    remedy: hintFor(text) ?? "write c ? a : b",
  };
}

/** `port | default(3)`: V8 stops at `default`. */
function filter(text: string, at: number): SyntaxFault | undefined {
  const bar = /\|\s*$/.exec(text.slice(0, at))?.index;
  if (bar === undefined || text[bar - 1] === "|" || !/^\w/.test(text.slice(at))) return undefined;
  const remedy = hintFor(text) ?? "call a function or a method";
  return { at: bar, cause: "this is not a JavaScript expression: there are no filters", remedy };
}

/** A bracket that is never closed, or closes nothing. */
export function bracket(text: string): SyntaxFault | undefined {
  const open: { readonly at: number; readonly what: string }[] = [];
  for (const { 0: what, index: at } of withoutStrings(text).matchAll(/[{}()[\]]/g)) {
    const last = open.at(-1);
    if (CLOSES[what] === undefined) open.push({ at, what });
    else if (last?.what === CLOSES[what]) open.pop();
    else if (last === undefined) return { at, cause: `this ${what} closes nothing`, remedy: "remove it" };
    else return { at: last.at, ...notClosed(last.what) };
  }
  const last = open.at(-1);
  return last === undefined ? undefined : { at: last.at, ...notClosed(last.what) };
}

function notClosed(what: string): Omit<SyntaxFault, "at"> {
  return { cause: `this ${what} is never closed`, remedy: `write ${ENDS[what] ?? ""} where it ends` };
}

function otherFault(text: string, at: number, message: string): SyntaxFault {
  const cause = (reason: string): string => `this is not a JavaScript expression: ${reason}`;
  const hint = hintFor(text);
  if (at >= text.trimEnd().length) {
    const shown = shorten(text).slice(-20);
    return {
      at: text.trimEnd().length,
      cause: cause("it ends too early"),
      remedy: hint ?? `write what belongs behind \`${shown}\``,
    };
  }
  if (/^Unexpected (identifier|string|number|template)/.test(message)) {
    const next = /^["'`]?[\w$.]+["'`]?/.exec(text.slice(at))?.[0] ?? "this";
    const remedy = hint ?? "write &&, ||, +, === … between the two; a text stands in quotes";
    return { at, cause: cause(`there is no operator before \`${next}\``), remedy };
  }
  const token = /^Unexpected (?:strict mode )?(?:reserved word|token '(.+)')/.exec(message)?.[1];
  const what = message.startsWith("Unexpected") || message.startsWith("Invalid or unexpected");
  return {
    at,
    cause: cause(what ? `\`${token ?? text[at] ?? ""}\` cannot stand here` : message),
    remedy: hint ?? "check what stands before it; a text stands in quotes",
  };
}
