import { existsSync, readdirSync, statSync } from "node:fs";
import { extname, isAbsolute, join } from "node:path";
import { inputError } from "../../contract/error.js";
import type { ReadVariables, VariablesFrom } from "../../contract/module.js";
import type { Definition, Expression } from "../../contract/play.js";
import type { Variable } from "../scope.js";
import { readVarsFile } from "../variables.js";
import type { Keyring } from "../vault/keyring.js";

/** Where include_vars looks for a folder. */
export interface VarsPlaces {
  /** Of the role that the task stands in. */
  readonly role?: string;
  /** Of the file with the task. */
  readonly tasks: string;
}

/** What include_vars reads: a file that was found, or those of a folder in Ansible's order; the later win. */
export function includedVars(
  from: VariablesFrom,
  find: (name: string) => string,
  places: VarsPlaces,
  vault: Keyring,
): ReadVariables {
  const files = from.file === undefined ? inFolder(from, places) : [find(from.file)];
  const layers = files.map((file) => readVarsFile(file, vault));
  const definitions = new Map<string, Variable>(layers.flatMap(({ values }) => [...values]));
  if (from.name === undefined) return { files, definitions };
  return { files, definitions: new Map([[from.name, asOne(from.name, definitions, files[0] ?? from.dir ?? "")]]) };
}

/** All of them as one mapping. */
function asOne(name: string, definitions: ReadonlyMap<string, Definition>, file: string): Definition {
  const place = { file, line: 1, column: 1 };
  const expression: Expression<unknown> = {
    source: name,
    place,
    evaluate: (scope) => {
      const values = [...definitions].map(([key, one]) => [key, one.expression.evaluate(scope)] as const);
      return Object.freeze(Object.assign(Object.create(null) as object, Object.fromEntries(values)));
    },
  };
  return { expression, place };
}

function inFolder(from: VariablesFrom, places: VarsPlaces): readonly string[] {
  const folder = folderOf(from.dir ?? "", places);
  if (!existsSync(folder)) throw inputError(`there is no folder ${folder}`);
  if (!statSync(folder).isDirectory()) throw inputError(`${folder} is not a folder`, { remedy: "name it by file:" });
  return foldersBelow(folder, from.depth)
    .flatMap((one) => filesIn(one).map((name) => ({ folder: one, name, path: join(one, name) })))
    .filter(({ folder: one, name }) => one !== join(places.role ?? "", "vars") || name !== "main.yml")
    .filter(({ name }) => isWanted(name, from))
    .map(({ path }) => path);
}

/** As in Ansible: below vars/ of the role, else beside the file with the task. */
function folderOf(dir: string, { role, tasks }: VarsPlaces): string {
  if (isAbsolute(dir)) return dir;
  if (role === undefined) return join(tasks, dir);
  const own = join(role, dir);
  return dir.split("/")[0] === "vars" && existsSync(own) ? own : join(role, "vars", dir);
}

/** The folder and those in it, sorted by their paths. As in Ansible `depth` counts folders, not how deep they lie. */
function foldersBelow(folder: string, depth: number): readonly string[] {
  const inside = (path: string): readonly string[] =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name));
  const below = (path: string): readonly string[] => [path, ...inside(path).flatMap(below)];
  const all = [...below(folder)].sort();
  return depth === 0 ? all : all.slice(0, depth);
}

function filesIn(folder: string): readonly string[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return names.map((entry) => entry.name).sort();
}

function isWanted(name: string, from: VariablesFrom): boolean {
  if (from.filesMatching !== undefined && !expression(from.filesMatching).test(name)) return false;
  if (from.ignoreFiles.some((pattern) => expression(`${pattern}$`).test(name))) return false;
  if (from.extensions.includes(extname(name).slice(1))) return true;
  if (from.ignoreUnknownExtensions) return false;
  throw inputError(`${name} does not end in ${from.extensions.map((one) => `.${one}`).join(", ")}`, {
    remedy: "write ignore_unknown_extensions: true, or name the files by files_matching",
  });
}

function expression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw inputError(`"${pattern}" is not a regular expression: ${(error as Error).message}`);
  }
}
