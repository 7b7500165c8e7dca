import type { ModuleSpec } from "../contract/module.js";
import { type JsonSchema, paramsSchema } from "./schema.js";

/** One parameter, as documentation shows it. */
export interface ParamRow {
  readonly name: string;
  /** In words: `text`, `number`, `list of text`, `one of a, b`. */
  readonly type: string;
  readonly required: boolean;
  /** As YAML would write it. Absent: none. */
  readonly default?: string;
  readonly description: string;
}

export function paramRows(spec: ModuleSpec): readonly ParamRow[] {
  const schema = paramsSchema(spec);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    type: property["x-expression"] === true ? expressionType(property) : typeOf(property),
    required: schema.required?.includes(name) === true,
    ...(property.default === undefined ? {} : { default: JSON.stringify(property.default) }),
    description: property.description ?? "",
  }));
}

function expressionType(schema: JsonSchema): string {
  return schema.anyOf === undefined ? "expression" : "expression or list of expressions";
}

export function typeOf(schema: JsonSchema): string {
  const forms = schema.anyOf ?? schema.oneOf;
  if (forms !== undefined) return anyOf(forms);
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => `\`${String(value)}\``).join(", ")}`;
  if (typeof schema.type === "object") return anyOf(schema.type.map((type) => ({ type })));
  switch (schema.type) {
    case "string":
      return "text";
    case "integer":
      return "whole number";
    case "array":
      return schema.items === undefined ? "list" : `list of ${typeOf(schema.items)}`;
    case "object":
      return "mapping";
    case undefined:
      return "any value";
    default:
      return schema.type;
  }
}

/** Forms that exist only because `key=value` arguments are text say nothing to a reader. */
function anyOf(forms: readonly JsonSchema[]): string {
  const numeric = forms.some((form) => form.type === "number" || form.type === "integer");
  const shown = forms.filter((form) => !isWord(form) && !(numeric && form.pattern !== undefined));
  const types = new Set(shown.map(typeOf));
  if (types.has("text")) for (const digits of ["number", "whole number"]) types.delete(digits);
  return [...types].join(" or ");
}

function isWord(form: JsonSchema): boolean {
  return form.enum?.every((value) => value === "true" || value === "false") === true;
}
