import type { Scope } from "../../contract/play.js";
import type { Inventory } from "../inventory/inventory.js";
import { createScope, type Layer } from "../scope.js";
import { magicOf } from "./magic.js";
import { nothingRead } from "./play-frame.js";
import { siteFor } from "./task-site.js";

/** The variables of a host as the inventory, the command line and a play define them; without facts. */
export function hostScope(
  host: string,
  inventory: Inventory,
  extraVars: readonly Layer[],
  folder?: string,
  playLayers: readonly Layer[] = [],
): Scope {
  const scopeOf = (other: string): Scope => hostScope(other, inventory, extraVars, folder, playLayers);
  const magic = magicOf(host, { inventory, folder: folder ?? ".", playName: "", scopeOf });
  return createScope({
    below: [...inventory.layersOf(host, folder), ...playLayers],
    above: extraVars,
    dynamic: nothingRead(host),
    magic,
    site: siteFor({ inventory, vault: inventory.vault }, folder ?? "."),
  });
}
