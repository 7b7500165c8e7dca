import { inputError } from "../../contract/error.js";
import type { Scope } from "../../contract/play.js";
import type { Site } from "./site.js";

/** A function that asks the variables around it, or the controller. */
export interface ScopeHelper {
  readonly call: string;
  readonly does: string;
  readonly ansible?: string;
  readonly bind: (scope: Scope) => (...args: never[]) => unknown;
}

export type ScopeHelpers = Readonly<Record<string, ScopeHelper>>;

export function siteOf(of: string, scope: Scope): Site {
  if (scope.site !== undefined) return scope.site as Site;
  throw inputError(`${of}() does not work here`, { remedy: "use it in a task, or in a variable that a task uses" });
}
