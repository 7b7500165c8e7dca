import type { FettleError } from "../contract/error.js";
import type { Expression, Scope } from "../contract/play.js";
import { explainEvaluation, type Origin, scopeProxy, shorten } from "./evaluate.js";
import type { Source } from "./source.js";
import { compileText } from "./template.js";
import { type Node, type ScalarNode, toValue } from "./nodes.js";

/** Exactly one `<%= … %>` and nothing else. */
const WHOLE = /^\s*<%=((?:(?!%>)[\s\S])*)%>\s*$/;

/** A text that may hold `<%= … %>`. One that is nothing else keeps its value's type. */
export function templateText(node: ScalarNode, source: Source): Expression<unknown> {
  if (node.tag !== undefined) return later(node, source, `the tag ${node.tag} is not supported yet`);
  if (typeof node.value !== "string") return constant(node.value, node);
  const text = node.value;
  if (!text.includes("<%")) return text.includes("{{") ? jinja(node, source, text) : constant(text, node);
  const whole = WHOLE.exec(text);
  if (whole !== null) {
    const offset = text.indexOf("<%=") + 3;
    return compile(whole[1] ?? "", { source, text: whole[1] ?? "", placeAt: (at) => node.placeAt(at + offset) }, node);
  }
  const render = compileText({ source, text, placeAt: (at) => node.placeAt(at) });
  return { source: text, place: node.place, evaluate: render };
}

/** Every text in a value, however deep. */
export function templateTree(node: Node, source: Source): Expression<unknown> {
  switch (node.kind) {
    case "scalar":
      return templateText(node, source);
    case "seq": {
      const items = node.items.map((item) => templateTree(item, source));
      return combined(node, items, (values) => values);
    }
    case "map": {
      const values = node.entries.map(({ value }) => templateTree(value, source));
      return combined(node, values, (given) => {
        const result = Object.create(null) as Record<string, unknown>;
        node.entries.forEach(({ key }, i) => (result[key] = given[i]));
        return result;
      });
    }
    default:
      return node satisfies never;
  }
}

/** A JavaScript expression as it stands: `when`, `loop`, `until`. A list or mapping stands for itself. */
export function bareExpression(node: Node, source: Source): Expression<unknown> {
  if (node.kind !== "scalar") return templateTree(node, source);
  if (typeof node.value !== "string") return constant(node.value, node);
  const text = node.value;
  if (text.includes("{{")) return jinja(node, source, text);
  if (text.includes("<%")) {
    const inner = WHOLE.exec(text)?.[1]?.trim();
    throw source.error(
      node.place,
      "this is an expression already, not a text",
      inner === undefined ? "write it without <%= %>" : `write ${inner}`,
    );
  }
  return compile(text, { source, text, placeAt: (at) => node.placeAt(at) }, node);
}

/** An expression that must give true or false. */
export function condition(node: Node, source: Source): Expression<boolean> {
  const inner = bareExpression(node, source);
  const checked = (value: unknown): boolean => {
    if (typeof value === "boolean") return value;
    throw notBoolean(inner.source, value, node, source);
  };
  if (inner.constant !== undefined)
    return {
      ...inner,
      constant: { value: checked(inner.constant.value) },
      evaluate: () => checked(inner.constant?.value),
    };
  return { source: inner.source, place: inner.place, evaluate: (scope) => checked(inner.evaluate(scope)) };
}

function notBoolean(text: string, value: unknown, node: Node, source: Source): FettleError {
  const trimmed = text.trim();
  if (["yes", "no", "on", "off"].includes(trimmed.toLowerCase())) {
    return source.error(
      node.place,
      `"${trimmed}" is not true or false`,
      `write ${/^(yes|on)$/i.test(trimmed) ? "true" : "false"}`,
    );
  }
  const [what, remedy] = Array.isArray(value)
    ? ["a list", `${trimmed}.length > 0`]
    : typeof value === "string"
      ? ["a text", `${trimmed} !== ""`]
      : typeof value === "number"
        ? ["a number", `${trimmed} !== 0`]
        : value === null || value === undefined
          ? [String(value), `Boolean(${trimmed})`]
          : ["a mapping", `Object.keys(${trimmed}).length > 0`];
  return source.error(
    node.place,
    `the condition \`${shorten(trimmed)}\` gives ${what}, not true or false`,
    `write ${remedy}`,
  );
}

function compile(text: string, origin: Origin, node: ScalarNode): Expression<unknown> {
  const literal = /^\s*(true|false|null|-?\d+(?:\.\d+)?)\s*$/.exec(text)?.[1];
  if (literal !== undefined) return { ...constant(JSON.parse(literal), node), source: text.trim() };
  let run: (scope: object) => unknown;
  try {
    // Sloppy on purpose: `with` makes every name a question to the scope.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    run = new Function("scope", `with (scope) { return (${text}\n); }`) as (scope: object) => unknown;
  } catch (error) {
    throw origin.source.error(
      origin.placeAt(0),
      `this is not a JavaScript expression: ${(error as Error).message}`,
      hintFor(text),
    );
  }
  return {
    source: text.trim(),
    place: node.place,
    evaluate: (scope: Scope) => {
      try {
        return run(scopeProxy(scope));
      } catch (error) {
        throw explainEvaluation(error, origin, scope);
      }
    },
  };
}

/** What people who know Jinja write. */
function hintFor(text: string): string | undefined {
  if (/\bis (not )?defined\b/.test(text)) return 'write defined("name")';
  if (/ (and|or) | not |^not /.test(` ${text}`)) return "write && for and, || for or, ! for not";
  if (/\|/.test(text)) return "call a JavaScript function or method instead of a filter";
  return undefined;
}

function constant(value: unknown, node: Node): Expression<unknown> {
  return { source: String(value), place: node.place, constant: { value }, evaluate: () => value };
}

function combined(
  node: Node,
  parts: readonly Expression<unknown>[],
  join: (values: unknown[]) => unknown,
): Expression<unknown> {
  const base = { source: JSON.stringify(toValue(node)), place: node.place };
  const evaluate = (scope: Scope): unknown => join(parts.map((part) => part.evaluate(scope)));
  if (parts.some((part) => part.constant === undefined)) return { ...base, evaluate };
  return { ...base, constant: { value: join(parts.map((part) => part.constant?.value)) }, evaluate };
}

/** Loads, so that whole files of Ansible's do; using it is the error. */
function later(node: ScalarNode, source: Source, cause: string, remedy?: string): Expression<unknown> {
  return {
    source: String(node.value),
    place: node.place,
    evaluate: () => {
      throw source.error(node.place, cause, remedy);
    },
  };
}

function jinja(node: ScalarNode, source: Source, text: string): Expression<unknown> {
  const ejs = text.replace(
    /\{\{\s*([\s\S]*?)\s*\}\}/g,
    (_all, inner: string) => `<%= ${inner.replace(/\s*\|\s*default\((.*)\)$/, " ?? $1")} %>`,
  );
  return later(node, source, "this is a Jinja template, and templates are EJS here", `write ${shorten(ejs)}`);
}
