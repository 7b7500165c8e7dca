import { FettleError, inputError } from "../../contract/error.js";
import type { Scope } from "../../contract/play.js";
import { isTruthy } from "./compare.js";
import { textOf } from "./helper.js";
import type { ScopeHelpers } from "./scope-helper.js";
import { UndefinedName } from "./undefined-name.js";

export const VARIABLES: ScopeHelpers = {
  defined: {
    call: 'defined("a.b")',
    does: "Whether a variable, or something in it, is there.",
    bind: (scope) => (path: string) => found(scope, path) !== undefined,
  },
  defaultTo: {
    call: 'defaultTo("a.b", otherwise, empty = false)',
    does:
      "The variable, or what is in it; `otherwise` when it is not there, and with `true` also when it is empty, zero, " +
      "false or null. Another expression is written as a function: `defaultTo(() => a.b[i], otherwise)`; a function for " +
      "`otherwise` is called only when it is needed.",
    ansible: "default",
    bind: (scope) => (what: unknown, otherwise: unknown, empty?: unknown) => {
      const value =
        typeof what === "function" ? attempted(what as () => unknown) : found(scope, textOf("defaultTo", what));
      if (value !== undefined && (empty !== true || isTruthy(value))) return value;
      return typeof otherwise === "function" ? (otherwise as () => unknown)() : otherwise;
    },
  },
  vars: {
    call: 'vars("name", otherwise)',
    does: "The variable whose name is made by an expression.",
    bind:
      (scope) =>
      (name: unknown, ...otherwise: unknown[]) => {
        const asked = textOf("vars", name);
        if (scope.has(asked)) return scope.get(asked);
        if (otherwise.length > 0) return otherwise[0];
        throw inputError(`vars: there is no variable "${asked}"`, { remedy: `write vars("${asked}", otherwise)` });
      },
  },
  varnames: {
    call: "varnames(...patterns)",
    does: "The names of variables that one of the regular expressions is found in, sorted.",
    bind:
      (scope) =>
      (...patterns: unknown[]) => {
        const wanted = patterns.map(
          (pattern) => new RegExp(pattern instanceof RegExp ? pattern : textOf("varnames", pattern)),
        );
        const names = scope.names().filter((name) => wanted.some((pattern) => pattern.test(name)));
        return names.sort();
      },
  },
};

/** The value at a path; undefined when something on the way is not there. */
function found(scope: Scope, path: string): unknown {
  const [name = "", ...rest] = path.split(".");
  if (!scope.has(name)) return undefined;
  let value = scope.get(name);
  for (const part of rest) {
    if (value === null || value === undefined || !(part in Object(value))) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** What a function gives; undefined when a name or a property on the way is not there. */
function attempted(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    const isMissing =
      error instanceof UndefinedName ||
      (error instanceof TypeError && /^Cannot read properties of (?:undefined|null) /.test(error.message)) ||
      // Of another host, or a fact that there is none of.
      (error instanceof FettleError &&
        error.kind === "input" &&
        /^(?:there is no fact|hostvars: there is no host) /.test(error.details.cause));
    if (isMissing) return undefined;
    throw error;
  }
}
