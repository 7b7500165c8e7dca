import type { Registry } from "../../contract/module.js";
import { type Entry, makeMap, type MapNode, type ScalarNode } from "../nodes.js";
import type { Source } from "../source.js";
import { findModule, moduleArgs, unknownModule } from "./args.js";
import { asMap } from "./values.js";

const FORMS = ["action", "local_action"];
const IMPORT = /^(ansible\.(builtin|legacy)\.)?import_(tasks|role)$/;

/**
 * The older forms of a task as the present one: `action: copy src=a dest=/b` and `action: { module: copy, src: a }`
 * are `copy: …`; `local_action` is the same with `delegate_to: localhost`.
 */
export function withoutAction(node: MapNode, source: Source, registry: Registry): MapNode {
  const [form, second] = node.entries.filter(({ key }) => FORMS.includes(key));
  if (form === undefined) return node;
  if (second !== undefined)
    throw source.error(second.keyPlace, "a task has either action or local_action", "remove one");
  const entry = entryOf(form, source, registry);
  const { entries, place } = node;
  const rest = entries.map((one) => (one === form ? entry : one));
  if (form.key === "action") return makeMap(rest, place);
  const other = entries.find(({ key }) => key === "delegate_to");
  if (other !== undefined)
    throw source.error(
      other.keyPlace,
      "local_action says already where it runs",
      "write action, or remove delegate_to",
    );
  const localhost: ScalarNode = { ...textAt(form.keyPlace), value: "localhost" };
  return makeMap([...rest, { key: "delegate_to", keyPlace: form.keyPlace, value: localhost }], place);
}

/** `copy: …` of what stands behind `action:`. */
function entryOf(form: Entry, source: Source, registry: Registry): Entry {
  const { key, value } = form;
  const example = `for example \`${key}: command uptime\``;
  if (value.kind === "scalar") return named(form, value, source, registry);
  const map = asMap(value, source, key);
  const module = map?.get("module");
  if (map === undefined || module?.kind !== "scalar")
    throw source.error(value.place, `${key} must name a module`, example);
  const entry = named(form, module, source, registry);
  const more = asMap(map.get("args") ?? null, source, "args")?.entries ?? [];
  const own = [...map.entries.filter((one) => !["module", "args"].includes(one.key)), ...more];
  const spec = findModule(entry.key, registry);
  const words = spec === undefined ? [] : moduleArgs(spec, entry, source).entries;
  return { ...entry, value: makeMap([...words, ...own], value.place) };
}

/** The first word is the module, the others are its parameters. */
function named({ key }: Entry, node: ScalarNode, source: Source, registry: Registry): Entry {
  const [, before = "", name = "", blank = "", rest = ""] =
    /^(\s*)(\S*)(\s*)([^]*)$/.exec(String(node.value ?? "")) ?? [];
  if (name === "")
    throw source.error(node.place, `${key} must name a module`, `for example \`${key}: command uptime\``);
  const keyPlace = node.placeAt(before.length);
  if (name.includes("<%"))
    throw source.error(keyPlace, `the module of ${key} must be known beforehand`, "write a task for each, with when:");
  const from = before.length + name.length + blank.length;
  const words: ScalarNode = {
    kind: "scalar",
    value: rest === "" ? null : rest,
    style: node.style,
    place: node.placeAt(from),
    placeAt: (offset) => node.placeAt(from + offset),
  };
  const entry = { key: name, keyPlace, value: words };
  if (!IMPORT.test(name) && findModule(name, registry) === undefined) throw unknownModule(entry, registry, [], source);
  return entry;
}

function textAt(place: Entry["keyPlace"]): ScalarNode {
  return { kind: "scalar", value: "", style: "quoted", place, placeAt: () => place };
}
