import * as z from "zod";
import type { ModuleSpec } from "../contract/module.js";

/** The parts of JSON Schema that zod writes. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** The parameters as a module's schema has them, before rendering: what a task may hold once templates are values. */
export function paramsSchema(spec: ModuleSpec): JsonSchema {
  const schema = z.toJSONSchema(spec.params, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const { $schema: _dialect, ...rest } = schema;
  if (rest.properties === undefined) return rest;
  const properties = withDefaults(rest.properties, spec.params);
  return { ...rest, properties: withExpressions(properties, spec.expressions ?? []) };
}

/** For editors: what may stand after `module:` in a task, where any value may also be a template. */
export function taskSchema(spec: ModuleSpec): JsonSchema {
  const params = paramsSchema(spec);
  const properties = Object.entries(params.properties ?? {}).map(([name, schema]) => {
    const { description, default: standard, ...value } = schema;
    const texts = {
      ...(description === undefined ? {} : { description }),
      ...(standard === undefined ? {} : { default: standard }),
    };
    return [name, { ...texts, ...orTemplate(value) }] as const;
  });
  const mapping = params.properties === undefined ? params : { ...params, properties: Object.fromEntries(properties) };
  const forms: JsonSchema[] = [mapping, { type: "string" }];
  if ((params.required ?? []).length === 0) forms.push({ type: "null" });
  // A free form gives the parameter that may be required; words (`k=v`) are text as well.
  return { description: spec.summary, anyOf: forms };
}

/** zod leaves out defaults of values that are transformed: they belong to the output. For a reader they are the same. */
function withDefaults(
  properties: Readonly<Record<string, JsonSchema>>,
  params: z.ZodType,
): Readonly<Record<string, JsonSchema>> {
  if (!(params instanceof z.ZodObject)) return properties;
  const shape = params.shape as Readonly<Record<string, z.ZodType | undefined>>;
  const entries = Object.entries(properties).map(([name, schema]): [string, JsonSchema] => {
    const field = shape[name];
    return [name, field instanceof z.ZodDefault ? { default: field.def.defaultValue, ...schema } : schema];
  });
  return Object.fromEntries(entries);
}

/** An expression is written as text; its value is nobody's to check here. */
function withExpressions(
  properties: Readonly<Record<string, JsonSchema>>,
  names: readonly string[],
): Readonly<Record<string, JsonSchema>> {
  const entries = Object.entries(properties).map(([name, schema]): [string, JsonSchema] => {
    if (!names.includes(name)) return [name, schema];
    const list = schema.anyOf?.some((form) => form.type === "array") === true || schema.type === "array";
    const one: JsonSchema = { type: ["string", "boolean"] };
    const texts = schema.description === undefined ? {} : { description: schema.description };
    return [
      name,
      { ...texts, ...(list ? { anyOf: [one, { type: "array", items: one }] } : one), "x-expression": true },
    ];
  });
  return Object.fromEntries(entries);
}

const template: JsonSchema = { type: "string", pattern: "<%" };

/** The same value, or a template that gives it; inside lists and mappings as well. */
function orTemplate(schema: JsonSchema): JsonSchema {
  const inner: JsonSchema = {
    ...schema,
    ...(schema.items === undefined ? {} : { items: orTemplate(schema.items) }),
    ...(schema.properties === undefined ? {} : { properties: mapValues(schema.properties, orTemplate) }),
    ...(schema.anyOf === undefined ? {} : { anyOf: schema.anyOf.map(orTemplateInside) }),
  };
  return takesAnyText(schema) ? inner : { anyOf: [inner, template] };
}

/** A branch of an anyOf: its own template branch stands beside all of them. */
function orTemplateInside(schema: JsonSchema): JsonSchema {
  return schema.items === undefined ? schema : { ...schema, items: orTemplate(schema.items) };
}

function takesAnyText(schema: JsonSchema): boolean {
  if (schema.anyOf !== undefined) return schema.anyOf.some(takesAnyText);
  if (schema["x-expression"] === true || schema.type === undefined) return schema.enum === undefined;
  if (Array.isArray(schema.type)) return schema.type.includes("string");
  return (
    schema.type === "string" && [schema.enum, schema.pattern, schema.format, schema.const].every((x) => x === undefined)
  );
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
