import { didYouMean } from "../../contract/error.js";
import type { Scope } from "../../contract/play.js";
import { bareExpression, templateTree } from "../expression.js";
import type { Node } from "../nodes.js";
import { toValue } from "../nodes.js";
import type { Source } from "../source.js";

const KEYS = ["key", "prefix", "separator", "parent_group", "default_value", "trailing_separator"];

/** One entry of `keyed_groups`: the groups that a host is in by the value of an expression. */
export interface KeyedGroup {
  of(scope: Scope): readonly { readonly group: string; readonly parent?: string }[];
}

/** `separates`: `leading_separator`, which without a prefix puts the separator first. */
export function readKeyedGroup(node: Node, source: Source, separates: boolean): KeyedGroup {
  if (node.kind !== "map") throw source.error(node.place, "an entry of keyed_groups is a mapping", "write `- key: …`");
  const parts = new Map<string, Node>();
  for (const { key, keyPlace, value } of node.entries) {
    const meant = didYouMean(key, KEYS);
    if (!KEYS.includes(key))
      throw source.error(
        keyPlace,
        `"${key}" is no setting of keyed_groups`,
        meant === undefined ? `it has ${KEYS.join(", ")}` : `did you mean "${meant}"?`,
      );
    parts.set(key, value);
  }
  const keyNode = parts.get("key");
  if (keyNode === undefined) throw source.error(node.place, "an entry of keyed_groups needs a key");
  const textOf = (key: string): string | undefined => {
    const given = parts.get(key);
    return given === undefined ? undefined : String(toValue(given));
  };
  const key = bareExpression(keyNode, source);
  const parentNode = parts.get("parent_group");
  const parentOf = parentNode === undefined ? undefined : textTemplate(parentNode, source);
  const names = new Names(
    textOf("prefix") ?? "",
    textOf("separator") ?? "_",
    separates,
    textOf("default_value"),
    textOf("trailing_separator") !== "false",
  );
  return {
    of: (scope) => {
      const groups = names.of(key.evaluate(scope));
      if (groups === undefined)
        throw source.error(
          keyNode.place,
          "the key gives neither a text nor a list or mapping of texts",
          "write String(…)",
        );
      const parent = groups.length === 0 ? undefined : parentOf?.(scope);
      return groups.map((group) => ({
        group: safeGroupName(group),
        ...(parent !== undefined && { parent: safeGroupName(parent) }),
      }));
    },
  };
}

function textTemplate(node: Node, source: Source): (scope: Scope) => string {
  const template = templateTree(node, source);
  return (scope) => {
    const value = template.evaluate(scope);
    if (typeof value === "string") return value;
    throw source.error(node.place, "the name of a group is a text");
  };
}

/** As Ansible makes one of any text. */
export function safeGroupName(text: string): string {
  return text.replace(/^\p{Nd}|[^\p{L}\p{N}_]/gu, "_");
}

class Names {
  constructor(
    readonly prefix: string,
    readonly separator: string,
    readonly separates: boolean,
    readonly fallback: string | undefined,
    readonly trails: boolean,
  ) {}

  /** Undefined for a value that cannot name groups. */
  of(value: unknown): readonly string[] | undefined {
    if (value === null) return [];
    if (typeof value === "string") return value === "" && this.fallback === undefined ? [] : [this.#named(value)];
    if (Array.isArray(value))
      return value.every((one) => typeof one === "string") ? value.map((one) => this.#named(one)) : undefined;
    if (typeof value !== "object") return undefined;
    return Object.entries(value).map(([key, item]) => this.#full(this.#pair(key, String(item))));
  }

  #named(value: string): string {
    return this.#full(value === "" ? (this.fallback ?? "") : value);
  }

  #pair(key: string, value: string): string {
    if (value !== "") return `${key}${this.separator}${value}`;
    if (this.fallback !== undefined) return `${key}${this.separator}${this.fallback}`;
    return this.trails ? `${key}${this.separator}` : key;
  }

  #full(name: string): string {
    return `${this.prefix}${this.prefix === "" && !this.separates ? "" : this.separator}${name}`;
  }
}
