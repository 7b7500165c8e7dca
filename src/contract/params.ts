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
  const { issues } = parsed.error;
  // A parameter that is misspelt is missing as well: that is one mistake.
  const isMisspelt = issues.some(({ code }) => code === "unrecognized_keys");
  const told = isMisspelt ? issues.filter((issue) => !isOfWhatLacks(issue, raw)) : issues;
  return { errors: told.flatMap((issue) => explain(module, issue, raw, places)) };
}

/**
 * The same before anything is rendered: what can be said of the parameters whose values are known already, and of
 * all names. `computed` are the names whose values are not known yet; while there are any, rules about several
 * parameters are left for later.
 */
export function checkKnownParams(
  module: ModuleSpec,
  known: Readonly<Record<string, unknown>>,
  computed: readonly string[],
  places: ParamPlaces,
): readonly FettleError[] {
  if (computed.length === 0) {
    const checked = checkParams(module, known, places);
    return "errors" in checked ? checked.errors : [];
  }
  const shape = shapeOf(module);
  if (shape === undefined) return [];
  const isUnknown = (name: string): boolean => !(name in shape) && !takesMore(module);
  const unknown = [...Object.keys(known), ...computed].filter(isUnknown);
  const faults = Object.entries(shape).flatMap(([name, schema]) => {
    if (computed.includes(name)) return [];
    const parsed = schema.safeParse(known[name]);
    const issues = parsed.success ? [] : parsed.error.issues;
    return issues.flatMap((issue) => explain(module, { ...issue, path: [name, ...issue.path] }, known, places));
  });
  return [...unknown.map((name) => unknownParam(module, [name], places)), ...faults];
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
  const place = places.argPlace(issue.path, isOfName(issue) ? "name" : "value");
  // A missing parameter has no value whose fault it could be: the schema's own text says that it is required.
  const isMissing = issue.path.length === 1 && !(String(issue.path[0]) in raw);
  const path = issue.path.map(String).filter((part) => isMissing || part !== module.freeForm);
  const name = [module.name, ...path].join(".");
  const message = isMissing && issue.code === "invalid_type" ? "is required" : issue.message;
  // What follows is what to do: `is not absolute; begin it with /`.
  const [text = "", ...told] = message.split("; ");
  const remedy = told.length > 0 ? told.join("; ") : remedyFor(module, issue, text, raw);
  return [located(`${name} ${lowerFirst(text)}`, place, places, remedy)];
}

function isOfWhatLacks({ code, path }: z.core.$ZodIssue, raw: Readonly<Record<string, unknown>>): boolean {
  if (code === "unrecognized_keys") return false;
  return path.length === 0 || (path.length === 1 && !(String(path[0]) in raw));
}

/** What is wrong is the parameter's name, where a module takes any. */
function isOfName(issue: z.core.$ZodIssue): boolean {
  return issue.code === "custom" && issue.params?.["of"] === "name";
}

function remedyFor(
  module: ModuleSpec,
  { path }: z.core.$ZodIssue,
  text: string,
  raw: Readonly<Record<string, unknown>>,
): string {
  const [name = ""] = path.map(String);
  const page = `\`fettle doc ${module.name}\` describes it`;
  if (text === "is required") return `write ${name}: below ${module.name}:; ${page}`;
  if (text.startsWith("needs ")) return `write it below ${module.name}:; ${page}`;
  const value = path.length === 1 ? raw[name] : undefined;
  const known = ofType(text, value);
  if (known !== undefined) return known;
  const choices = /^must be (?:one of )?([\w-]+(?:(?:, | or )[\w-]+)+)$/.exec(text)?.[1]?.split(/, | or /);
  const meant = choices === undefined ? undefined : didYouMean(String(value), choices);
  return meant === undefined ? page : `did you mean "${meant}"?`;
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
  return Object.keys(shapeOf(module) ?? {});
}

/** What to write for the types that all modules share. */
function ofType(text: string, value: unknown): string | undefined {
  if (text === "must be text")
    return Array.isArray(value) ? "write one text; for several, loop over them" : "write a text";
  if (text === "must be a number") return "write digits";
  if (text !== "must be true or false") return undefined;
  const word = String(value);
  return /^(yes|on|y)$/i.test(word) ? "write true" : /^(no|off|n)$/i.test(word) ? "write false" : "write true or false";
}

interface Shaped {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly def?: { readonly in?: Shaped; readonly catchall?: { readonly def: { readonly type: string } } };
}

/** The schemas of the parameters; undefined when any name is allowed. */
function shapeOf(module: ModuleSpec): Readonly<Record<string, z.ZodType>> | undefined {
  return objectOf(module).shape;
}

/** Whether names are allowed that the schema does not know. */
function takesMore(module: ModuleSpec): boolean {
  const { catchall } = objectOf(module).def ?? {};
  return catchall !== undefined && catchall.def.type !== "never";
}

function objectOf(module: ModuleSpec): Shaped {
  let schema = module.params as Shaped;
  // A schema that transforms the whole wraps the object.
  while (schema.shape === undefined && schema.def?.in !== undefined) schema = schema.def.in;
  return schema;
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
