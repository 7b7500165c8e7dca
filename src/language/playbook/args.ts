import { didYouMean, type FettleError, type Place } from "../../contract/error.js";
import type { ModuleSpec, Registry } from "../../contract/module.js";
import { checkKnownParams, type ParamPlaces, paramNames } from "../../contract/params.js";
import type { Expression, Scope } from "../../contract/play.js";
import type { Problems } from "../errors.js";
import { bareExpression, templateText, templateTree } from "../expression.js";
import { OMIT } from "../scope.js";
import type { Source } from "../source.js";
import { type Entry, makeMap, type MapNode, type Node, type ScalarNode } from "../nodes.js";
import type { DefaultParam } from "./module-defaults.js";
import { splitArguments } from "./free-form.js";
import { asMap } from "./values.js";

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

/** Reads `module: …` and `args:`; what can be checked without a host is checked here. */
export function readArgs(
  module: ModuleSpec,
  entry: Entry,
  more: Node | undefined,
  source: Source,
  problems: Problems,
  defaults: readonly DefaultParam[] = [],
): TaskArgs {
  const given = withMore(
    moduleArgs(module, entry, source),
    asMap(more ?? null, source, "args"),
    source,
    entry.keyPlace,
  );
  const added = defaults.filter(({ entry: { key } }) => given.get(key) === undefined);
  const map = added.length === 0 ? given : makeMap([...given.entries, ...added.map((one) => one.entry)], given.place);
  const sourceOf = (key: string): Source => added.find((one) => one.entry.key === key)?.source ?? source;
  const named = namesOf(module, map, source);
  const expressions = map.entries.map(({ key, value }) => [key, argument(module, key, value, sourceOf(key))] as const);
  const places = placesOf(map, entry, source);
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
  for (const problem of checkKnownParams(module, known, computed, places)) problems.add(problem);
  const evaluate = (scope: Scope): Readonly<Record<string, unknown>> =>
    withoutOmitted(Object.fromEntries(expressions.map(([key, one]) => [nameOf(key, scope), one.evaluate(scope)])));
  return {
    args: {
      source: `${entry.key}: …`,
      place: entry.value.place,
      evaluate,
      ...(computed.length === 0 && { constant: { value: known } }),
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

function moduleArgs(module: ModuleSpec, entry: Entry, source: Source): MapNode {
  const { value } = entry;
  if (value.kind === "map") return value;
  if (value.kind === "scalar" && value.value === null) return makeMap([], value.place);
  if (value.kind === "seq" || typeof value.value === "boolean")
    throw source.error(value.place, `the parameters of ${module.name} must be a mapping`);
  const { freeForm } = module;
  if (freeForm === undefined || isAssignments(value, module)) return words(module, value, source);
  return makeMap([{ key: freeForm, keyPlace: entry.keyPlace, value }], value.place);
}

/** Whether a free-form text names parameters itself: `uri: url=http://… status_code=200`. */
function isAssignments({ value }: ScalarNode, module: ModuleSpec): boolean {
  const name = /^\s*([a-z_]+)=/.exec(String(value))?.[1];
  return name !== undefined && paramNames(module).includes(name);
}

/** `path=/etc/app state=directory` */
function words(module: ModuleSpec, node: ScalarNode, source: Source): MapNode {
  const entries = splitArguments(String(node.value)).map(({ name, value, at, valueAt }) => {
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
    throw source.error(twice.keyPlace, `"${twice.key}" is given twice: here and with the module`);
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

function placesOf(map: MapNode, entry: Entry, source: Source): ParamPlaces {
  return {
    excerpt: (place) => source.excerpt(place),
    argPlace: (path, of = "value") => {
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
