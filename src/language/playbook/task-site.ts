import { resolve } from "node:path";
import type { ControllerUse } from "../../contract/play.js";
import type { Site } from "../helpers/site.js";
import type { Inventory } from "../inventory/inventory.js";
import { renderFile } from "../template.js";
import { type Keyring, NO_KEYS } from "../vault/keyring.js";

interface Others {
  /** The folder of the role. */
  readonly role?: string | undefined;
  readonly besides?: readonly string[];
  readonly isOnController?: () => boolean;
  /** Throws NotYet while tasks before this one may still add hosts. */
  readonly beforeInventory?: (() => void) | undefined;
}

/** Where the functions of a task look for files: in the role, beside the playbook, beside the file with the task. */
export function siteFor(
  context: { readonly inventory: Inventory; readonly vault?: Keyring },
  folder: string,
  others: Others = {},
  controller?: ControllerUse,
): Site {
  const { role, besides = [], isOnController, beforeInventory } = others;
  const { inventory, vault = NO_KEYS } = context;
  const own = resolve(folder);
  return {
    folders: [...new Set([...(role === undefined ? [] : [resolve(role)]), own, ...besides.map((one) => resolve(one))])],
    folder: own,
    vault,
    isOnController,
    select: (pattern) => {
      beforeInventory?.();
      return inventory.select(pattern);
    },
    render: (path, scope) => renderFile(path, scope, vault),
    ...(controller !== undefined && { controller }),
  };
}
