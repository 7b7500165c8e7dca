import { didYouMean, type Place } from "../../contract/error.js";
import { templateTree } from "../expression.js";
import { makeMap, type Node } from "../nodes.js";
import type { Layer, Variable } from "../scope.js";
import type { Source } from "../source.js";
import { hostNames, portLayer } from "./host-names.js";
import type { Group, Model } from "./model.js";
import { type Literal, pythonLiteral } from "./python-literal.js";
import { shellWords } from "./shell-words.js";

const SECTION = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;

/** Reads an inventory in Ansible's INI format into the model. Throws an input error with place. */
export function readIni(source: Source, model: Model): void {
  const reader = new IniReader(source, model);
  let offset = 0;
  for (const raw of source.text.split("\n")) {
    const line = raw.trim();
    if (line !== "" && !/^[#;]/.test(line)) reader.line(line, offset + raw.indexOf(line));
    offset += raw.length + 1;
  }
  reader.finish();
}

class IniReader {
  #group = "ungrouped";
  #kind = "hosts";
  readonly #declared: Set<string>;
  /** Groups that must be declared somewhere in the file, by their places. */
  readonly #needed: { readonly name: string; readonly place: Place; readonly what: string }[] = [];
  /** Children that are not declared yet: as in Ansible they are added when they are. */
  readonly #awaited = new Map<string, { readonly parent: Group; readonly place: Place }[]>();
  readonly #vars = new Map<string, Map<string, Variable>>();

  constructor(
    readonly source: Source,
    readonly model: Model,
  ) {
    this.#declared = new Set(model.groups.keys());
  }

  line(line: string, at: number): void {
    if (line.startsWith("[")) {
      const section = SECTION.exec(line);
      if (section !== null) {
        this.#section(section[1] ?? "", section[2] ?? "hosts", this.source.place(at));
        return;
      }
      if (/^\[[^\]]*\]?$/.test(line) && !line.includes("::")) throw this.#noSection(line, at);
    }
    if (this.#kind === "hosts") this.#hosts(line, at);
    else if (this.#kind === "children") this.#child(line, at);
    else this.#variable(line, at);
  }

  /** Groups are looked for when all are read, and their variables come last. */
  finish(): void {
    for (const { name, place, what } of this.#needed) {
      if (this.#declared.has(name)) continue;
      const meant = didYouMean(name, this.#declared);
      const remedy = meant === undefined ? `add a section [${name}]` : `did you mean "${meant}"?`;
      throw this.source.error(place, `${what} "${name}", and there is no such group`, remedy);
    }
    for (const [group, values] of this.#vars)
      this.model.addVars(group, { name: `${this.source.file} [${group}:vars]`, values });
  }

  #noSection(line: string, at: number): Error {
    const isEmpty = /^\[\s*(:.*)?\]$/.test(line);
    const cause = isEmpty ? "a section needs a name" : `${line} is not a section`;
    return this.source.error(
      this.source.place(at),
      cause,
      "write [webservers], [webservers:vars] or [webservers:children]",
    );
  }

  #section(group: string, kind: string, place: Place): void {
    if (kind !== "hosts" && kind !== "children" && kind !== "vars") {
      const meant = didYouMean(kind, ["children", "vars"]);
      const remedy = meant === undefined ? "write :children or :vars" : `did you mean ":${meant}"?`;
      throw this.source.error(place, `[${group}:${kind}] is not a kind of section`, remedy);
    }
    [this.#group, this.#kind] = [group, kind];
    // Its place among the groups is where it is named first, if only for variables.
    this.model.group(group);
    if (kind === "vars") this.#needed.push({ name: group, place, what: "these are variables of" });
    else {
      this.#declared.add(group);
      for (const { parent, place } of this.#awaited.get(group) ?? []) parent.children.set(group, place);
      this.#awaited.delete(group);
    }
  }

  #child(line: string, at: number): void {
    const name = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line)?.[1];
    const place = this.source.place(at);
    if (name === undefined)
      throw this.source.error(place, `"${line}" is not the name of a group`, "one group on each line");
    const parent = this.model.group(this.#group);
    if (this.model.groups.has(name)) parent.children.set(name, place);
    else this.#awaited.set(name, [...(this.#awaited.get(name) ?? []), { parent, place }]);
    this.#needed.push({ name, place, what: `"${this.#group}" contains` });
  }

  /** `name[01:03]:port key=value key="two words"` */
  #hosts(line: string, at: number): void {
    const words = shellWords(line);
    if (words === undefined)
      throw this.source.error(
        this.source.place(at),
        "a quote in this line is never closed",
        'put a text with a \' in "…"',
      );
    const [first, ...rest] = words;
    if (first === undefined) return;
    const place = this.source.place(at);
    const { names, port } = hostNames(first.text, place, this.source);
    const values = new Map<string, Variable>();
    for (const word of rest) {
      const wordPlace = this.source.place(at + word.at);
      const equals = word.text.indexOf("=");
      if (equals < 1)
        throw this.source.error(
          wordPlace,
          `"${word.text}" is not a variable of the host`,
          /[{<][{%]/.test(line)
            ? `put a value with blanks in quotes: name="…"`
            : /\s=/.test(line)
              ? "write name=value, without blanks around the ="
              : "write name=value; one host on each line",
        );
      values.set(
        word.text.slice(0, equals),
        this.#value(word.text.slice(equals + 1), at + word.at + equals + 1, wordPlace),
      );
    }
    const own: Layer = { name: `${this.source.file} (host)`, values };
    const ofPort = port === undefined ? undefined : portLayer(port, place, this.source);
    for (const host of names) this.model.addHost(host, this.#group, own, ofPort);
  }

  #variable(line: string, at: number): void {
    const place = this.source.place(at);
    const equals = line.indexOf("=");
    if (equals < 1) throw this.source.error(place, `"${line}" is not name=value`, "write name=value");
    const value = line.slice(equals + 1);
    const own = this.#vars.get(this.#group) ?? new Map<string, Variable>();
    this.#vars.set(this.#group, own);
    const valueAt = at + equals + 1 + (value.length - value.trimStart().length);
    own.set(line.slice(0, equals).trim(), this.#value(value.trim(), valueAt, place));
  }

  #value(text: string, at: number, place: Place): Variable {
    const literal = pythonLiteral(text);
    const node = this.#node(literal === undefined ? text : literal, at + (/^["']/.test(text) ? 1 : 0));
    return { expression: templateTree(node, this.source, "when used"), place };
  }

  #node(value: Literal, at: number): Node {
    const place = this.source.place(at);
    if (Array.isArray(value)) return { kind: "seq", place, items: value.map((item: Literal) => this.#node(item, at)) };
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value as Readonly<Record<string, Literal>>);
      return makeMap(
        entries.map(([key, item]) => ({ key, keyPlace: place, value: this.#node(item, at) })),
        place,
      );
    }
    const scalar = value;
    return {
      kind: "scalar",
      value: scalar,
      style: "plain",
      place,
      placeAt: (offset) => this.source.place(at + offset),
    };
  }
}
