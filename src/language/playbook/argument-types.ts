import { didYouMean } from "../../contract/error.js";
import { type MapNode, type Node, toValue } from "../nodes.js";

/** What is wrong with a value: where in it, why, what to do. */
export interface Fault {
  readonly path: string;
  readonly cause: string;
  readonly remedy?: string;
}

const NAMES: Readonly<Record<string, string>> = {
  str: "a text",
  path: "a path",
  int: "a whole number",
  float: "a number",
  bool: "true or false",
  list: "a list",
  dict: "a mapping",
};

/** Checks a value against an option of an argument spec, in depth. As Ansible, texts that read as a type are taken. */
export function checkValue(value: unknown, spec: Node, path: string): readonly Fault[] {
  const options = spec.kind === "map" ? spec : undefined;
  const type = textOf(options?.get("type")) ?? "str";
  if (!isOfType(value, type) || (type === "list" && isOneText(value, options))) {
    return [{ path, cause: `is ${show(value)}, and it must be ${NAMES[type] ?? type}`, ...remedyFor(value, type) }];
  }
  return [...choices(value, options, path), ...elements(value, options, path), ...members(value, options, path)];
}

/** What is wrong with an input that is left empty where the role has a default: it is lost, and nothing is there instead. */
export function emptyFault(spec: Node, path: string): Fault {
  const options = spec.kind === "map" ? spec : undefined;
  const type = textOf(options?.get("type")) ?? "str";
  const none = options?.get("choices") === undefined ? { list: "[]", dict: "{}", str: '""' }[type] : undefined;
  const remedy = `${none === undefined ? "" : `write ${none} for none, or `}leave it away for the role's default`;
  return { path, cause: `is empty, and it must be ${NAMES[type] ?? "a value"}`, remedy };
}

/** Words with commas are a list of words, as in Ansible; of anything else a text is none. */
function isOneText(value: unknown, options: MapNode | undefined): boolean {
  return textOf(options?.get("elements")) === "dict" && !Array.isArray(value);
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "str":
    case "path":
      return ["string", "number", "boolean"].includes(typeof value);
    case "int":
      return Number.isInteger(value) || (typeof value === "string" && /^[-+]?\d+$/.test(value.trim()));
    case "float":
      return (
        typeof value === "number" ||
        (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)))
      );
    case "bool":
      return typeof value === "boolean" || /^(yes|no|on|off|true|false|y|n|t|f|1|0)$/i.test(String(value));
    case "list":
      return Array.isArray(value) || typeof value === "string" || typeof value === "number";
    case "dict":
      return isMapping(value);
    default:
      return true;
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function choices(value: unknown, options: MapNode | undefined, path: string): readonly Fault[] {
  const node = options?.get("choices");
  const allowed = node?.kind === "seq" ? (toValue(node) as unknown[]).map(String) : undefined;
  if (allowed === undefined || Array.isArray(value) || allowed.includes(String(value))) return [];
  const meant = didYouMean(String(value), allowed);
  return [
    {
      path,
      cause: `is ${show(value)}, and it must be one of ${allowed.join(", ")}`,
      ...(meant !== undefined && { remedy: `did you mean "${meant}"?` }),
    },
  ];
}

function elements(value: unknown, options: MapNode | undefined, path: string): readonly Fault[] {
  const type = options?.get("elements");
  if (!Array.isArray(value) || options === undefined || type === undefined) return [];
  const entries = options.entries.filter(({ key }) => key === "options" || key === "choices");
  const element: MapNode = {
    ...options,
    entries: [...entries, { key: "type", keyPlace: type.place, value: type }],
    get: (key) => (key === "type" ? type : key === "options" || key === "choices" ? options.get(key) : undefined),
  };
  return value.flatMap((item, i) => checkValue(item, element, `${path}[${i}]`));
}

function members(value: unknown, options: MapNode | undefined, path: string): readonly Fault[] {
  const inner = options?.get("options");
  if (!isMapping(value) || inner?.kind !== "map") return [];
  const names = inner.entries.map((entry) => entry.key);
  const unknown = Object.keys(value).filter((key) => inner.get(key) === undefined);
  const meanings = unknown.map((key) => didYouMean(key, names));
  const faults = unknown.map((key, i): Fault => {
    const remedy = meanings[i] === undefined ? `it has ${names.join(", ")}` : `did you mean "${meanings[i]}"?`;
    return { path, cause: `has no key "${key}"`, remedy };
  });
  for (const { key, value: spec } of inner.entries) {
    const member = value[key];
    if (member !== undefined && member !== null) faults.push(...checkValue(member, spec, `${path}.${key}`));
    // A key that is misspelt is missing as well: that is one mistake.
    else if (isRequired(spec) && !meanings.includes(key))
      faults.push({ path, cause: `needs the key "${key}"`, remedy: `add \`${key}: …\`` });
  }
  return faults;
}

function isRequired(spec: Node): boolean {
  const required = spec.kind === "map" ? spec.get("required") : undefined;
  return required?.kind === "scalar" && required.value === true;
}

function remedyFor(value: unknown, type: string): { remedy?: string } {
  switch (type) {
    case "int":
    case "float":
      return { remedy: "write digits, without a unit" };
    case "list":
      return { remedy: "begin each item with `- `" };
    case "dict":
      return {
        remedy: Array.isArray(value)
          ? "write `name: value` without the -"
          : "write `name: value`, one on each line below, indented",
      };
    case "bool":
      return { remedy: "write true" };
    case "str":
    case "path":
      return { remedy: "write one text behind the colon" };
    default:
      return {};
  }
}

function textOf(node: Node | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

function show(value: unknown): string {
  const text = value === undefined ? "undefined" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
