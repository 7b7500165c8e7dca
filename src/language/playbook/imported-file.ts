import type { MapNode } from "../nodes.js";
import { beside, located, readSource, type Source } from "../source.js";
import { INHERITED, unknownKeys } from "./keywords.js";
import type { PlayFrame } from "./play-frame.js";
import { asText } from "./values.js";

const MAX_IMPORTS = 50;
const IMPORT = /^(ansible\.builtin\.)?import_tasks$/;

export function isImport(map: MapNode): boolean {
  return map.entries.some(({ key }) => IMPORT.test(key));
}

/** The file that an import_tasks names. */
export function importedFile(node: MapNode, source: Source, frame: PlayFrame, depth: number): Source {
  const entry = node.entries.find(({ key }) => IMPORT.test(key));
  if (entry === undefined) throw new Error("no import");
  const known = [...INHERITED, entry.key];
  for (const error of unknownKeys(node, known, "import_tasks", source)) frame.context.problems.add(error);
  const { value } = entry;
  const named = value.kind === "map" ? (value.get("file") ?? value) : value;
  if (value.kind === "map")
    for (const error of unknownKeys(value, ["file"], "import_tasks", source)) frame.context.problems.add(error);
  const name = asText(named, source, "import_tasks");
  if (name.includes("<%")) {
    throw source.error(named.place, "the file of import_tasks must be known beforehand", "write include_tasks:");
  }
  if (depth >= MAX_IMPORTS)
    throw source.error(
      named.place,
      `imports are nested too deeply: ${name} leads to itself`,
      "remove one of the imports, or use include_tasks: with a when:",
    );
  const path = beside(source.file, name);
  return located(() => readSource(path, source.vault), source, named);
}
