import type { FettleError, Place } from "../contract/error.js";
import type { Expression, Scope } from "../contract/play.js";
import { namesIn, NO_THIS, scopeProxy } from "./evaluate.js";
import { shorten, withoutStrings } from "./code-text.js";
import { explainEvaluation, type Origin } from "./explain.js";
import { comparisonFault } from "./comparison.js";
import { ejsFor, expressionFor, isJinja } from "./jinja/index.js";
import type { Source } from "./source.js";
import { expressionFault } from "./syntax.js";
import { compileText } from "./template.js";
import { type Node, type ScalarNode, toValue } from "./nodes.js";
import { sealedText } from "./vault/sealed.js";

const IS_JINJA = "this is a Jinja template, and templates are EJS here";
/** Exactly one `<%= … %>` and nothing else. */
const WHOLE = /^<%=((?:(?!%>)[\s\S])*?)[-_]?%>$/;

/**
 * When a value of Ansible's that means nothing here is an error: in a task at once; a variable may never be used, and
 * whole files of them shall load.
 */
type Refused = "at once" | "when used";

/** A text that may hold `<%= … %>`. One that is nothing else keeps its value's type. */
export function templateText(node: ScalarNode, source: Source, refused: Refused = "at once"): Expression<unknown> {
  if (node.tag === "!unsafe") return constant(node.value, node);
  if (node.tag === "!vault" || node.tag === "!vault-encrypted")
    return sealedText(node, source, (plain, secret) => templateText(plain, secret, refused));
  if (node.tag !== undefined)
    return refuse(
      node,
      source,
      refused,
      `there is no tag ${node.tag}`,
      "the tags are !vault and !unsafe; a template is <%= … %>",
    );
  if (typeof node.value !== "string") return constant(node.value, node);
  const text = node.value;
  if (!text.includes("<%")) return isJinja(text) ? jinja(node, source, text, refused) : constant(text, node);
  const whole = WHOLE.exec(text);
  if (whole !== null) {
    const origin: Origin = { source, text: whole[1] ?? "", placeAt: (at) => node.placeAt(at + "<%=".length) };
    // As it was written: inventories are told with it.
    return { ...valued(compile(origin, node), origin), source: text };
  }
  const render = compileText({ source, text, placeAt: (at) => node.placeAt(at) });
  return { source: text, place: node.place, evaluate: render };
}

/** Every text in a value, however deep. */
export function templateTree(node: Node, source: Source, refused: Refused = "at once"): Expression<unknown> {
  switch (node.kind) {
    case "scalar":
      return templateText(node, source, refused);
    case "seq": {
      const items = node.items.map((item) => templateTree(item, source, refused));
      return combined(node, items, (values) => values);
    }
    case "map": {
      const values = node.entries.map(({ value }) => templateTree(value, source, refused));
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
  if (node.tag !== undefined) throw isNoTag(node.tag, node, source);
  if (typeof node.value !== "string") return constant(node.value, node);
  const text = node.value;
  if (isJinja(text)) return refuse(node, source, "at once", IS_JINJA, expressionFor(text));
  if (text.includes("<%")) {
    const inner = WHOLE.exec(text.trim())?.[1]?.trim();
    throw source.error(
      node.place,
      "this is an expression already, not a text",
      inner === undefined ? "write it without <%= %>" : `write ${inner}`,
    );
  }
  return compile({ source, text, placeAt: (at) => node.placeAt(at) }, node);
}

/** `when: !ready` is one to YAML. */
function isNoTag(tag: string, node: ScalarNode, source: Source): FettleError {
  return source.error(
    node.place,
    `${tag} is a tag to YAML when it stands first`,
    `write "${tag}${spaced(node.value)}"`,
  );
}

function spaced(value: ScalarNode["value"]): string {
  return value === null || value === "" ? "" : ` ${String(value)}`;
}

/** An expression that must give true or false. */
export function condition(node: Node, source: Source): Expression<boolean> {
  if (node.kind === "scalar" && isYesOrNo(node.value)) throw notBoolean(String(node.value), undefined, node, source);
  const set = node.kind === "scalar" && typeof node.value === "string" ? assignmentIn(node.value) : -1;
  if (set >= 0 && node.kind === "scalar" && !/<%|\{[{%]/.test(String(node.value)))
    throw source.error(node.placeAt(set), "`=` sets a value, and does not compare", "write ===");
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

/** Behind the last character there is nothing to have a place. */
function placeIn({ text, placeAt }: Origin, at: number): Place {
  if (at === 0 || at < text.length) return placeAt(at);
  const { file, line, column } = placeAt(at - 1);
  return { file, line, column: column + 1 };
}

/** `port = 80` sets a value: where its = stands. */
function assignmentIn(text: string): number {
  return withoutStrings(text).search(/(?<![=!<>])=(?![=>])/);
}

function isYesOrNo(value: unknown): boolean {
  return typeof value === "string" && /^(yes|no|on|off)$/i.test(value.trim());
}

function notBoolean(text: string, value: unknown, node: Node, source: Source): FettleError {
  const trimmed = text.trim();
  if (isYesOrNo(trimmed)) {
    return source.error(
      node.place,
      `"${trimmed}" is not true or false`,
      `write ${/^(yes|on)$/i.test(trimmed) ? "true" : "false"}`,
    );
  }
  const [what, remedy] = Array.isArray(value)
    ? ["a list", `${trimmed}.length > 0`]
    : typeof value === "function"
      ? ["a function", `${trimmed}()`]
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

function compile(origin: Origin, node: ScalarNode): Expression<unknown> {
  const { source, text } = origin;
  const literal = /^\s*(true|false|null|-?\d+(?:\.\d+)?)\s*$/.exec(text)?.[1];
  if (literal !== undefined) return { ...constant(JSON.parse(literal), node), source: text.trim() };
  let run: (scope: object) => unknown;
  try {
    // Sloppy on purpose: `with` makes every name a question to the scope.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    run = new Function("scope", `with (scope) { return (${text}\n); }`).bind(NO_THIS) as (scope: object) => unknown;
  } catch (error) {
    const fault = expressionFault(text);
    if (fault === undefined) throw error;
    throw source.error(placeIn(origin, fault.at), fault.cause, fault.remedy);
  }
  const meant = comparisonFault(text);
  if (meant !== undefined) throw source.error(placeIn(origin, meant.at), meant.cause, meant.remedy);
  const names = namesIn(text);
  return {
    source: text.trim(),
    place: node.place,
    evaluate: (scope: Scope) => {
      try {
        return run(scopeProxy(scope, names));
      } catch (error) {
        throw explainEvaluation(error, origin, scope);
      }
    },
  };
}

/** Its value is shown or stored: undefined is a misspelt name behind a dot. */
function valued(inner: Expression<unknown>, { source, text, placeAt }: Origin): Expression<unknown> {
  if (inner.constant !== undefined) return inner;
  return {
    ...inner,
    evaluate: (scope) => {
      const value = inner.evaluate(scope);
      const at = placeAt(Math.max(0, text.search(/\S/)));
      if (typeof value === "function")
        throw source.error(at, `\`${shorten(text)}\` is a function, and it is not called`, "write () behind it");
      if (value !== undefined) return value;
      throw source.error(
        at,
        `\`${shorten(text)}\` is undefined`,
        "check the name after the dot, or write `?? …` behind it",
      );
    },
  };
}

function constant(value: unknown, node: Node): Expression<unknown> {
  return { source: String(value), place: node.place, constant: { value }, evaluate: () => value };
}

/** Frozen: tasks and hosts share it, and `list.sort()` in one must not change what the others see. */
function combined(
  node: Node,
  parts: readonly Expression<unknown>[],
  join: (values: unknown[]) => object,
): Expression<unknown> {
  const base = { source: JSON.stringify(toValue(node)), place: node.place };
  const evaluate = (scope: Scope): unknown => Object.freeze(join(parts.map((part) => part.evaluate(scope))));
  if (parts.some((part) => part.constant === undefined)) return { ...base, evaluate };
  return { ...base, constant: { value: Object.freeze(join(parts.map((part) => part.constant?.value))) }, evaluate };
}

function refuse(
  node: ScalarNode,
  source: Source,
  refused: Refused,
  cause: string,
  remedy?: string,
): Expression<unknown> {
  const evaluate = (): never => {
    throw source.error(node.place, cause, remedy);
  };
  return refused === "at once" ? evaluate() : { source: String(node.value), place: node.place, evaluate };
}

function jinja(node: ScalarNode, source: Source, text: string, refused: Refused): Expression<unknown> {
  return refuse(node, source, refused, IS_JINJA, ejsFor(text));
}
