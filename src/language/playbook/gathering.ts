import type { Play, Scope } from "../../contract/play.js";
import { templateTree } from "../expression.js";
import { type Entry, makeMap, type MapNode } from "../nodes.js";
import type { Source } from "../source.js";
import { checkShared } from "./args.js";
import type { LoadContext, Surroundings } from "./context.js";
import { asBoolean, entryOf, numberTemplate } from "./values.js";

/** `gather_facts` and what belongs to it. As in Ansible, `module_defaults` of setup count too. */
export function gatheringOf(
  node: MapNode,
  source: Source,
  { moduleDefaults }: Surroundings,
  { registry, problems }: LoadContext,
  scope: () => Scope,
): Pick<Play, "gatherFacts" | "gatherSubset"> {
  const gatherFacts = asBoolean(node.get("gather_facts"), source, "gather_facts") ?? false;
  // A host answers or it does not: each question has its own time limit.
  numberTemplate(entryOf(node, "gather_timeout"), source);
  const own = entryOf(node, "gather_subset");
  const setup = registry.get("setup");
  if (own !== undefined && setup !== undefined) {
    const params = makeMap([own], own.value.place);
    for (const problem of checkShared(setup, own, params, source)) problems.add(problem);
  }
  const defaults = moduleDefaults.get("setup");
  const byDefault = defaults?.params === undefined ? undefined : entryOf(defaults.params, "gather_subset");
  const found = own === undefined ? byDefault : own;
  if (!gatherFacts || found === undefined) return { gatherFacts };
  return {
    gatherFacts,
    gatherSubset: () => words(found, own === undefined ? defaults?.source : source, source, scope),
  };
}

function words(found: Entry, from: Source | undefined, source: Source, scope: () => Scope): readonly string[] {
  const value = templateTree(found.value, from ?? source).evaluate(scope());
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((one) => String(one).split(",")).map((word) => word.trim());
}
