import { didYouMean } from "../../contract/error.js";
import type { Entry, MapNode } from "../nodes.js";
import type { Source } from "../source.js";
import { unknownKeys } from "./keywords.js";
import { asBoolean, asList, asMap, asText } from "./values.js";

const KEYS = [
  "type",
  "elements",
  "required",
  "choices",
  "default",
  "options",
  "description",
  "version_added",
  "no_log",
];
const TYPES = ["str", "path", "int", "float", "bool", "list", "dict", "raw", "json", "jsonarg", "bytes", "bits"];

/** An argument spec is itself checked: a misspelt `required` would check nothing. Throws an input error. */
export function checkOptions(options: MapNode, source: Source): void {
  for (const entry of options.entries) checkOption(entry, source);
}

function checkOption({ key, value }: Entry, source: Source): void {
  const spec = asMap(value, source, `the option "${key}"`);
  if (spec === undefined) return;
  for (const error of unknownKeys(spec, KEYS, "an option", source)) throw error;
  asBoolean(spec.get("required"), source, "required");
  asList(spec.get("choices"), source, "choices");
  for (const name of ["type", "elements"]) checkType(spec, name, source);
  const inner = asMap(spec.get("options") ?? null, source, "options");
  if (inner !== undefined) checkOptions(inner, source);
}

function checkType(spec: MapNode, name: string, source: Source): void {
  const node = spec.get(name);
  if (node === undefined) return;
  const type = asText(node, source, name);
  if (TYPES.includes(type)) return;
  const known: Readonly<Record<string, string>> = { string: "str", integer: "int", boolean: "bool", map: "dict" };
  const meant = known[type] ?? didYouMean(type, TYPES);
  const remedy = meant === undefined ? `the types are ${TYPES.slice(0, 7).join(", ")}` : `did you mean "${meant}"?`;
  throw source.error(node.place, `there is no type "${type}"`, remedy);
}
