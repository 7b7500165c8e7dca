import { type Place } from "../../contract/error.js";
import { templateText } from "../expression.js";
import type { Layer, Variable } from "../scope.js";
import type { Source } from "../source.js";
import type { ScalarNode } from "../nodes.js";
import type { Model } from "./model.js";
import { expandRanges } from "./ranges.js";

/** A whole name that is a range, `[1:3]`: no section. */
const RANGE = /^\[(\d+:\d+|[A-Za-z]:[A-Za-z])(:\d+)?\]$/;

interface Section {
  readonly group: string;
  readonly kind: "hosts" | "children" | "vars";
}

/** Reads an inventory in Ansible's INI format into the model. Throws an input error with place. */
export function readIni(source: Source, model: Model): void {
  let section: Section = { group: "ungrouped", kind: "hosts" };
  const children: { name: string; place: Place }[] = [];
  const vars = new Map<string, Map<string, Variable>>();
  let offset = 0;
  for (const raw of source.text.split("\n")) {
    const start = offset;
    offset += raw.length + 1;
    const line = stripComment(raw).trim();
    if (line === "") continue;
    const at = start + raw.indexOf(line);
    const place = source.place(at);
    if (line.startsWith("[") && /^\[[^\]]*\]$/.test(line) && !RANGE.test(line)) {
      section = readSection(line, place, source);
      model.group(section.group);
    } else if (section.kind === "hosts") readHostLine(line, at, section.group, source, model);
    else if (section.kind === "children") {
      model.group(section.group).children.add(line);
      children.push({ name: line, place });
    } else {
      const [name, value, valueAt] = splitAssignment(line, at, source);
      const own = vars.get(section.group) ?? new Map<string, Variable>();
      vars.set(section.group, own);
      own.set(name, { expression: templateText(literal(value, valueAt, source), source), place });
    }
  }
  for (const { name, place } of children) {
    if (!model.groups.has(name)) throw source.error(place, `there is no group "${name}"`, `add a section [${name}]`);
  }
  for (const [group, values] of vars)
    model.group(group).layers.push({ name: `${source.file} [${group}:vars]`, values });
}

function readSection(line: string, place: Place, source: Source): Section {
  const [group = "", kind = "hosts"] = line.slice(1, -1).trim().split(":");
  if (group === "") throw source.error(place, "a section needs a name", "write [webservers]");
  if (kind !== "hosts" && kind !== "children" && kind !== "vars") {
    throw source.error(place, `[${group}:${kind}] is not a kind of section`, "write :children or :vars");
  }
  return { group, kind };
}

/** `name[01:03]:port key=value key="two words"` */
function readHostLine(line: string, at: number, group: string, source: Source, model: Model): void {
  const words = [...line.matchAll(/(?:[^\s"']|"(?:\\.|[^"])*"|'[^']*')+/g)];
  const [first, ...rest] = words;
  if (first === undefined) return;
  const [name, port] = splitPort(first[0]);
  const values = new Map<string, Variable>();
  if (port !== undefined) {
    const value = Number(port);
    values.set("ansible_port", {
      expression: { source: port, place: source.place(at), constant: { value }, evaluate: () => value },
      place: source.place(at),
    });
  }
  for (const word of rest) {
    const wordAt = at + word.index;
    if (!word[0].includes("=")) {
      throw source.error(
        source.place(wordAt),
        `"${word[0]}" is not a variable of the host`,
        "write name=value; one host on each line",
      );
    }
    const [key, value, valueAt] = splitAssignment(word[0], wordAt, source);
    values.set(key, { expression: templateText(literal(value, valueAt, source), source), place: source.place(wordAt) });
  }
  const layer: Layer = { name: `${source.file} (host)`, values };
  if (/[\s/\0]/.test(name) || name.startsWith("-"))
    throw source.error(source.place(at), `${JSON.stringify(name)} cannot be the name of a host`);
  for (const host of expandRanges(name)) model.addHost(host, group, layer);
}

function splitPort(word: string): [string, string | undefined] {
  const bracketed = /^\[([0-9A-Fa-f:]*:[0-9A-Fa-f:]*)\](?::(\d+))?$/.exec(word);
  if (bracketed !== null && !/^\[[0-9A-Za-z]+:[0-9A-Za-z]+(:\d+)?\]/.test(word))
    return [bracketed[1] ?? "", bracketed[2]];
  const match = /^([^:]*(?:\[[^\]]*\][^:]*)*):(\d+)$/.exec(word);
  return match === null ? [word, undefined] : [match[1] ?? "", match[2]];
}

function splitAssignment(text: string, at: number, source: Source): [string, string, number] {
  const equals = text.indexOf("=");
  if (equals < 1) throw source.error(source.place(at), `"${text}" is not name=value`);
  const key = text.slice(0, equals).trim();
  const value = text.slice(equals + 1);
  return [key, value.trim(), at + equals + 1 + (value.length - value.trimStart().length)];
}

/** A value as Python would read it: numbers, True, lists; anything else is text. Quotes around it are dropped. */
function literal(text: string, at: number, source: Source): ScalarNode {
  const quoted = /^(["'])([\s\S]*)\1$/.exec(text);
  const node = (value: ScalarNode["value"], shift = 0): ScalarNode => ({
    kind: "scalar",
    value,
    style: quoted === null ? "plain" : "quoted",
    place: source.place(at),
    placeAt: (offset) => source.place(at + shift + offset),
  });
  if (quoted !== null) return node(quoted[2] ?? "", 1);
  if (/^-?(0|[1-9]\d*)$/.test(text)) return node(Number(text));
  if (/^-?\d+\.\d+$/.test(text)) return node(Number(text));
  if (text === "True" || text === "False") return node(text === "True");
  if (text === "None") return node(null);
  return node(text);
}

/** `#` and `;` begin a comment at the line's start; behind a blank only `#` does, outside of quotes. */
function stripComment(line: string): string {
  if (/^\s*[#;]/.test(line)) return "";
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const character = line[i] ?? "";
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === "#" && /\s/.test(line[i - 1] ?? "")) return line.slice(0, i);
  }
  return line;
}
