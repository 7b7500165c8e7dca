import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../../contract/error.js";
import { readSource, Source } from "../source.js";
import { type Keyring, NO_KEYS } from "../vault/keyring.js";
import { readIni } from "./ini.js";
import { folderOf, Inventory, type InventorySource } from "./inventory.js";
import { Model } from "./model.js";
import { type FileKind, fileKind } from "./program.js";
import { readProgram } from "./program-inventory.js";
import { readYamlInventory } from "./yaml-inventory.js";

/** A big inventory: 20,000 hosts with variables are about 4 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
/** What Ansible does not read in a folder of inventories. */
const IGNORED = /^\.|~$|\.(pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry)$|^(group_vars|host_vars)$/;

/**
 * Reads inventories: files (INI or YAML), folders of them, or lists (`web1,web2,`). Later ones add to earlier ones.
 * Throws an input error.
 */
export function readInventory(given: readonly string[], vault: Keyring = NO_KEYS): Inventory {
  const { model, sources } = readSources(given, vault);
  return new Inventory(model, sources, vault, () => readSources(given, vault).model);
}

function readSources(given: readonly string[], vault: Keyring): { model: Model; sources: readonly InventorySource[] } {
  const model = new Model();
  const sources: InventorySource[] = [];
  for (const source of given) readOne(source, model, sources, vault);
  return { model, sources };
}

function readOne(given: string, model: Model, sources: InventorySource[], vault: Keyring): void {
  if (given.includes(",")) {
    readList(given, model);
    return;
  }
  if (!existsSync(given)) {
    throw inputError(`the inventory ${given} does not exist`, {
      remedy: "name a file or folder, or a list of hosts that ends with a comma: `-i web1,`",
    });
  }
  const isDirectory = statSync(given).isDirectory();
  const source = { path: given, folder: folderOf(given, isDirectory) };
  if (isDirectory) {
    if (readFolder(given, model, [...sources, source], vault) === 0)
      throw inputError(`there is no inventory in the folder ${given}`, {
        remedy: "as in Ansible files that end in .ini, .cfg, .txt, .md … are left out: call it `hosts`",
      });
  } else readFile(given, model, sources, vault);
  sources.push(source);
}

/** A list is read as the lines of an INI file are: `web1`, `web[1:3]`, `web1:2222`. */
function readList(given: string, model: Model): void {
  const names = given.split(/,(?![^[]*\])/).map((part) => part.trim());
  const text = names.filter((name) => name !== "").join("\n");
  readIni(new Source("--inventory", text), model);
}

/** How many files were read. */
function readFolder(folder: string, model: Model, sources: readonly InventorySource[], vault: Keyring): number {
  let count = 0;
  for (const name of entriesOf(folder)) {
    if (IGNORED.test(name)) continue;
    const path = join(folder, name);
    if (statSync(path).isDirectory()) count += readFolder(path, model, sources, vault);
    else {
      readFile(path, model, sources, vault);
      count++;
    }
  }
  return count;
}

/** Sorted, as Ansible reads them. */
function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw inputError(`cannot read the folder ${folder}: ${(error as Error).message}`);
  }
}

/** `before`: the sources whose variables a constructed one may ask for. */
function readFile(path: string, model: Model, before: readonly InventorySource[], vault: Keyring): void {
  const kind = kindOf(path);
  if (kind === "program") {
    readProgram(path, model);
    return;
  }
  if (kind === "locked")
    throw inputError(`${path} begins with #! and is not executable`, {
      remedy: `chmod +x ${path}, or remove the line if it is a plain inventory`,
    });
  const source = readSource(path, vault, MAX_BYTES);
  if (isYaml(path, source.text)) readYamlInventory(source, model, before, vault);
  else readIni(source, model);
}

/** What cannot be opened is left to readSource, which says why. */
function kindOf(path: string): FileKind {
  try {
    return fileKind(path);
  } catch {
    return "text";
  }
}

/** As Ansible, which tries one after the other, by the content before the name: `---`, `all:` and `{` are no INI. */
function isYaml(path: string, text: string): boolean {
  const first = /^(?!\s*([#;].*)?$).*/m.exec(text)?.[0] ?? "";
  if (/^\[[^\]]+\]\s*(#.*)?$/.test(first.trim())) return false;
  return /\.(ya?ml|json)$/.test(path) || /^(---|\{|[^\s[\]:]+:\s*(#.*)?$)/.test(first);
}
