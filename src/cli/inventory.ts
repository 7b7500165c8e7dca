import { extraVars, parseWords, readInventory } from "../language/index.js";
import { createRedactor } from "../ui/redact.js";
import { EXIT } from "./exit-status.js";
import { type Forms, shown } from "./inventory-forms.js";
import type { InventoryOptions } from "./options.js";
import { openKeyring } from "./vault-passwords.js";

type ShowOptions = InventoryOptions & Omit<Forms, "graph"> & { readonly graph?: string | true };

/** `fettle inventory`: hosts, groups and variables, in the forms of ansible-inventory. */
export async function inventory({ graph, ...options }: ShowOptions): Promise<number> {
  const vault = await openKeyring(options);
  const found = readInventory(options.inventory ?? [], vault);
  const extra = extraVars(options.extraVars ?? [], parseWords, vault);
  const forms = { ...options, ...(graph !== undefined && { graph: graph === true ? "all" : graph }) };
  process.stdout.write(
    `${shown(
      found,
      extra,
      forms,
      createRedactor(() => vault.secrets()),
    )}\n`,
  );
  return EXIT.done;
}
