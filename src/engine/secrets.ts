import type { Task } from "../contract/play.js";

/** Texts of parameters that are never shown. */
export function secretsIn(
  { secrets = [] }: Task["module"],
  params: Readonly<Record<string, unknown>>,
): readonly string[] {
  return secrets.flatMap((one) => {
    const name = typeof one === "string" ? one : one.name;
    const value = params[name];
    const isSecret = typeof value === "string" && (typeof one === "string" || one.isSecret(value));
    return isSecret ? [value] : [];
  });
}
