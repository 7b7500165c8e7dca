import { extraVars, parseWords, readInventory } from "../language/index.js";
import { EXIT } from "./exit-status.js";
import { type Forms, shown } from "./inventory-forms.js";
import type { InventoryOptions } from "./options.js";

type ShowOptions = InventoryOptions & Omit<Forms, "graph"> & { readonly graph?: string | true };

/** `fettle inventory`: hosts, groups and variables, in the forms of ansible-inventory. */
export function inventory({ graph, ...options }: ShowOptions): Promise<number> {
  const found = readInventory(options.inventory ?? []);
  const extra = extraVars(options.extraVars ?? [], parseWords);
  const text = shown(found, extra, {
    ...options,
    ...(graph !== undefined && { graph: graph === true ? "all" : graph }),
  });
  process.stdout.write(`${text}\n`);
  return Promise.resolve(EXIT.done);
}
