import { inputError } from "../../contract/error.js";
import { compareTexts } from "./compare.js";
import { checkOptions, helper, type Helpers, kindOf, newMapping, textOf } from "./helper.js";
import { floatText } from "./numbers.js";

export const JSON_TEXT: Helpers = {
  toJson: helper(
    "toJson(value, { indent, sortKeys, ensureAscii })",
    "JSON as Ansible writes it, byte for byte: `, ` and `: ` between its parts, \\\\u escapes outside of ASCII.",
    (value: unknown, options?: unknown) => toJson("toJson", value, options),
    "to_json",
  ),
  toNiceJson: helper(
    "toNiceJson(value, { indent = 4, sortKeys = true, ensureAscii })",
    "The same on many lines, with sorted keys.",
    (value: unknown, options?: unknown) => toJson("toNiceJson", value, options, { indent: 4, sortKeys: true }),
    "to_nice_json",
  ),
  fromJson: helper("fromJson(text)", "The value of a JSON text.", fromJson, "from_json"),
};

interface Form {
  /** Blanks a level; undefined: all on one line. */
  readonly indent: number | undefined;
  readonly sortKeys: boolean;
  readonly ascii: boolean;
}

function toJson(of: string, value: unknown, options: unknown, base: object = {}): string {
  const given = { ...base, ...checkOptions(of, options, ["indent", "sortKeys", "ensureAscii"]) } as {
    readonly indent?: unknown;
    readonly sortKeys?: unknown;
    readonly ensureAscii?: unknown;
  };
  const indent = given.indent === undefined || given.indent === null ? undefined : Number(given.indent);
  return written(of, value, { indent, sortKeys: given.sortKeys === true, ascii: given.ensureAscii !== false }, 0);
}

function written(of: string, value: unknown, form: Form, depth: number): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return jsonNumber(value);
  if (typeof value === "string") return quoted(value, form.ascii);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => written(of, item, form, depth + 1));
    return joined("[", items, "]", form, depth);
  }
  if (typeof value !== "object") throw inputError(`${of}: ${kindOf(value)} has no form in JSON`);
  const entries = Object.entries(value);
  if (form.sortKeys) entries.sort(([a], [b]) => compareTexts(a, b));
  const parts = entries.map(([key, item]) => `${quoted(key, form.ascii)}: ${written(of, item, form, depth + 1)}`);
  return joined("{", parts, "}", form, depth);
}

function joined(open: string, parts: readonly string[], close: string, { indent }: Form, depth: number): string {
  if (parts.length === 0) return open + close;
  if (indent === undefined) return open + parts.join(", ") + close;
  const line = `\n${" ".repeat(indent * (depth + 1))}`;
  return `${open}${line}${parts.join(`,${line}`)}\n${" ".repeat(indent * depth)}${close}`;
}

function jsonNumber(value: number): string {
  return Number.isFinite(value) ? floatText(value) : Number.isNaN(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
}

function quoted(text: string, ascii: boolean): string {
  const json = JSON.stringify(text);
  return ascii
    ? json.replace(/[\u007f-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
    : json;
}

function fromJson(text: unknown): unknown {
  const given = textOf("fromJson", text);
  try {
    return JSON.parse(given, safe) as unknown;
  } catch (error) {
    throw inputError(`fromJson: this is no JSON: ${(error as Error).message}`);
  }
}

/** A key `__proto__` stays a key. */
function safe(_key: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? newMapping(Object.entries(value))
    : value;
}
