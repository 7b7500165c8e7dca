import type { Scope } from "../contract/play.js";
import { HELPERS, SCOPE_HELPERS } from "./helpers/index.js";
import { UndefinedName } from "./helpers/undefined-name.js";

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

/** The functions that a code calls, or hands over to one of a list's: only there are their names known. */
const CALLED =
  /(?<![\w$]|(?<!\.\.)\.)([A-Za-z]\w*)(?=\s*\()|\.(?:map|flatMap|filter|find|some|every|forEach)\(\s*([A-Za-z]\w*)\s*[,)]/g;

/** `typeof x` may be asked of what is not there. */
const ASKED = /\btypeof\s+([A-Za-z_$][\w$]*)(?!\s*[\w$.[(]|\?\.)/g;

/** The names that a text with code in it uses in another way than to take their values. */
export interface NamesIn {
  readonly helpers: ReadonlySet<string>;
  readonly asked: ReadonlySet<string>;
  /** The same for texts that use the same. */
  readonly key: string;
}

/**
 * The helpers that a text with code in it uses as functions. A variable that is called as a helper is and that nobody has
 * defined must not be taken for the function: `env === "prod"` would be false without a word.
 */
export function namesIn(text: string): NamesIn {
  const called = [...text.matchAll(CALLED)].map(([, one, passed]) => one ?? passed ?? "");
  const helpers = new Set(called.filter((name) => Object.hasOwn(HELPERS, name) || Object.hasOwn(SCOPE_HELPERS, name)));
  const asked = new Set([...text.matchAll(ASKED)].map(([, name = ""]) => name));
  return { helpers, asked, key: `${[...helpers].join()};${[...asked].join()}` };
}

const proxies = new WeakMap<Scope, Map<string, object>>();

/**
 * What `with` is given: every name is asked for here, so that no global of the controller is in reach by its name.
 * Playbooks are code, and code can get around this; what hosts say is data and never comes here. Variables go before
 * `helpers`.
 */
export function scopeProxy(scope: Scope, names: NamesIn): object {
  const ofScope = proxies.get(scope) ?? new Map<string, object>();
  proxies.set(scope, ofScope);
  const known = ofScope.get(names.key) ?? makeProxy(scope, names);
  ofScope.set(names.key, known);
  return known;
}

function makeProxy(scope: Scope, { helpers, asked }: NamesIn): object {
  return new Proxy(Object.create(null) as object, {
    has: (_target, name) => typeof name === "string" && !OF_EJS.has(name),
    get(_target, name) {
      if (typeof name !== "string") return undefined;
      if (scope.has(name)) return scope.get(name);
      if (helpers.has(name)) return HELPERS[name]?.run ?? SCOPE_HELPERS[name]?.bind(scope);
      if (Object.hasOwn(GLOBALS, name)) return GLOBALS[name];
      if (asked.has(name)) return undefined;
      throw new UndefinedName(name);
    },
    set: (_target, name) => {
      throw new TypeError(`"${String(name)}" cannot be assigned to; variables of your own begin with let`);
    },
  });
}
