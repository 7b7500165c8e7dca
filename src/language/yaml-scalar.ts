import * as yaml from "js-yaml";
import type { ScalarNode } from "./nodes.js";
import type { Source } from "./source.js";

/** 1.2 for playbooks and roles; 1.1, as Ansible reads it, for inventories and files of variables. */
export type YamlVersion = "1.2" | "1.1";

type Value = ScalarNode["value"];
type Resolver = (text: string) => unknown;

const PREFIX = "tag:yaml.org,2002:";

const RESOLVERS: Readonly<Record<YamlVersion, Readonly<Record<string, Resolver>>>> = {
  "1.2": {
    null: (text) => yaml.nullCoreTag.resolve(text, false, ""),
    bool: (text) => yaml.boolCoreTag.resolve(text, false, ""),
    int: (text) => yaml.intCoreTag.resolve(text, false, ""),
    float: (text) => yaml.floatCoreTag.resolve(text, false, ""),
  },
  "1.1": {
    null: (text) => yaml.nullYaml11Tag.resolve(text, false, ""),
    // The standard has y and n too; what Ansible reads with has not.
    bool: (text) => (/^[yn]$/i.test(text) ? yaml.NOT_RESOLVED : yaml.boolYaml11Tag.resolve(text, false, "")),
    int: (text) => yaml.intYaml11Tag.resolve(text, false, ""),
    // Nor has it a number that begins with a sign and a point.
    float: (text) => (/^[-+]\.\d/.test(text) ? yaml.NOT_RESOLVED : yaml.floatYaml11Tag.resolve(text, false, "")),
  },
};

/** Nothing that begins like this is anything but a text; so are most values of a big inventory. */
const SURELY_TEXT = /^[A-Za-z/<_$%(].{5}/;

/** The node of a scalar event. Throws an input error for a tag that is not known. */
export function scalarNode(event: yaml.ScalarEvent, source: Source, version: YamlVersion): ScalarNode {
  // A tag may stand alone: `when: !ready`.
  const start = Math.max(0, event.valueStart < 0 ? event.tagStart : event.valueStart);
  const tag = event.tagStart < 0 ? undefined : source.text.slice(event.tagStart, event.tagEnd);
  const own = tag !== undefined && tag !== "!" && standardName(tag) === undefined;
  const text = yaml.getScalarValue(source.text, event);
  const style = styleOf(event);
  return {
    kind: "scalar",
    value: own || tag === "!" ? text : resolve(text, style, tag, event, source, version),
    style,
    place: source.place(own ? event.tagStart : style === "quoted" ? start - 1 : start),
    placeAt: (offset) => source.place(offsetInText(source.text, event, text, offset)),
    ...(own && { tag }),
  };
}

/** `!!int`, `!<tag:yaml.org,2002:int>`: int. */
export function standardName(tag: string): string | undefined {
  if (tag.startsWith("!!")) return tag.slice(2);
  return tag.startsWith(`!<${PREFIX}`) ? tag.slice(PREFIX.length + 2, -1) : undefined;
}

function styleOf(event: yaml.ScalarEvent): ScalarNode["style"] {
  if (event.style === yaml.SCALAR_STYLE.PLAIN) return "plain";
  return event.style >= yaml.SCALAR_STYLE.LITERAL_BLOCK ? "block" : "quoted";
}

function resolve(
  text: string,
  style: ScalarNode["style"],
  tag: string | undefined,
  event: yaml.ScalarEvent,
  source: Source,
  version: YamlVersion,
): Value {
  if (tag === undefined) return style === "plain" ? implicit(text, event, source, version) : text;
  const name = standardName(tag) ?? "";
  if (name === "str") return text;
  const resolver = RESOLVERS[version][name];
  const place = source.place(event.tagStart);
  if (resolver === undefined) throw source.error(place, `the tag ${tag} is not supported`, "remove it");
  const value = resolver(text);
  if (value === yaml.NOT_RESOLVED)
    throw source.error(place, `"${text}" is not what ${tag} says`, `remove ${tag}, or mend the value`);
  return value as Value;
}

function implicit(text: string, event: yaml.ScalarEvent, source: Source, version: YamlVersion): Value {
  if (SURELY_TEXT.test(text)) return text;
  for (const resolver of Object.values(RESOLVERS[version])) {
    const value = resolver(text);
    if (value !== yaml.NOT_RESOLVED) return exact(text, value as Value, event, source, version);
  }
  return text;
}

/**
 * JavaScript has one kind of number. A version such as 8.0 would be shown as 8: Ansible shows it as it was written,
 * so in its files it stays a text; elsewhere it is an error. Digits that a number cannot hold stay a text.
 */
function exact(text: string, value: Value, event: yaml.ScalarEvent, source: Source, version: YamlVersion): Value {
  if (typeof value !== "number") return value;
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text)) return text;
  if (!/^-?\d+\.\d*0$/.test(text)) return value;
  if (version === "1.1") return Number.isInteger(value) ? text : value;
  const remedy = `write "${text}" for a text, or ${value} for a number`;
  throw source.error(source.place(event.valueStart), `${text} would be read as ${value}`, remedy);
}

/** What stands for one character of the value, by style. */
const TOKENS: Readonly<Record<number, RegExp>> = {
  [yaml.SCALAR_STYLE.DOUBLE_QUOTED]: /\\(?:x..|u.{4}|U.{8}|[^])|\S/g,
  [yaml.SCALAR_STYLE.SINGLE_QUOTED]: /''|\S/g,
};

/**
 * Where a character of the value stands in the text. Lines may be folded and indented there, so only what is not
 * blank is counted.
 */
function offsetInText(text: string, event: yaml.ScalarEvent, value: string, offset: number): number {
  let left = value.slice(0, offset).replace(/\s/g, "").length;
  const tokens = new RegExp(TOKENS[event.style] ?? /\S/g);
  tokens.lastIndex = Math.max(0, event.valueStart);
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    if (/^\\[ntvfr\s_NLP]/.test(found[0])) continue;
    if (left-- === 0) return found.index;
  }
  return text.length;
}
