import { inputError } from "../../contract/error.js";

/** A function of expressions and templates, with what the reference says of it. */
export interface Helper {
  /** How it is called: `combine(...mappings, { recursive, listMerge })`. */
  readonly call: string;
  readonly does: string;
  /** What Ansible calls it. Absent: as here. */
  readonly ansible?: string;
  readonly run: (...args: never[]) => unknown;
}

export type Helpers = Readonly<Record<string, Helper>>;

export function helper(call: string, does: string, run: Helper["run"], ansible?: string): Helper {
  return { call, does, run, ...(ansible !== undefined && { ansible }) };
}

export type Options = Readonly<Record<string, unknown>>;

/** Throws an input error for an option that there is none of: it would be ignored without a word. */
export function checkOptions(of: string, given: unknown, known: readonly string[]): Options {
  if (given === undefined) return {};
  if (!isMapping(given)) throw inputError(`${of}: options are a mapping: { ${known[0] ?? ""}: … }`);
  const wrong = Object.keys(given).find((name) => !known.includes(name));
  if (wrong === undefined) return given;
  throw inputError(`${of}: there is no option "${wrong}"`, { remedy: `known are ${known.join(", ")}` });
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Throws an input error for what is no list; a Set or what else can be walked through is one. */
export function listOf(of: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  throw inputError(`${of} takes a list, not ${kindOf(value)}`);
}

/** Throws an input error for what is no mapping. */
export function mappingOf(of: string, value: unknown): Readonly<Record<string, unknown>> {
  if (isMapping(value)) return value;
  throw inputError(`${of} takes a mapping, not ${kindOf(value)}`);
}

/** Throws an input error for what is no text; a number or a boolean is shown as one. */
export function textOf(of: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw inputError(`${of} takes a text, not ${kindOf(value)}`);
}

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "a text" : typeof value === "object" ? "a mapping" : `a ${typeof value}`;
}

/** A text, number or boolean as text; `otherwise` where there is none. For options: a mapping is shown as JSON. */
export function word(value: unknown, otherwise = ""): string {
  if (value === undefined || value === null) return otherwise;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A new mapping that no key of it can turn into something else. */
export function newMapping(entries: Iterable<readonly [string, unknown]> = []): Record<string, unknown> {
  const made = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of entries) made[key] = value;
  return made;
}

/** `a.b.0`: the value at a path, undefined where there is none. */
export function at(value: unknown, path: unknown): unknown {
  let found = value;
  for (const part of String(path).split(".")) {
    if (found === null || found === undefined) return undefined;
    found = (Object(found) as Record<string, unknown>)[part];
  }
  return found;
}
