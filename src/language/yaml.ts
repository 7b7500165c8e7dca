import * as yaml from "js-yaml";
import type { Place } from "../contract/error.js";
import type { Source } from "./source.js";

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

export type Node = ScalarNode | SeqNode | MapNode;

export type YamlVersion = "1.2" | "1.1";

const SCHEMAS = {
  "1.2": yaml.CORE_SCHEMA.withTags(yaml.mergeTag),
  "1.1": yaml.YAML11_SCHEMA,
};

/** Names that would reach into objects instead of standing in them. */
const REFUSED = new Set(["__proto__", "constructor", "prototype"]);
const MAX_NODES = 200_000;
const MAX_DEPTH = 200;

/** Parses one document; null when it is empty. Throws an input error with place. */
export function parseYaml(source: Source, version: YamlVersion): Node | null {
  let events: yaml.Event[];
  try {
    events = yaml.parseEvents(source.text, { filename: source.file, maxDepth: MAX_DEPTH });
  } catch (error) {
    throw explain(error, source);
  }
  return new Builder(source, version, events).document();
}

function explain(error: unknown, source: Source): Error {
  if (!(error instanceof yaml.YAMLException)) return error as Error;
  const place = source.place(error.mark?.position ?? 0);
  const line = source.text.split("\n")[place.line - 1] ?? "";
  const remedy = /^\s*\t/.test(line) ? "indent with spaces, not with tabs" : undefined;
  return source.error(place, `this is not YAML: ${error.reason}`, remedy);
}

class Builder {
  readonly #source: Source;
  readonly #version: YamlVersion;
  readonly #events: readonly yaml.Event[];
  readonly #anchors = new Map<string, Node>();
  #at = 0;
  #nodes = 0;

  constructor(source: Source, version: YamlVersion, events: readonly yaml.Event[]) {
    this.#source = source;
    this.#version = version;
    this.#events = events;
  }

  document(): Node | null {
    let found: Node | null = null;
    while (this.#at < this.#events.length) {
      const event = this.#next();
      if (event.type !== yaml.EVENT_ID.DOCUMENT) throw new Error("a document was expected");
      while (this.#peek()?.type !== yaml.EVENT_ID.POP) {
        const node = this.#node();
        if (node.kind === "scalar" && node.value === null) continue;
        if (found !== null)
          throw this.#source.error(node.place, "this is a second document", "keep one document in a file");
        found = node;
      }
      this.#at++;
    }
    return found;
  }

  #peek(): yaml.Event | undefined {
    return this.#events[this.#at];
  }

  #next(): yaml.Event {
    const event = this.#events[this.#at++];
    if (event === undefined) throw new Error("the events end too early");
    return event;
  }

  #node(): Node {
    const event = this.#next();
    switch (event.type) {
      case yaml.EVENT_ID.SCALAR:
        return this.#named(event, this.#scalar(event));
      case yaml.EVENT_ID.SEQUENCE:
        return this.#named(event, this.#sequence(event));
      case yaml.EVENT_ID.MAPPING:
        return this.#named(event, this.#mapping(event));
      case yaml.EVENT_ID.ALIAS:
        return this.#alias(event);
      default:
        throw new Error("a node was expected");
    }
  }

  #named(event: { anchorStart: number; anchorEnd: number }, node: Node): Node {
    if (event.anchorStart >= 0) this.#anchors.set(this.#source.text.slice(event.anchorStart, event.anchorEnd), node);
    this.#count(node.place, 1);
    return node;
  }

  #alias(event: yaml.AliasEvent): Node {
    const name = this.#source.text.slice(event.anchorStart, event.anchorEnd);
    const node = this.#anchors.get(name);
    const place = this.#source.place(event.anchorStart);
    if (node === undefined) throw this.#source.error(place, `there is no anchor &${name} before this`);
    this.#count(place, sizeOf(node));
    return node;
  }

  #count(place: Place, nodes: number): void {
    this.#nodes += nodes;
    if (this.#nodes > MAX_NODES)
      throw this.#source.error(place, "the document grows too big here (aliases multiply it)");
  }

  #scalar(event: yaml.ScalarEvent): ScalarNode {
    const source = this.#source;
    const start = Math.max(0, event.valueStart);
    const tag = event.tagStart < 0 ? undefined : source.text.slice(event.tagStart, event.tagEnd);
    const own = tag !== undefined && !tag.startsWith("!!") && !tag.startsWith("tag:yaml.org");
    const style =
      event.style === yaml.SCALAR_STYLE.PLAIN
        ? "plain"
        : event.style >= yaml.SCALAR_STYLE.LITERAL_BLOCK
          ? "block"
          : "quoted";
    const value = own ? yaml.getScalarValue(source.text, event) : this.#resolve(event);
    return {
      kind: "scalar",
      value,
      style,
      place: source.place(style === "quoted" ? start - 1 : start),
      placeAt: (offset) => source.place(style === "block" ? blockOffset(source.text, event, offset) : start + offset),
      ...(own && { tag }),
    };
  }

  #resolve(event: yaml.ScalarEvent): ScalarNode["value"] {
    const text = yaml.getScalarValue(this.#source.text, event);
    if (
      event.tagStart < 0 &&
      (event.style !== yaml.SCALAR_STYLE.PLAIN ||
        (/^[A-Zac-eg-kmo-su-xz/<_$%(]/.test(text) &&
          !/^(O[nN]|N[oOuU]|T[rR]|F[aA]|Y|y|on)/.test(text) &&
          text !== "off" &&
          text !== "<<"))
    )
      return text;
    const document: yaml.Event = {
      type: yaml.EVENT_ID.DOCUMENT,
      explicitStart: false,
      explicitEnd: false,
      directives: [],
    };
    try {
      const [value] = yaml.constructFromEvents([document, event, { type: yaml.EVENT_ID.POP }], {
        source: this.#source.text,
        schema: SCHEMAS[this.#version],
      });
      if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as ScalarNode["value"];
      return text;
    } catch (error) {
      throw explain(error, this.#source);
    }
  }

  #sequence(event: yaml.SequenceEvent): SeqNode {
    const items: Node[] = [];
    while (this.#peek()?.type !== yaml.EVENT_ID.POP) items.push(this.#node());
    this.#at++;
    return { kind: "seq", items, place: this.#source.place(Math.max(0, event.start)) };
  }

  #mapping(event: yaml.MappingEvent): MapNode {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    while (this.#peek()?.type !== yaml.EVENT_ID.POP) {
      const key = this.#node();
      const value = this.#node();
      if (key.kind !== "scalar") throw this.#source.error(key.place, "a key must be a text");
      const name = String(key.value);
      if (REFUSED.has(name)) throw this.#source.error(key.place, `"${name}" cannot be a key`);
      if (name === "<<" && key.style === "plain") merged.push(...this.#mergeable(value));
      else this.#add(entries, { key: name, keyPlace: key.place, value });
    }
    this.#at++;
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return makeMap([...entries.values()], this.#source.place(Math.max(0, event.start)));
  }

  #add(entries: Map<string, Entry>, entry: Entry): void {
    const first = entries.get(entry.key);
    if (first !== undefined) {
      throw this.#source.error(
        entry.keyPlace,
        `the key "${entry.key}" stands here twice (first on line ${first.keyPlace.line})`,
        "remove one",
      );
    }
    entries.set(entry.key, entry);
  }

  #mergeable(value: Node): readonly Entry[] {
    if (value.kind === "map") return value.entries;
    if (value.kind === "seq") return value.items.flatMap((item) => this.#mergeable(item));
    throw this.#source.error(value.place, "<< must name a mapping");
  }
}

export function makeMap(entries: readonly Entry[], place: Place): MapNode {
  return { kind: "map", entries, place, get: (key) => entries.find((entry) => entry.key === key)?.value };
}

/** Where a character of a block scalar's value stands: its lines are indented in the text. */
function blockOffset(text: string, event: yaml.ScalarEvent, offset: number): number {
  const value = yaml.getScalarValue(text, event);
  const before = value.slice(0, offset).split("\n");
  let at = event.valueStart;
  for (let i = 1; i < before.length; i++) at = text.indexOf("\n", at) + 1 || at;
  return at + Math.max(0, event.indent) + (before.at(-1)?.length ?? 0);
}

function sizeOf(node: Node): number {
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
