import { didYouMean, type FettleError } from "../../contract/error.js";
import type { ModuleSpec, Registry } from "../../contract/module.js";
import { paramNames } from "../../contract/params.js";
import type { Entry, MapNode } from "../nodes.js";
import type { Source } from "../source.js";
import { findModule, unknownModule } from "./args.js";
import { asMap } from "./values.js";

/** `module_defaults` of a play, block or task: parameters of modules, where their tasks do not give them. */
export interface ModuleDefaults {
  readonly map: MapNode;
  readonly source: Source;
}

/** A parameter that a task takes from `module_defaults`. */
export interface DefaultParam {
  readonly entry: Entry;
  readonly source: Source;
}

/** What a task of this module gets; the innermost wins for each parameter. */
export function defaultsFor(module: ModuleSpec, all: readonly ModuleDefaults[], registry: Registry): DefaultParam[] {
  const found = new Map<string, DefaultParam>();
  for (const { map, source } of all) {
    for (const { key, value } of map.entries) {
      if (findModule(key, registry) !== module || value.kind !== "map") continue;
      for (const entry of value.entries) found.set(entry.key, { entry, source });
    }
  }
  return [...found.values()];
}

/** Everything that is wrong with the names in it; whose values are wrong is told at the tasks that get them. */
export function moduleDefaultsFaults(node: MapNode, source: Source, registry: Registry): readonly FettleError[] {
  const map = asMap(node.get("module_defaults") ?? null, source, "module_defaults");
  return (map?.entries ?? []).flatMap((entry) => faultsOf(entry, source, registry));
}

function faultsOf(entry: Entry, source: Source, registry: Registry): readonly FettleError[] {
  const { key, keyPlace } = entry;
  if (key.startsWith("group/"))
    return [source.error(keyPlace, "groups of modules are not known here", "name each module")];
  const module = findModule(key, registry);
  if (module === undefined) return [unknownModule(entry, registry, [], source)];
  const params = asMap(entry.value, source, key);
  const known = paramNames(module);
  const strange = (params?.entries ?? []).filter((one) => known.length > 0 && !known.includes(one.key));
  return strange.map((one) => {
    const meant = didYouMean(one.key, known);
    const remedy = meant === undefined ? `\`fettle doc ${module.name}\` lists them` : `did you mean "${meant}"?`;
    return source.error(one.keyPlace, `${module.name} has no parameter "${one.key}"`, remedy);
  });
}
