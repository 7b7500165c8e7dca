import { type FettleError, inputError, type Place } from "./error.js";
import type { ModuleSpec } from "./module.js";

/** Validates a task's rendered parameters by its module's schema; every problem with its place. */
export function checkParams(
  module: ModuleSpec,
  raw: unknown,
  argPlace: (path: readonly PropertyKey[]) => Place,
  excerpt: (place: Place) => string | undefined,
): { readonly params: unknown } | { readonly errors: readonly FettleError[] } {
  const parsed = module.params.safeParse(raw);
  if (parsed.success) return { params: parsed.data };
  const errors = parsed.error.issues.map((issue) => {
    const place = argPlace(issue.path);
    const shown = excerpt(place);
    const name = [module.name, ...issue.path.map(String)].join(".");
    return inputError(`${name} ${issue.message}`, { place, ...(shown !== undefined && { excerpt: shown }) });
  });
  return { errors };
}
