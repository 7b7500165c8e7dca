import { existsSync } from "node:fs";
import { join } from "node:path";
import { FettleError, inputError, type Place } from "../../contract/error.js";
import { type Dynamic, NotYet, type RoleInputs } from "../../contract/play.js";
import type { Origin } from "../scope.js";
import { excerptOf, readSource, type Source } from "../source.js";
import type { MapNode, Node } from "../nodes.js";
import { parseYaml } from "../yaml.js";
import { checkOptions } from "./argument-specs.js";
import { checkValue, emptyFault, type Fault } from "./argument-types.js";
import type { Surroundings } from "./context.js";
import type { PlayFrame } from "./play-frame.js";

/** The options of a role's `meta/argument_specs.yml` (entry point main); undefined when it has none. */
export function readArgumentSpecs(folder: string): MapNode | undefined {
  const files = ["argument_specs.yml", "argument_specs.yaml", "main.yml", "main.yaml"];
  for (const path of files.map((name) => join(folder, "meta", name))) {
    if (!existsSync(path)) continue;
    const source = readSource(path);
    const specs = child(parseYaml(source, "1.2"), "argument_specs");
    const main = child(specs, "main");
    if (main === undefined) continue;
    const options = child(main, "options");
    if (options !== undefined && options.kind !== "map") throw source.error(options.place, "options must be a mapping");
    if (options !== undefined) checkOptions(options, source);
    return options ?? { kind: "map", entries: [], place: main.place, get: () => undefined };
  }
  return undefined;
}

function child(node: Node | null | undefined, key: string): Node | undefined {
  return node?.kind === "map" ? node.get(key) : undefined;
}

/** The check of a role's inputs on a host, against its options. */
export function roleInputs(
  options: MapNode,
  entry: Node,
  surroundings: Surroundings,
  source: Source,
  frame: PlayFrame,
): RoleInputs {
  const role = surroundings.role?.name ?? "";
  return {
    role,
    place: entry.place,
    check(host, dynamic, isOpen = false) {
      const layers = frame.layersFor(host, surroundings);
      const scope = frame.scope(host, dynamic, surroundings);
      if (surroundings.when.some((one) => isFalse(() => one.evaluate(scope)))) return [];
      const at = (name: string): Place => placeOf([...layers.below, ...layers.above], name) ?? entry.place;
      const errors = options.entries.flatMap(({ key, value: spec }): readonly FettleError[] => {
        try {
          if (!scope.has(key) || scope.get(key) === null) {
            if (isOpen) return [];
            const lacking = missing(role, key, spec, entry.place, source, host);
            if (lacking.length > 0 || !scope.has(key) || !hasDefault(surroundings, key)) return lacking;
            return [problem(role, emptyFault(spec, key), at(key), host)];
          }
          return checkValue(scope.get(key), spec, key).map((fault) => problem(role, fault, at(key), host));
        } catch (error) {
          // It can be judged only when the host has said more; the task that uses it will.
          if (error instanceof NotYet) return [];
          if (error instanceof FettleError) return [error];
          throw error;
        }
      });
      // A default of the role that is made of a wrong input is wrong as well: that is one mistake.
      const given = errors.filter(({ details }) => !isDefault(surroundings, details.place));
      return given.length > 0 ? given : errors;
    },
  };
}

/** Whether the role has a value of its own for an input, and not null. */
function hasDefault({ role }: Surroundings, key: string): boolean {
  const own = role?.defaults.map((layer) => layer.values.get(key)).findLast((one) => one !== undefined);
  return own !== undefined && own.expression.constant?.value !== null;
}

/** Whether a place is among the role's own defaults. */
function isDefault({ role }: Surroundings, place: Place | undefined): boolean {
  const own = role?.defaults.flatMap((layer) => [...layer.values.values()]) ?? [];
  return own.some((one) => one.place.file === place?.file);
}

/** A condition that can be answered already, with no. */
function isFalse(ask: () => boolean): boolean {
  try {
    return !ask();
  } catch {
    return false;
  }
}

function missing(
  role: string,
  key: string,
  spec: Node,
  place: Place,
  source: Source,
  host: string,
): readonly FettleError[] {
  const required = child(spec, "required");
  if (required?.kind !== "scalar" || required.value !== true) return [];
  const remedy = `set ${key} in group_vars, host_vars or with the role`;
  return [source.error(place, `the role ${role} needs the input "${key}", and ${host} has none`, remedy)];
}

function problem(role: string, { path, cause, remedy }: Fault, place: Place, host: string): FettleError {
  const excerpt = excerptOf(place);
  return inputError(`${path} ${cause} (input of the role ${role}, on ${host})`, {
    place,
    ...(excerpt !== undefined && { excerpt }),
    ...(remedy !== undefined && { remedy }),
  });
}

function placeOf(layers: readonly Origin[], name: string): Place | undefined {
  return layers.map((layer) => layer.values.get(name)?.place).findLast((place) => place !== undefined);
}

/** A host of which, as of all others, nothing is known yet: what needs a fact, or one of the names that tasks set, is left open. */
export function unasked(names: readonly string[] = []): Dynamic {
  const facts = new Proxy({}, { get: (_target, name) => (typeof name === "string" ? refuse(name) : undefined) });
  const lookup = (name: string): undefined => (names.includes(name) ? refuse(name) : undefined);
  return { lookup, names: () => names, facts, magic: { ansible_check_mode: true }, other: () => unasked(names) };
}

function refuse(name: string): never {
  throw new NotYet(name);
}
