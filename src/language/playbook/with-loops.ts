import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { inputError } from "../../contract/error.js";
import type { Expression } from "../../contract/play.js";
import { filesMatching, firstPlace } from "../controller-files.js";
import { bareExpression, templateTree } from "../expression.js";
import type { Entry } from "../nodes.js";
import type { Source } from "../source.js";
import { LOOKUPS } from "../helpers/lookups.js";
import { sequence } from "./sequence.js";
import { mapped } from "./values.js";

/** Calls a helper of expressions that gives a list. */
type Call = (helper: "lines" | "inventoryHostnames", given: string) => readonly unknown[];

/** Makes the list of a loop out of what stands behind `with_NAME:`. `folders`: where files of the controller are looked for. */
type MakeList = (value: unknown, folders: readonly string[], call: Call) => readonly unknown[];

/** Ansible's older loops, by what stands behind `with_`. */
const LOOPS: Readonly<Record<string, MakeList>> = {
  items: (value) => listOf(value).flat(1),
  list: listOf,
  flattened: (value) => listOf(value).flat(Infinity),
  dict: (value) => Object.entries(mapping(value)).map(([key, of]) => ({ key, value: of as unknown })),
  indexed_items: (value) =>
    listOf(value)
      .flat(1)
      .map((item, index) => [index, item]),
  together: (value) => together(listOf(value).map(listOf)),
  nested: (value) => nested(listOf(value).map(listOf)),
  cartesian: (value) => nested(listOf(value).map(listOf)),
  subelements: (value) => subelements(listOf(value)),
  sequence: (value) => listOf(value).flatMap((text) => sequence(String(text))),
  random_choice: (value) => {
    const list = listOf(value);
    return list.length === 0 ? [] : [list[Math.floor(Math.random() * list.length)]];
  },
  fileglob: (value, folders) => listOf(value).flatMap((pattern) => filesMatching(String(pattern), folders)),
  file: (value, folders) => listOf(value).map((name) => readFileSync(found(String(name), folders), "utf8").trimEnd()),
  first_found: (value, folders) => firstFound(value, folders),
  lines: (value, _folders, call) => listOf(value).flatMap((command) => call("lines", String(command))),
  inventory_hostnames: (value, _folders, call) => call("inventoryHostnames", listOf(value).join(",")),
};

/** What stands behind these is text, not an expression. */
const OF_TEXTS = ["sequence", "fileglob", "file", "first_found", "lines", "inventory_hostnames"];

export const WITH_LOOPS: readonly string[] = Object.keys(LOOPS).map((name) => `with_${name}`);

/** The list of `with_NAME: …`. */
export function withLoop(
  { key, value }: Entry,
  source: Source,
  folders: readonly string[],
): Expression<readonly unknown[]> {
  const kind = key.slice("with_".length);
  const make = LOOPS[kind];
  if (make === undefined) throw new Error(`no loop ${key}`);
  const given = OF_TEXTS.includes(kind) ? templateTree(value, source) : bareExpression(value, source);
  return mapped(given, (found, scope) =>
    make(found, folders, (helper, text) =>
      (LOOKUPS[helper]?.bind(scope) as (text: string) => readonly unknown[])(text),
    ),
  );
}

function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function mapping(value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw inputError("with_dict needs a mapping", { remedy: "loop over a list with loop:" });
}

/** [[1, 2], [3]] → [[1, 3], [2, null]] */
function together(lists: readonly (readonly unknown[])[]): readonly unknown[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, i) => lists.map((list) => list[i] ?? null));
}

/** Every combination, the last list the fastest. */
function nested(lists: readonly (readonly unknown[])[]): readonly unknown[] {
  return lists.reduce<unknown[][]>((all, list) => all.flatMap((one) => list.map((item) => [...one, item])), [[]]);
}

/**
 * [list, "key"]: each item, without its list of that name, with each element of the list. The name may be a path
 * (`mysql.hosts`). Results of tasks that were skipped are left out.
 */
function subelements([list, path, options]: readonly unknown[]): readonly unknown[] {
  const skips = (options as { skip_missing?: unknown } | undefined)?.skip_missing === true;
  const items = typeof list === "object" && list !== null && !Array.isArray(list) ? Object.values(list) : listOf(list);
  const keys = String(path).split(".");
  return items.flatMap((item: unknown) => {
    if ((item as { skipped?: unknown } | null)?.skipped === true) return [];
    let value = item;
    for (const key of keys) value = (value as Record<string, unknown> | undefined)?.[key];
    if (value === undefined && skips) return [];
    if (!Array.isArray(value)) throw inputError(`with_subelements: an item has no list "${String(path)}"`);
    const rest = without(item, keys);
    return value.map((element: unknown) => [rest, element]);
  });
}

function without(item: unknown, [key = "", ...more]: readonly string[]): unknown {
  const { [key]: inner, ...rest } = item as Record<string, unknown>;
  return more.length === 0 ? rest : { ...rest, [key]: without(inner, more) };
}

function found(name: string, folders: readonly string[]): string {
  const places = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
  const place = places.find((one) => existsSync(one));
  if (place === undefined) throw inputError(`there is no file "${name}"; it is looked for at ${places.join(", ")}`);
  return place;
}

/** The first of several files that is there; `{files, paths, skip}` or a list of names. */
function firstFound(value: unknown, folders: readonly string[]): readonly unknown[] {
  const given = listOf(value).map((one) => (typeof one === "object" && one !== null ? one : { files: [one] }));
  for (const one of given as { files?: unknown; paths?: unknown }[]) {
    const place = firstPlace(listOf(one.files).map(String), listOf(one.paths).map(String), folders);
    if (place !== undefined) return [place];
  }
  if ((given as { skip?: unknown }[]).some(({ skip }) => skip === true)) return [];
  throw inputError("with_first_found: none of the files is there", { remedy: "add skip: true when that is fine" });
}
