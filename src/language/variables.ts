import { existsSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import type { Place } from "../contract/error.js";
import type { Expression } from "../contract/play.js";
import { templateTree } from "./expression.js";
import { type Layer, type Variable, whyNoName } from "./scope.js";
import { readSource, Source } from "./source.js";
import { makeMap, type MapNode, type Node, toValue } from "./nodes.js";
import { type Keyring, NO_KEYS } from "./vault/keyring.js";
import { parseYaml } from "./yaml.js";
import type { YamlVersion } from "./yaml-scalar.js";

/** The variables of a mapping, as a layer. */
export function layerOf(name: string, node: MapNode, source: Source): Layer {
  for (const { key, keyPlace } of node.entries) {
    const reason = whyNoName(key);
    if (reason !== undefined) throw source.error(keyPlace, reason, "choose another name");
  }
  return {
    name,
    values: new Map(
      node.entries.map(({ key, value, keyPlace }) => [
        key,
        { expression: expressionOf(value, source), place: keyPlace },
      ]),
    ),
  };
}

/** `vars:` of a playbook. A name with a dash could not be used; in files Ansible lets it pass. */
export function varsLayer(name: string, node: MapNode, source: Source): Layer {
  for (const { key, keyPlace } of node.entries)
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
      throw source.error(keyPlace, `"${key}" cannot be the name of a variable`, "use letters, digits and underscores");
  return layerOf(name, node, source);
}

/** What stands in a vault is secret as it is written, and as it becomes. */
function expressionOf(node: Node, source: Source): Expression<unknown> {
  const { vault } = source;
  const expression = templateTree(node, source, "when used");
  if (!source.isSecret) return expression;
  vault.conceal(toValue(node));
  if (expression.constant !== undefined) return expression;
  return { ...expression, evaluate: (scope) => vault.conceal(expression.evaluate(scope)) };
}

/** Variables whose values are data already: they are not templates. */
export function dataLayer(name: string, values: Readonly<Record<string, unknown>>, place: Place): Layer {
  const variable = (value: unknown): Variable => ({
    expression: { source: JSON.stringify(value), place, constant: { value }, evaluate: () => value },
    place,
  });
  return { name, values: new Map(Object.entries(values).map(([key, value]) => [key, variable(value)])) };
}

/** A file of variables; an empty one is no variables. */
export function readVarsFile(path: string, vault: Keyring, version: YamlVersion = "1.1"): Layer {
  const source = readSource(path, vault);
  const node = parseYaml(source, version);
  if (node === null) return { name: path, values: new Map() };
  if (node.kind !== "map")
    throw source.error(
      node.place,
      "a file of variables is a mapping",
      node.kind === "seq" ? "write `name: value` without the -" : "write `name: value`, one on each line",
    );
  return layerOf(path, node, source);
}

const ENDINGS = ["", ".yml", ".yaml", ".json"];

/** `NAME`, else `NAME.yml` … in a folder: a file, or a folder of files in the order of their names. */
export function readVarsOf(folder: string, name: string, vault: Keyring): readonly Layer[] {
  const path = ENDINGS.map((ending) => join(folder, name + ending)).find((one) => existsSync(one));
  if (path === undefined) return [];
  return statSync(path).isDirectory() ? readFolder(path, vault) : [readVarsFile(path, vault)];
}

/** As Ansible: of a README.md or a copy.bak it takes no notice, nor of a folder with an ending. */
function readFolder(folder: string, vault: Keyring): readonly Layer[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith(".") && !name.endsWith("~"));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    if (!ENDINGS.includes(extname(name))) return [];
    if (!statSync(path).isDirectory()) return [readVarsFile(path, vault)];
    return extname(name) === "" ? readFolder(path, vault) : [];
  });
}

/** `-e`: k=v words (texts), a JSON or YAML mapping, or @file; templates in all of them, as in Ansible. */
export function extraVars(
  given: readonly string[],
  parseWords: (text: string) => Readonly<Record<string, string>>,
  vault: Keyring = NO_KEYS,
): readonly Layer[] {
  return given.map((text) => {
    const place = { file: "--extra-vars", line: 1, column: 1 };
    if (text.startsWith("@")) return readVarsFile(text.slice(1), vault);
    const source = new Source(place.file, text);
    if (!/^\s*[{[]/.test(text)) return layerOf("-e", wordsNode(parseWords(text), source), source);
    const node = parseYaml(source, "1.1");
    if (node?.kind !== "map")
      throw source.error(place, "-e takes a mapping, and this is a list", `write '{"name": "value"}'`);
    return layerOf("-e", node, source);
  });
}

/** `k=v` words as what a file would say; their quotes and blanks are gone, so places are about right. */
function wordsNode(words: Readonly<Record<string, string>>, source: Source): MapNode {
  const entries = Object.entries(words).map(([key, value]) => {
    const keyAt = Math.max(0, source.text.indexOf(`${key}=`));
    const from = Math.max(0, source.text.indexOf(value, keyAt + key.length + 1));
    const placeAt = (offset: number): Place => source.place(from + offset);
    const node: Node = { kind: "scalar", value, style: "quoted", place: placeAt(0), placeAt };
    return { key, keyPlace: source.place(keyAt), value: node };
  });
  return makeMap(entries, source.place(0));
}
