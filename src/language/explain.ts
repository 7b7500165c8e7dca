import { didYouMean, FettleError, type Place, showPlace } from "../contract/error.js";
import { NotYet, type Scope } from "../contract/play.js";
import { GLOBALS } from "./evaluate.js";
import { HELPER_NAMES, HELPERS, SCOPE_HELPERS } from "./helpers/index.js";
import { UndefinedName } from "./helpers/undefined-name.js";
import { shorten, withoutStrings } from "./code-text.js";
import { hintFor } from "./jinja/index.js";
import type { Source } from "./source.js";

/** Where a text of the user stands, for what goes wrong in it. */
export interface Origin {
  readonly source: Source;
  readonly text: string;
  readonly placeAt: (offset: number) => Place;
}

/** A part of a text in which the code stands that failed. */
export interface Part {
  readonly from: number;
  readonly text: string;
}

/**
 * An error of an evaluation as one of the user's: which name, where, what was meant. NotYet passes. `parts` are the
 * places where it may have happened, the likeliest first; the whole text when they are left out.
 */
export function explainEvaluation(error: unknown, origin: Origin, scope: Scope, parts?: readonly Part[]): unknown {
  if (error instanceof NotYet) return error;
  if (error instanceof FettleError && (error.details.place !== undefined || error.kind !== "input")) return error;
  const among = parts === undefined || parts.length === 0 ? [{ from: 0, text: origin.text }] : parts;
  const fail = (at: number, cause: string, remedy?: string): FettleError =>
    origin.source.error(origin.placeAt(at), cause, remedy);
  if (error instanceof UndefinedName) {
    // A name behind a dot is a property; behind three it is spread.
    const { part, at } = find(error.variable, among, "|(?<!\\.\\.)\\.");
    return fail(part.from + at, `"${error.variable}" is not defined`, remedyFor(error.variable, part.text, scope));
  }
  if (error instanceof FettleError) {
    // Of a fact or a host that is not known: the engine has no idea of places.
    const { cause: said, remedy } = error.details;
    const { part, at } = find(/"([^"]+)"/.exec(said)?.[1] ?? "", among);
    return fail(part.from + at, said, remedy);
  }
  const message = error instanceof Error ? error.message : String(error);
  const { part, at } = find(nameIn(message) ?? "", among);
  return fail(part.from + at, `\`${shorten(part.text)}\`: ${cause(message)}`, remedyOf(message, scope));
}

/** The first part with the name outside of its strings, and where in it; else the first part's beginning. */
function find(name: string, parts: readonly Part[], notBehind = ""): { part: Part; at: number } {
  const expression = new RegExp(`(?<![\\w$]${notBehind})${name.replace(/[^\w]/g, "\\$&")}(?![\\w$])`);
  for (const part of name === "" ? [] : parts) {
    const at = withoutStrings(part.text).search(expression);
    if (at >= 0) return { part, at };
  }
  const part = parts[0] ?? { from: 0, text: "" };
  return { part, at: Math.max(0, part.text.search(/\S/)) };
}

/** The property or function that V8's message names. */
function nameIn(message: string): string | undefined {
  return (
    /\(reading '([^']+)'\)/.exec(message)?.[1] ??
    /^(?:[\w$]+\.)*([\w$]+) is not (?:a function|iterable)/.exec(message)?.[1] ??
    /^"(\w+)" cannot be assigned to/.exec(message)?.[1]
  );
}

function cause(message: string): string {
  return message.startsWith("Maximum call stack") ? "this needs itself, without end" : message;
}

function remedyOf(message: string, scope: Scope): string | undefined {
  const [, called = ""] = /^(\w+) is not a function$/.exec(message) ?? [];
  if (HELPER_NAMES.includes(called) && scope.has(called)) {
    const place = scope.placeOf?.(called);
    return `the variable "${called}" hides the function of that name: rename it${place === undefined ? "" : ` (${showPlace(place)})`}`;
  }
  const [, what, name] = /^Cannot read properties of (undefined|null) \(reading '(.+)'\)$/.exec(message) ?? [];
  if (name !== undefined) return `what stands before "${name}" is ${what}: check its name, or write ?. there`;
  if (!/read only property|object is not extensible|Cannot delete property/.test(message)) return undefined;
  return "variables are not changed in place: use [...list].sort(), list.concat(x), {...mapping, key: x}";
}

const SETTINGS = /^ansible_(user|host|port|connection|password|ssh_.*|become.*|python_interpreter)$/;
const AS_FUNCTION = 'a lookup is a function of its own: env("HOME"), file("name"), template("name"), pipe("command")';
const PYTHON: Readonly<Record<string, string>> = {
  ...{ True: "write true", False: "write false", None: "write null", none: "write null" },
  ...{ len: "write list.length", str: "write String(x)", lookup: AS_FUNCTION, query: AS_FUNCTION, q: AS_FUNCTION },
};

function remedyFor(name: string, text: string, scope: Scope): string {
  const fact = /^ansible_(\w+)$/.exec(name)?.[1];
  if (new RegExp(`[^|]\\|\\s*${name}\\b`).test(withoutStrings(text)))
    return hintFor(text) ?? `"|" is no filter here: call a function or a method`;
  if (Object.hasOwn(PYTHON, name)) return PYTHON[name] ?? "";
  const meant = didYouMean(name, [...scope.names(), ...Object.keys(GLOBALS), ...HELPER_NAMES]);
  const helper = { ...HELPERS, ...SCOPE_HELPERS }[name];
  if (HELPER_NAMES.includes(name) && helper !== undefined)
    return `define it; the function of that name is called: ${helper.call}`;
  if (meant !== undefined) return `did you mean "${meant}"?`;
  if (fact !== undefined && !SETTINGS.test(name)) return `a fact is written facts.${fact}`;
  return `define it, or ask with defined("${name}")`;
}
