import { didYouMean, FettleError, type Place } from "../contract/error.js";
import { NotYet, type Scope } from "../contract/play.js";
import type { Source } from "./source.js";

/** What expressions may use of JavaScript besides the variables: nothing that reaches the controller. */
const GLOBALS: Readonly<Record<string, unknown>> = {
  JSON,
  Math,
  Object,
  Array,
  String,
  Number,
  Boolean,
  RegExp,
  Date,
  Set,
  Map,
  parseInt,
  parseFloat,
  isNaN,
  isFinite,
  encodeURIComponent,
  decodeURIComponent,
  undefined,
  NaN,
  Infinity,
};

/** A name that an expression uses and nobody has defined. */
class UndefinedName extends Error {
  constructor(readonly variable: string) {
    super(`${variable} is not defined`);
  }
}

const proxies = new WeakMap<Scope, object>();

/** What `with` is given: every name is asked for here, so that no global of the controller is in reach. */
export function scopeProxy(scope: Scope): object {
  const known = proxies.get(scope);
  if (known !== undefined) return known;
  const helpers: Readonly<Record<string, unknown>> = { defined: (name: string) => isDefined(scope, name) };
  const proxy = new Proxy(Object.create(null) as object, {
    // EJS's own names are the only ones that are not variables.
    has: (_target, name) => typeof name === "string" && !/^(__\w+|escapeFn|rethrow|locals)$/.test(name),
    get(_target, name) {
      if (typeof name !== "string") return undefined;
      if (scope.has(name)) return scope.get(name);
      if (name in helpers) return helpers[name];
      if (name in GLOBALS) return GLOBALS[name];
      throw new UndefinedName(name);
    },
    set: () => {
      throw new TypeError("variables cannot be assigned to");
    },
  });
  proxies.set(scope, proxy);
  return proxy;
}

/** `defined("a.b")`: whether a variable, or something in it, is there. */
function isDefined(scope: Scope, path: string): boolean {
  const [name = "", ...rest] = path.split(".");
  if (!scope.has(name)) return false;
  let value = scope.get(name);
  for (const part of rest) {
    if (value === null || value === undefined || !(part in Object(value))) return false;
    value = (value as Record<string, unknown>)[part];
  }
  return value !== undefined;
}

/** Where a text of the user stands, for what goes wrong in it. */
export interface Origin {
  readonly source: Source;
  readonly text: string;
  readonly placeAt: (offset: number) => Place;
}

/** An error of an evaluation as one of the user's: which name, where, what was meant. NotYet passes. */
export function explainEvaluation(error: unknown, origin: Origin, scope: Scope): unknown {
  if (error instanceof NotYet || error instanceof FettleError) return error;
  const cause = innerCause(error);
  if (cause instanceof NotYet || cause instanceof FettleError) return cause;
  if (cause instanceof UndefinedName) return undefinedName(cause.variable, origin, scope);
  const message = cause instanceof Error ? cause.message : String(cause);
  return origin.source.error(origin.placeAt(0), `\`${shorten(origin.text)}\`: ${message}`);
}

/** ejs puts its own error around some; it keeps the class of others. */
function innerCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function undefinedName(name: string, { source, text, placeAt }: Origin, scope: Scope): FettleError {
  const at = new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])`).exec(text)?.index ?? 0;
  const meant = didYouMean(name, [...scope.names(), ...Object.keys(GLOBALS)]);
  const remedy = meant === undefined ? `define it, or ask with defined("${name}")` : `did you mean "${meant}"?`;
  return source.error(placeAt(at), `"${name}" is not defined`, remedy);
}

export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
