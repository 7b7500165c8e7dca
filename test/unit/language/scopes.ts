import type { Dynamic, Scope } from "../../../src/contract/play.js";
import { createScope } from "../../../src/language/scope.js";
import { Source } from "../../../src/language/source.js";
import { layerOf } from "../../../src/language/variables.js";
import { parseYaml } from "../../../src/language/yaml.js";

/** What a host has said: registers and facts. */
export function said(
  values: Readonly<Record<string, unknown>>,
  facts: Readonly<Record<string, unknown>> = {},
): Dynamic {
  return {
    lookup: (name) => (Object.hasOwn(values, name) ? { value: values[name] } : undefined),
    names: () => Object.keys(values),
    facts,
    magic: {},
  };
}

/** A scope over variables written as YAML (`vars.yml`), and what the host said. */
export function scopeOf(variables: string, dynamic: Dynamic = said({})): Scope {
  const source = new Source("vars.yml", variables);
  const node = parseYaml(source, "1.2");
  const below = node?.kind === "map" ? [layerOf("vars", node, source)] : [];
  return createScope({ below, above: [], dynamic, magic: {} });
}
