import { didYouMean, type FettleError, type Place } from "../../contract/error.js";
import type { ModuleSpec, Registry } from "../../contract/module.js";
import { checkKnownParams, type ParamPlaces, paramNames } from "../../contract/params.js";
import type { Expression, Scope } from "../../contract/play.js";
import type { Problems } from "../errors.js";
import { bareExpression, templateText, templateTree } from "../expression.js";
import { OMIT } from "../scope.js";
import type { Source } from "../source.js";
import { type Entry, makeMap, type MapNode, type Node, type ScalarNode } from "../nodes.js";
import { openQuote, splitArguments } from "./free-form.js";
import type { ModuleDefault } from "./context.js";
import { asMap, mapped } from "./values.js";

/** A task's parameters, as the contract wants them. */
export interface TaskArgs {
  readonly args: Expression<Readonly<Record<string, unknown>>>;
  readonly argNames: readonly string[];
  readonly places: ParamPlaces;
}

/** `copy`, `ansible.builtin.copy`: the module; undefined when there is none of that name. */
export function findModule(name: string, registry: Registry): ModuleSpec | undefined {
  return (
    registry.get(name) ??
    (/^[a-z_]+(\.[a-z_0-9]+)+$/.test(name) ? registry.get(name.split(".").at(-1) ?? "") : undefined)
  );
}

export function unknownModule(
  entry: Entry,
  registry: Registry,
  keywords: readonly string[],
  source: Source,
): FettleError {
  const name = entry.key.replace(/^(ansible\.(builtin|legacy|posix)|community\.\w+)\./, "");
  const meant = didYouMean(name, [...registry.keys(), ...keywords]);
  const remedy = meant === undefined ? "`fettle doc` lists the modules" : `did you mean "${meant}"?`;
  return source.error(entry.keyPlace, `there is no module "${entry.key}"`, remedy);
}

/** A task's parameters as they are written: with the module, under `args:`, and in module_defaults. */
export interface WrittenArgs {
  readonly entry: Entry;
  /** `args:`. A template that gives a mapping is weaker than what stands with the module. */
  readonly more?: Node | undefined;
  /** What the task does not say. */
  readonly defaults?: ModuleDefault | undefined;
}

/** Reads a task's parameters; what can be checked without a host is checked here. */
export function readArgs(module: ModuleSpec, written: WrittenArgs, source: Source, problems: Problems): TaskArgs {
  const { entry, more, defaults } = written;
  const isOpen = more !== undefined && isOpenArgs(more);
  const own = withMore(
    moduleArgs(module, entry, source),
    isOpen ? undefined : asMap(more ?? null, source, "args"),
    source,
    entry.keyPlace,
  );
  const added = (defaults?.params?.entries ?? []).filter(({ key }) => own.get(key) === undefined);
  const map = makeMap([...own.entries, ...added], own.place);
  const from = (key: string): Source => (own.get(key) === undefined ? (defaults?.source ?? source) : source);
  const expressions = map.entries.map(({ key, value }) => [key, argument(module, key, value, from(key))] as const);
  const open = [...(defaults?.open === undefined ? [] : [defaults.open]), ...(isOpen ? [openArgs(more, source)] : [])];
  const places = placesOf(map, entry, [source, ...(defaults === undefined ? [] : [defaults.source])]);
  const named = namesOf(module, map, source);
  const isKnown = (key: string, { constant }: Expression<unknown>): boolean =>
    constant !== undefined && !named.has(key);
  const nameOf = (key: string, scope: Scope): string => {
    const name = named.get(key)?.evaluate(scope) ?? key;
    return typeof name === "string" ? name : JSON.stringify(name);
  };
  const known = Object.fromEntries(
    expressions.flatMap(([key, one]) => (isKnown(key, one) ? [[key, one.constant?.value]] : [])),
  );
  const computed = expressions.filter(([key, one]) => !isKnown(key, one)).map(([key]) => key);
  const unsaid = open.length === 0 ? [] : paramNames(module).filter((name) => map.get(name) === undefined);
  for (const problem of checkKnownParams(module, known, [...computed, ...unsaid], places)) problems.add(problem);
  const valuesOf = (some: typeof expressions, scope: Scope): object =>
    Object.fromEntries(some.map(([key, one]) => [nameOf(key, scope), one.evaluate(scope)]));
  const [ownOnes, addedOnes] = [expressions.slice(0, own.entries.length), expressions.slice(own.entries.length)];
  const evaluate = (scope: Scope): Readonly<Record<string, unknown>> => {
    const weaker = [valuesOf(addedOnes, scope), ...open.map((one) => one.evaluate(scope))];
    return withoutOmitted(Object.assign({}, ...weaker, valuesOf(ownOnes, scope)) as Record<string, unknown>);
  };
  return {
    args: {
      source: `${entry.key}: …`,
      place: entry.value.place,
      evaluate,
      ...(computed.length + open.length === 0 && { constant: { value: known } }),
    },
    argNames: map.entries.map(({ key }) => key),
    places,
  };
}

/** Names that are templates themselves: of variables that a task sets. */
function namesOf(module: ModuleSpec, map: MapNode, source: Source): ReadonlyMap<string, Expression<unknown>> {
  if (module.setsVariables !== true) return new Map();
  const entries = map.entries.filter(({ key }) => key.includes("<%"));
  return new Map(entries.map(({ key, keyPlace }) => [key, templateText(textAt(key, keyPlace), source)]));
}

function textAt(value: string, place: Place): ScalarNode {
  return { kind: "scalar", value, style: "quoted", place, placeAt: () => place };
}

/** One template for all parameters. */
export function isOpenArgs(node: Node): boolean {
  return node.kind === "scalar" && String(node.value).includes("<%");
}

/** A text that gives all parameters at once: `<%= params %>`. */
export function openArgs(node: Node, source: Source): Expression<Readonly<Record<string, unknown>>> {
  const inner = templateTree(node, source);
  const checked = (value: unknown): Readonly<Record<string, unknown>> => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw source.error(node.place, "this must give a mapping of parameters");
  };
  return mapped(inner, checked);
}

/** What is wrong with parameters that hold for many tasks: each may say more of its own. */
export function checkShared(module: ModuleSpec, entry: Entry, params: MapNode, source: Source): readonly FettleError[] {
  const expressions = params.entries.map(({ key, value }) => [key, argument(module, key, value, source)] as const);
  const constants = expressions.flatMap(([key, { constant }]) => (constant ? [[key, constant.value] as const] : []));
  const known = Object.fromEntries(constants);
  const left = [...expressions.map(([key]) => key), ...paramNames(module)].filter((key) => !(key in known));
  return checkKnownParams(module, known, left, placesOf(params, entry, [source]));
}

/** What stands with the module, as a mapping. */
export function moduleArgs(module: ModuleSpec, entry: Entry, source: Source): MapNode {
  const { value } = entry;
  if (value.kind === "map") return value;
  if (value.kind === "scalar" && value.value === null) return makeMap([], value.place);
  if (value.kind === "seq")
    throw source.error(
      value.place,
      `the parameters of ${module.name} must be a mapping`,
      "write `name: value` without the -",
    );
  if (typeof value.value === "boolean") throw notBoolean(module, value, source);
  const { freeForm } = module;
  if (freeForm === undefined || isAssignments(value, module)) return words(module, value, source);
  return makeMap([{ key: freeForm, keyPlace: entry.keyPlace, value }], value.place);
}

/** `command: true`: the program, and YAML takes it for a value. */
function notBoolean({ name, freeForm }: ModuleSpec, { value, place }: ScalarNode, source: Source): Error {
  const cause = `this is the value ${String(value)}, and not a text`;
  const remedy = freeForm === undefined ? "write its parameters below it" : `write ${name}: "${String(value)}"`;
  return source.error(place, cause, remedy);
}

/** Whether a free-form text names parameters itself: `uri: url=http://… status_code=200`. */
function isAssignments({ value }: ScalarNode, module: ModuleSpec): boolean {
  const name = /^\s*([a-z_]+)=/.exec(String(value))?.[1];
  return name !== undefined && paramNames(module).includes(name);
}

/** `path=/etc/app state=directory` */
function words(module: ModuleSpec, node: ScalarNode, source: Source): MapNode {
  const text = String(node.value);
  const open = openQuote(text);
  if (open >= 0)
    throw source.error(node.placeAt(open), "this quote is never closed", `write ${text[open] ?? ""} where it ends`);
  const entries = splitArguments(text).map(({ name, value, at, valueAt }) => {
    if (name === undefined) {
      const example = paramNames(module)[0] ?? "name";
      throw source.error(
        node.placeAt(at),
        `"${value}" is not a parameter of ${module.name}`,
        `write ${example}=value, or a mapping`,
      );
    }
    const scalar: ScalarNode = {
      kind: "scalar",
      value,
      style: "quoted",
      place: node.placeAt(valueAt),
      placeAt: (offset) => node.placeAt(valueAt + offset),
    };
    return { key: name, keyPlace: node.placeAt(at), value: scalar };
  });
  const twice = entries.find(({ key }, i) => entries.findIndex((one) => one.key === key) < i);
  if (twice !== undefined) throw source.error(twice.keyPlace, `"${twice.key}" is given twice`, "remove one");
  return makeMap(entries, node.place);
}

function withMore(map: MapNode, more: MapNode | undefined, source: Source, place: Place): MapNode {
  if (more === undefined) return map;
  const twice = more.entries.find(({ key }) => map.get(key) !== undefined);
  if (twice !== undefined)
    throw source.error(twice.keyPlace, `"${twice.key}" is given twice: here and with the module`, "remove one");
  return makeMap([...map.entries, ...more.entries], map.entries.length === 0 ? place : map.place);
}

/** Bare expressions arrive with their text, so that a failed assertion can name it. */
function argument(module: ModuleSpec, key: string, node: Node, source: Source): Expression<unknown> {
  if (module.expressions?.includes(key) !== true) return templateTree(node, source);
  const parts = node.kind === "seq" ? node.items : [node];
  const bare = parts.map((part) => bareExpression(part, source));
  return {
    source: key,
    place: node.place,
    evaluate: (scope) => {
      const values = bare.map((one) => ({ expression: one.source, value: one.evaluate(scope) }));
      return node.kind === "seq" ? values : values[0];
    },
  };
}

function placesOf(map: MapNode, entry: Entry, sources: readonly Source[]): ParamPlaces {
  return {
    excerpt: (place) => sources.find(({ file }) => file === place.file)?.excerpt(place),
    argPlace: (path, of = "value") => {
      if (path.length === 0) return entry.keyPlace;
      let place = map.entries.length === 0 ? entry.keyPlace : map.place;
      let node: Node = map;
      for (const part of path) {
        const next: Entry | undefined = node.kind === "map" ? node.entries.find(({ key }) => key === part) : undefined;
        const item: Node | undefined = node.kind === "seq" ? node.items[Number(part)] : next?.value;
        // A parameter that is missing has no place: its task's.
        if (item === undefined) return path.length === 1 ? entry.keyPlace : place;
        place = of === "name" && next !== undefined ? next.keyPlace : item.place;
        node = item;
      }
      return place;
    },
  };
}

/** Drops what is `omit`, at any depth. */
function withoutOmitted(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return dropOmitted(value) as Readonly<Record<string, unknown>>;
}

function dropOmitted(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== OMIT).map(dropOmitted);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== OMIT);
  return Object.assign(
    Object.create(null) as object,
    Object.fromEntries(kept.map(([key, item]) => [key, dropOmitted(item)])),
  );
}
