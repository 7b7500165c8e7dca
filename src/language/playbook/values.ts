import type { Expression, Scope } from "../../contract/play.js";
import { templateTree } from "../expression.js";
import { OMIT, whyNoName } from "../scope.js";
import type { Source } from "../source.js";
import type { Entry, MapNode, Node } from "../nodes.js";

/** A mapping, or an error that says what it must be. `null` is an empty one. */
export function asMap(node: Node | null, source: Source, what: string): MapNode | undefined {
  if (node === null || (node.kind === "scalar" && node.value === null)) return undefined;
  if (node.kind !== "map") throw notMap(node, source, what);
  return node;
}

function notMap(node: Node, source: Source, what: string): Error {
  const remedy =
    node.kind === "seq" ? "write `name: value` without the -" : "write `name: value`, one on each line below, indented";
  return source.error(node.place, `${what} must be a mapping`, remedy);
}

/** The items of a list; null is an empty one. */
export function asList(node: Node | null | undefined, source: Source, what: string): readonly Node[] {
  if (node === null || node === undefined || (node.kind === "scalar" && node.value === null)) return [];
  if (node.kind !== "seq") throw source.error(node.place, `${what} must be a list`, "begin each item with `- `");
  return node.items;
}

/** One or several: always a list afterwards. */
export function oneOrMore(node: Node | undefined): readonly Node[] {
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return [];
  return node.kind === "seq" ? node.items : [node];
}

/** A text without templates. */
export function asText(node: Node, source: Source, what: string): string {
  if (node.kind !== "scalar" || node.value === null || typeof node.value === "boolean")
    throw notText(node, source, what);
  return String(node.value);
}

function notText(node: Node, source: Source, what: string): Error {
  const isEmpty = node.kind === "scalar" && node.value === null;
  const remedy =
    node.kind !== "scalar"
      ? severalOrOne(what)
      : isEmpty
        ? "write it behind the colon"
        : `write "${String(node.value)}"`;
  return source.error(node.place, isEmpty ? `${what} is empty` : `${what} must be a text`, remedy);
}

function severalOrOne(what: string): string {
  return ["tags", "notify", "listen"].includes(what)
    ? "write a name, or a list of names"
    : "write one text behind the colon";
}

/** Words of a list, or of one text with commas: tags. */
export function asWords(node: Node | undefined, source: Source, what: string): readonly string[] {
  return oneOrMore(node).flatMap((item) =>
    asText(item, source, what)
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
  );
}

/** The name of a variable that a task sets. */
export function asVariableName(node: Node, source: Source, what: string): string {
  const name = asText(node, source, what);
  const reason = whyNoName(name);
  if (reason !== undefined) throw source.error(node.place, reason, "choose another name");
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw source.error(node.place, `"${name}" cannot be the name of a variable`, "use letters, digits and underscores");
}

export function asBoolean(node: Node | undefined, source: Source, what: string): boolean | undefined {
  if (node === undefined) return undefined;
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
  throw notBoolean(node, source, what);
}

function notBoolean(node: Node, source: Source, what: string): Error {
  const word = node.kind === "scalar" ? String(node.value).toLowerCase() : "";
  const remedy = /^(yes|on|y|1)$/.test(word)
    ? "write true"
    : /^(no|off|n|0)$/.test(word)
      ? "write false"
      : "write true or false";
  return source.error(node.place, `${what} must be true or false`, remedy);
}

/** true or false, or a template that gives one. */
export function booleanTemplate(entry: Entry | undefined, source: Source): Expression<boolean> | undefined {
  return typed(
    entry,
    source,
    (value): value is boolean => typeof value === "boolean",
    (node, what) => notBoolean(node, source, what),
  );
}

export function textTemplate(entry: Entry | undefined, source: Source): Expression<string> | undefined {
  const isText = (value: unknown): value is string => typeof value === "string";
  return typed(entry, source, isText, (node, what) => notText(node, source, what));
}

export function numberTemplate(entry: Entry | undefined, source: Source): Expression<number> | undefined {
  const isNumber = (value: unknown): value is number => typeof value === "number" && value >= 0;
  return typed(entry, source, isNumber, (node, what) =>
    source.error(
      node.place,
      `${what} must be a number of at least 0`,
      "write digits, without quotes and without a unit",
    ),
  );
}

export function portTemplate(entry: Entry | undefined, source: Source): Expression<number> | undefined {
  const isPort = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
  return typed(entry, source, isPort, (node, what) =>
    source.error(node.place, `${what} must be a number from 1 to 65535`, "write digits, without quotes"),
  );
}

/** A template whose value must be of a type; a constant is checked at once. */
function typed<T>(
  entry: Entry | undefined,
  source: Source,
  is: (value: unknown) => value is T,
  wrong: (node: Node, what: string) => Error,
): Expression<T> | undefined {
  if (entry === undefined) return undefined;
  const { key, value: node } = entry;
  const inner = templateTree(node, source);
  const checked = (value: unknown): T => {
    if (is(value)) return value;
    // As if the keyword were not written: who asks has a value for that.
    if (value === OMIT) return undefined as T;
    throw wrong(node, key);
  };
  if (inner.constant === undefined) return mapped(inner, checked);
  const value = checked(inner.constant.value);
  return { source: inner.source, place: inner.place, constant: { value }, evaluate: () => value };
}

/** The same expression with its value passed through a function. */
export function mapped<A, B>(inner: Expression<A>, by: (value: A, scope: Scope) => B): Expression<B> {
  return { source: inner.source, place: inner.place, evaluate: (scope) => by(inner.evaluate(scope), scope) };
}

/** An entry of a mapping, with its key's place. */
export function entryOf(node: MapNode, key: string): Entry | undefined {
  return node.entries.find((entry) => entry.key === key);
}
