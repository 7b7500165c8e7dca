import { type Entry, makeMap, type MapNode, type Node, type ScalarNode } from "../nodes.js";
import type { Source } from "../source.js";

const KEYS = ["action", "local_action"];

/**
 * `action: copy src=a dest=/b` and `action: { module: copy, src: a }` say what `copy:` says; `local_action` does it on
 * the controller.
 */
export function withModuleAsKey(node: MapNode, source: Source): MapNode {
  const action = node.entries.find(({ key }) => KEYS.includes(key));
  if (action === undefined) return node;
  const module = moduleEntry(action, source);
  const entries = node.entries.map((entry) => (entry === action ? module : entry));
  if (action.key === "action") return makeMap(entries, node.place);
  const also = node.entries.find(({ key }) => key === "delegate_to");
  if (also !== undefined)
    throw source.error(also.keyPlace, "local_action delegates to localhost already", "remove one");
  return makeMap([...entries, { key: "delegate_to", keyPlace: action.keyPlace, value: localhost(action) }], node.place);
}

function localhost({ keyPlace }: Entry): ScalarNode {
  return { kind: "scalar", value: "localhost", style: "quoted", place: keyPlace, placeAt: () => keyPlace };
}

function moduleEntry(action: Entry, source: Source): Entry {
  const { key, value } = action;
  if (value.kind === "map") return fromMap(key, value, source);
  if (value.kind !== "scalar" || typeof value.value !== "string")
    throw source.error(value.place, `${key} needs a module`, `write ${key}: { module: copy, src: …, dest: … }`);
  const [, name = "", rest = ""] = /^\s*(\S+)\s*([\s\S]*)$/.exec(value.value) ?? [];
  const at = value.value.length - rest.length;
  return { key: name, keyPlace: value.placeAt(value.value.search(/\S/)), value: textBehind(value, rest, at) };
}

function fromMap(key: string, map: MapNode, source: Source): Entry {
  const module = map.entries.find((entry) => entry.key === "module");
  const { value } = module ?? {};
  if (value?.kind !== "scalar" || typeof value.value !== "string")
    throw source.error(map.place, `${key} needs module:`, "name the module there, its parameters beside it");
  const rest = map.entries.filter((entry) => entry !== module);
  return { key: value.value, keyPlace: value.place, value: makeMap(rest, map.place) };
}

function textBehind(node: ScalarNode, text: string, at: number): Node {
  const place = node.placeAt(at);
  return { ...node, value: text === "" ? null : text, place, placeAt: (offset) => node.placeAt(at + offset) };
}
