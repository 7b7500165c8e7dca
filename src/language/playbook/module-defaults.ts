import { type Entry, makeMap, type Node } from "../nodes.js";
import type { Source } from "../source.js";
import { checkShared, findModule, isOpenArgs, openArgs, unknownModule } from "./args.js";
import type { LoadContext, ModuleDefault, ModuleDefaults } from "./context.js";
import { asMap, oneOrMore } from "./values.js";

/** As in Ansible, the innermost entry for a module is the only one that counts: entries are not merged. */
export function withDefaults(
  outer: ModuleDefaults,
  node: Node | undefined,
  source: Source,
  context: LoadContext,
): ModuleDefaults {
  if (node === undefined) return outer;
  const found = new Map(outer);
  for (const one of oneOrMore(node)) {
    for (const entry of asMap(one, source, "module_defaults")?.entries ?? []) {
      const read = context.problems.guard(() => readDefault(entry, source, context));
      if (read !== undefined) found.set(...read);
    }
  }
  return found;
}

function readDefault(entry: Entry, source: Source, { registry, problems }: LoadContext): [string, ModuleDefault] {
  const { key, keyPlace, value } = entry;
  if (key.startsWith("group/"))
    throw source.error(
      keyPlace,
      "module_defaults of groups of modules are not supported",
      "write an entry for each module",
    );
  const module = findModule(key, registry);
  if (module === undefined) throw unknownModule(entry, registry, [], source);
  // A variable that nobody knows of could be among them.
  if (isOpenArgs(value) && module.setsVariables !== true)
    return [module.name, { source, open: openArgs(value, source) }];
  const params = asMap(value, source, `the defaults of ${module.name}`) ?? makeMap([], value.place);
  for (const problem of checkShared(module, entry, params, source)) problems.add(problem);
  return [module.name, { source, params }];
}
