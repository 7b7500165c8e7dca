import { constants } from "node:fs";
import { accessSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../../contract/error.js";
import { readSource } from "../source.js";
import { readIni } from "./ini.js";
import { folderOf, Inventory, type InventorySource } from "./inventory.js";
import { Model } from "./model.js";
import { expandRanges } from "./ranges.js";
import { readYamlInventory } from "./yaml-inventory.js";

/** A big inventory: 20,000 hosts with variables are about 4 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
/** What Ansible does not read in a folder of inventories. */
const IGNORED = /^\.|~$|\.(orig|bak|cfg|retry|pyc|pyo|csv|md|swp)$|^(group_vars|host_vars|README)$/;

/**
 * Reads inventories: files (INI or YAML), folders of them, or lists (`web1,web2,`). Later ones add to earlier ones.
 * Throws an input error.
 */
export function readInventory(given: readonly string[]): Inventory {
  const model = new Model();
  const sources = given.map((source) => readOne(source, model));
  return new Inventory(
    model,
    sources.filter((source) => source !== undefined),
  );
}

function readOne(given: string, model: Model): InventorySource | undefined {
  if (given.includes(",")) {
    for (const name of given.split(",").map((part) => part.trim())) {
      if (name !== "") for (const host of expandRanges(name)) model.addHost(host, "ungrouped");
    }
    return undefined;
  }
  if (!existsSync(given)) {
    throw inputError(`the inventory ${given} does not exist`, {
      remedy: "name a file or folder, or a list of hosts that ends with a comma: `-i web1,`",
    });
  }
  const isDirectory = statSync(given).isDirectory();
  if (isDirectory) readFolder(given, model);
  else readFile(given, model);
  return { path: given, folder: folderOf(given, isDirectory) };
}

function readFolder(folder: string, model: Model): void {
  for (const name of readdirSync(folder).sort()) {
    if (IGNORED.test(name)) continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) readFolder(path, model);
    else readFile(path, model);
  }
}

function readFile(path: string, model: Model): void {
  if (isExecutable(path)) {
    throw inputError(`${path} is executable, and inventories by programs are not supported yet`, {
      remedy: "chmod -x, if it is a plain inventory",
    });
  }
  const source = readSource(path, MAX_BYTES);
  if (/\.(ya?ml|json)$/.test(path)) readYamlInventory(source, model);
  else readIni(source, model);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return (statSync(path).mode & 0o111) !== 0;
  } catch {
    return false;
  }
}
