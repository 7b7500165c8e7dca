import type { z } from "zod";
import { didYouMean, type FettleError, inputError, type Place } from "./error.js";
import type { ModuleSpec } from "./module.js";

/** Where a task's parameters stand in the user's text. */
export interface ParamPlaces {
  /** Of a parameter's value, or of its name. Falls back to the nearest known parent. */
  argPlace(path: readonly PropertyKey[], of?: "value" | "name"): Place;
  /** The lines around a place, with a caret. */
  excerpt(place: Place): string | undefined;
}

/** Validates a task's rendered parameters by its module's schema; every problem with its place. */
export function checkParams(
  module: ModuleSpec,
  raw: Readonly<Record<string, unknown>>,
  places: ParamPlaces,
): { readonly params: unknown } | { readonly errors: readonly FettleError[] } {
  const parsed = module.params.safeParse(raw);
  if (parsed.success) return { params: parsed.data };
  return { errors: parsed.error.issues.flatMap((issue) => explain(module, issue, raw, places)) };
}

/**
 * The same before anything is rendered: what can be said of the parameters whose values are known already, and of
 * all names. `computed` are the names whose values are not known yet.
 */
export function checkKnownParams(
  module: ModuleSpec,
  known: Readonly<Record<string, unknown>>,
  computed: readonly string[],
  places: ParamPlaces,
): readonly FettleError[] {
  const raw = { ...known, ...Object.fromEntries(computed.map((name) => [name, undefined])) };
  const parsed = module.params.safeParse(raw);
  if (parsed.success) return [];
  const issues = parsed.error.issues.filter((issue) => {
    if (issue.code === "unrecognized_keys") return true;
    // A rule about several parameters cannot be judged while one of them is open.
    if (issue.path.length === 0) return computed.length === 0;
    return !computed.includes(String(issue.path[0]));
  });
  return issues.flatMap((issue) => explain(module, issue, raw, places));
}

function explain(
  module: ModuleSpec,
  issue: z.core.$ZodIssue,
  raw: Readonly<Record<string, unknown>>,
  places: ParamPlaces,
): readonly FettleError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownParam(module, [...issue.path, key], places));
  }
  const place = places.argPlace(issue.path);
  const name = [module.name, ...issue.path.map(String)].join(".");
  // A missing parameter has no value whose fault it could be: the schema's own text says that it is required.
  const isMissing = issue.path.length === 1 && !(String(issue.path[0]) in raw);
  const text = isMissing && issue.code === "invalid_type" ? "is required" : issue.message;
  return [located(`${name} ${lowerFirst(text)}`, place, places)];
}

function unknownParam(module: ModuleSpec, path: readonly PropertyKey[], places: ParamPlaces): FettleError {
  const key = String(path.at(-1));
  const meant = path.length === 1 ? didYouMean(key, paramNames(module)) : undefined;
  const remedy = meant === undefined ? `\`fettle doc ${module.name}\` lists them` : `did you mean "${meant}"?`;
  const where = [module.name, ...path.slice(0, -1).map(String)].join(".");
  return located(`${where} has no parameter "${key}"`, places.argPlace(path, "name"), places, remedy);
}

/** The names that a module's schema knows; empty when it takes any. */
export function paramNames(module: ModuleSpec): readonly string[] {
  const shape = (module.params as { readonly shape?: Readonly<Record<string, unknown>> }).shape;
  return shape === undefined ? [] : Object.keys(shape);
}

function located(cause: string, place: Place, places: ParamPlaces, remedy?: string): FettleError {
  const excerpt = places.excerpt(place);
  return inputError(cause, {
    place,
    ...(excerpt !== undefined && { excerpt }),
    ...(remedy !== undefined && { remedy }),
  });
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
