import type { Scope } from "../contract/play.js";

/** What expressions may use of JavaScript besides the variables: nothing that reaches the controller. */
export const GLOBALS: Readonly<Record<string, unknown>> = {
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

/** What `this` is in expressions: the controller's global object otherwise. */
export const NO_THIS = Object.freeze(Object.create(null) as object);

/** EJS's own names, which its compiled code asks for. */
const OF_EJS = new Set(["__output", "__append", "__line", "__lines", "__filename", "escapeFn", "rethrow", "locals"]);

/** A name that an expression uses and nobody has defined. */
export class UndefinedName extends Error {
  constructor(readonly variable: string) {
    super(`${variable} is not defined`);
  }
}

const proxies = new WeakMap<Scope, object>();

/**
 * What `with` is given: every name is asked for here, so that no global of the controller is in reach by its name.
 * Playbooks are code, and code can get around this; what hosts say is data and never comes here.
 */
export function scopeProxy(scope: Scope): object {
  const known = proxies.get(scope);
  if (known !== undefined) return known;
  const helpers: Readonly<Record<string, unknown>> = { defined: (name: string) => isDefined(scope, name) };
  const proxy = new Proxy(Object.create(null) as object, {
    has: (_target, name) => typeof name === "string" && !OF_EJS.has(name),
    get(_target, name) {
      if (typeof name !== "string") return undefined;
      if (scope.has(name)) return scope.get(name);
      if (Object.hasOwn(helpers, name)) return helpers[name];
      if (Object.hasOwn(GLOBALS, name)) return GLOBALS[name];
      throw new UndefinedName(name);
    },
    set: (_target, name) => {
      throw new TypeError(`"${String(name)}" cannot be assigned to; variables of your own begin with let`);
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
