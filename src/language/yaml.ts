import * as yaml from "js-yaml";
import { didYouMean, type Place } from "../contract/error.js";
import { type Entry, makeMap, type MapNode, type Node, type SeqNode, sizeOf } from "./nodes.js";
import type { Source } from "./source.js";
import { explainYaml } from "./yaml-error.js";
import { scalarNode, standardName, type YamlVersion } from "./yaml-scalar.js";

/** Names that would reach into objects instead of standing in them. */
const REFUSED = new Set(["__proto__", "constructor", "prototype"]);
/** How many values aliases may add; what is written out is bounded by the size of the file. */
const MAX_ALIASED = 200_000;
const MAX_DEPTH = 200;

/** Parses one document; null when it is empty. Throws an input error with place. */
export function parseYaml(source: Source, version: YamlVersion): Node | null {
  let events: yaml.Event[];
  try {
    events = yaml.parseEvents(source.text, { filename: source.file, maxDepth: MAX_DEPTH });
  } catch (error) {
    throw explainYaml(error, source);
  }
  return new Builder(source, version, events).document();
}

/** A value that is left out: it has no place of its own. */
function isNothing(event: yaml.Event | undefined): boolean {
  return event?.type === yaml.EVENT_ID.SCALAR && event.valueStart < 0 && event.tagStart < 0;
}

/** Where an alias stands: the place of its value is that of the anchor. */
function placeOfAlias(event: yaml.Event | undefined, source: Source): Place | undefined {
  return event?.type === yaml.EVENT_ID.ALIAS ? source.place(event.anchorStart - 1) : undefined;
}

/** Makes nodes of js-yaml's events. */
class Builder {
  readonly #source: Source;
  readonly #version: YamlVersion;
  readonly #events: readonly yaml.Event[];
  readonly #anchors = new Map<string, Node>();
  #at = 0;
  /** How far in the text the last value ends, or the last list or mapping begins. */
  #seen = 0;
  #aliased = 0;

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
    if (event.type === yaml.EVENT_ID.SCALAR) this.#seen = Math.max(this.#seen, event.valueEnd);
    else if ("start" in event) this.#seen = Math.max(this.#seen, event.start + 1);
    return event;
  }

  #node(): Node {
    const event = this.#next();
    switch (event.type) {
      case yaml.EVENT_ID.SCALAR:
        return this.#named(event, scalarNode(event, this.#source, this.#version));
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
    return node;
  }

  #alias(event: yaml.AliasEvent): Node {
    const name = this.#source.text.slice(event.anchorStart, event.anchorEnd);
    const node = this.#anchors.get(name);
    const place = this.#source.place(event.anchorStart - 1);
    if (node === undefined) {
      const meant = didYouMean(name, this.#anchors.keys());
      const remedy = meant === undefined ? `write &${name} before the value that is meant` : `did you mean *${meant}?`;
      throw this.#source.error(place, `there is no anchor &${name} above`, remedy);
    }
    this.#aliased += sizeOf(node);
    if (this.#aliased > MAX_ALIASED)
      throw this.#source.error(place, "the document grows too big here (aliases multiply it)", "use fewer *aliases");
    return node;
  }

  #sequence(event: yaml.SequenceEvent): SeqNode {
    this.#checkTag(event);
    const items: Node[] = [];
    let from = Math.max(0, event.start);
    while (this.#peek()?.type !== yaml.EVENT_ID.POP) {
      const isEmpty = isNothing(this.#peek());
      const item = this.#node();
      if (isEmpty) from = this.#source.text.indexOf("-", from) + 1;
      items.push(isEmpty ? { ...item, place: this.#source.place(Math.max(0, from - 1)) } : item);
      from = Math.max(from, this.#seen);
    }
    this.#at++;
    return { kind: "seq", items, place: this.#source.place(Math.max(0, event.start)) };
  }

  #mapping(event: yaml.MappingEvent): MapNode {
    this.#checkTag(event);
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    while (this.#peek()?.type !== yaml.EVENT_ID.POP) {
      const key = this.#node();
      const event = this.#peek();
      const found = this.#node();
      const value = isNothing(event) ? { ...found, place: key.place } : found;
      if (key.kind !== "scalar") throw this.#notAKey(key.place);
      const name = String(key.value);
      if (REFUSED.has(name)) throw this.#source.error(key.place, `"${name}" cannot be a key`, "choose another name");
      if (name === "<<" && key.style === "plain")
        merged.push(...this.#mergeable(value, placeOfAlias(event, this.#source)));
      else this.#add(entries, { key: name, keyPlace: key.place, value });
    }
    this.#at++;
    for (const entry of merged) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    return makeMap([...entries.values()], this.#source.place(Math.max(0, event.start)));
  }

  #notAKey(place: Place): Error {
    const found = /^\{\{?\s*([^{}]*?)\s*\}\}/.exec(this.#source.line(place.line).slice(place.column - 2));
    if (found === null)
      return this.#source.error(place, "a key must be a text, and this is a list or mapping", "put it in quotes");
    const cause = "this is a Jinja template, and templates are EJS here";
    return this.#source.error({ ...place, column: place.column - 1 }, cause, `write "<%= ${found[1] ?? ""} %>"`);
  }

  #checkTag({ tagStart, tagEnd }: { tagStart: number; tagEnd: number }): void {
    if (tagStart < 0) return;
    const tag = this.#source.text.slice(tagStart, tagEnd);
    if (["map", "seq"].includes(standardName(tag) ?? "")) return;
    throw this.#source.error(
      this.#source.place(tagStart),
      `the tag ${tag} is not supported on a list or mapping`,
      "remove it",
    );
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

  #mergeable(value: Node, place = value.place): readonly Entry[] {
    if (value.kind === "map") return value.entries;
    if (value.kind === "seq") return value.items.flatMap((item) => this.#mergeable(item, place));
    throw this.#source.error(place, "<< takes over the keys of a mapping, and this is none", "write <<: *name");
  }
}
