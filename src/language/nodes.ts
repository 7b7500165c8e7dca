import type { Place } from "../contract/error.js";

interface Base {
  readonly place: Place;
}

export interface ScalarNode extends Base {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly style: "plain" | "quoted" | "block";
  /** An own tag, as `!vault`. */
  readonly tag?: string;
  /** Where a character of the value stands. */
  placeAt(offset: number): Place;
}

export interface SeqNode extends Base {
  readonly kind: "seq";
  readonly items: readonly Node[];
}

export interface Entry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Node;
}

export interface MapNode extends Base {
  readonly kind: "map";
  readonly entries: readonly Entry[];
  get(key: string): Node | undefined;
}

/** A value of a YAML text, with its place. */
export type Node = ScalarNode | SeqNode | MapNode;

export function makeMap(entries: readonly Entry[], place: Place): MapNode {
  return { kind: "map", entries, place, get: (key) => entries.find((entry) => entry.key === key)?.value };
}

/** How many values there are in it, itself included. */
export function sizeOf(node: Node): number {
  switch (node.kind) {
    case "scalar":
      return 1;
    case "seq":
      return node.items.reduce((sum, item) => sum + sizeOf(item), 1);
    case "map":
      return node.entries.reduce((sum, entry) => sum + sizeOf(entry.value), 1);
    default:
      return node satisfies never;
  }
}

/** Plain data; mappings without a prototype. */
export function toValue(node: Node | null): unknown {
  if (node === null) return null;
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "seq":
      return node.items.map(toValue);
    case "map":
      return Object.assign(
        Object.create(null) as object,
        Object.fromEntries(node.entries.map(({ key, value }) => [key, toValue(value)])),
      );
    default:
      return node satisfies never;
  }
}
