import { constants } from "node:fs";
import { accessSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../../contract/error.js";
import { readSource, Source } from "../source.js";
import { type Keyring, NO_KEYS } from "../vault/keyring.js";
import { readIni } from "./ini.js";
import { folderOf, Inventory, type InventorySource } from "./inventory.js";
import { Model } from "./model.js";
import { readYamlInventory } from "./yaml-inventory.js";

/** A big inventory: 20,000 hosts with variables are about 4 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
/** What Ansible does not read in a folder of inventories. */
const IGNORED = /^\.|~$|\.(orig|bak|cfg|retry|pyc|pyo|csv|md|swp)$|^(group_vars|host_vars|README)$/;

/**
 * Reads inventories: files (INI or YAML), folders of them, or lists (`web1,web2,`). Later ones add to earlier ones.
 * Throws an input error.
 */
export function readInventory(given: readonly string[], vault: Keyring = NO_KEYS): Inventory {
  const model = new Model();
  const sources = given.map((source) => readOne(source, model, vault));
  return new Inventory(
    model,
    sources.filter((source) => source !== undefined),
    vault,
  );
}

function readOne(given: string, model: Model, vault: Keyring): InventorySource | undefined {
  if (given.includes(",")) {
    readList(given, model);
    return undefined;
  }
  if (!existsSync(given)) {
    throw inputError(`the inventory ${given} does not exist`, {
      remedy: "name a file or folder, or a list of hosts that ends with a comma: `-i web1,`",
    });
  }
  const isDirectory = statSync(given).isDirectory();
  if (isDirectory) readFolder(given, model, vault);
  else readFile(given, model, vault);
  return { path: given, folder: folderOf(given, isDirectory) };
}

/** A list is read as the lines of an INI file are: `web1`, `web[1:3]`, `web1:2222`. */
function readList(given: string, model: Model): void {
  const names = given.split(",").map((part) => part.trim());
  const text = names.filter((name) => name !== "").join("\n");
  readIni(new Source("--inventory", text), model);
}

function readFolder(folder: string, model: Model, vault: Keyring): void {
  for (const name of entriesOf(folder)) {
    if (IGNORED.test(name)) continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) readFolder(path, model, vault);
    else readFile(path, model, vault);
  }
}

/** Sorted, as Ansible reads them. */
function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw inputError(`cannot read the folder ${folder}: ${(error as Error).message}`);
  }
}

function readFile(path: string, model: Model, vault: Keyring): void {
  if (isExecutable(path)) {
    throw inputError(`${path} is executable, and inventories by programs are not supported yet`, {
      remedy: "chmod -x, if it is a plain inventory",
    });
  }
  const source = readSource(path, vault, MAX_BYTES);
  if (isYaml(path, source.text)) readYamlInventory(source, model);
  else readIni(source, model);
}

/** As Ansible, which tries one after the other, by the content before the name: `---`, `all:` and `{` are no INI. */
function isYaml(path: string, text: string): boolean {
  const first = /^(?!\s*([#;].*)?$).*/m.exec(text)?.[0] ?? "";
  if (/^\[[^\]]+\]\s*(#.*)?$/.test(first.trim())) return false;
  return /\.(ya?ml|json)$/.test(path) || /^(---|\{|[^\s[\]:]+:\s*(#.*)?$)/.test(first);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return (statSync(path).mode & 0o111) !== 0;
  } catch {
    return false;
  }
}
