import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { inputError, type Place } from "../contract/error.js";
import { templateTree } from "./expression.js";
import type { Layer, Variable } from "./scope.js";
import { readSource, type Source } from "./source.js";
import type { MapNode } from "./nodes.js";
import { parseYaml } from "./yaml.js";
import type { YamlVersion } from "./yaml-scalar.js";

/** The variables of a mapping, as a layer. */
export function layerOf(name: string, node: MapNode, source: Source): Layer {
  return {
    name,
    values: new Map(
      node.entries.map(({ key, value, keyPlace }) => [
        key,
        { expression: templateTree(value, source), place: keyPlace },
      ]),
    ),
  };
}

/** Variables whose values are data already: they are not templates. */
export function dataLayer(name: string, values: Readonly<Record<string, unknown>>, place: Place): Layer {
  const variable = (value: unknown): Variable => ({
    expression: { source: String(value), place, constant: { value }, evaluate: () => value },
    place,
  });
  return { name, values: new Map(Object.entries(values).map(([key, value]) => [key, variable(value)])) };
}

/** A file of variables; an empty one is no variables. */
export function readVarsFile(path: string, version: YamlVersion = "1.1"): Layer {
  const source = readSource(path);
  const node = parseYaml(source, version);
  if (node === null) return { name: path, values: new Map() };
  if (node.kind !== "map") throw source.error(node.place, "a file of variables is a mapping: `name: value`");
  return layerOf(path, node, source);
}

const ENDINGS = ["", ".yml", ".yaml", ".json"];

/** `NAME`, `NAME.yml` … in a folder: a file, or a folder of files in the order of their names. */
export function readVarsOf(folder: string, name: string): readonly Layer[] {
  return ENDINGS.flatMap((ending) => {
    const path = join(folder, name + ending);
    return existsSync(path) ? readPath(path) : [];
  });
}

function readPath(path: string): readonly Layer[] {
  if (!statSync(path).isDirectory()) return [readVarsFile(path)];
  const names = readdirSync(path).filter((name) => !name.startsWith(".") && !name.endsWith("~"));
  return names.sort().flatMap((name) => readPath(join(path, name)));
}

/** `-e`: k=v words (texts), a JSON or YAML mapping, or @file. */
export function extraVars(
  given: readonly string[],
  parseWords: (text: string) => Readonly<Record<string, string>>,
): readonly Layer[] {
  return given.map((text) => {
    const place = { file: "--extra-vars", line: 1, column: 1 };
    if (text.startsWith("@")) return readVarsFile(text.slice(1));
    if (!/^\s*[{[]/.test(text)) return dataLayer("-e", parseWords(text), place);
    try {
      return dataLayer("-e", JSON.parse(text) as Record<string, unknown>, place);
    } catch (error) {
      throw inputError(`-e ${text}: this is not JSON: ${(error as Error).message}`, {
        remedy: 'write -e \'{"name": "value"}\', -e name=value or -e @file',
      });
    }
  });
}
