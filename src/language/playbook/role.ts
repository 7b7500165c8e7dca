import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { didYouMean, FettleError, inputError } from "../../contract/error.js";
import type { Task } from "../../contract/play.js";
import type { Layer } from "../scope.js";
import { readSource, type Source } from "../source.js";
import { varsLayer, readVarsOf } from "../variables.js";
import { type Entry, makeMap, type MapNode, type Node, toValue } from "../nodes.js";
import type { Keyring } from "../vault/keyring.js";
import { parseYaml } from "../yaml.js";
import { readArgumentSpecs, roleInputs } from "./role-inputs.js";
import type { LoadContext, RoleContext, Surroundings } from "./context.js";
import { readHandlers } from "./handlers.js";
import { isRefused, ROLE, unknownKey } from "./keywords.js";
import type { PlayFrame } from "./play-frame.js";
import { within } from "./surroundings.js";
import { readTasks } from "./task-list.js";
import { asBoolean, asList, asMap, asText } from "./values.js";

const MAX_DEPTH = 20;
const FOLDERS = ["tasks", "handlers", "templates", "files", "vars", "defaults", "meta"];

/** Reads the roles of a play: their tasks; handlers and inputs go into the frame. */
export function readRoles(
  node: Node | null | undefined,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
): readonly Task[] {
  return asList(node, source, "roles").flatMap(
    (item) => frame.context.problems.guard(() => readRole(item, source, outer, frame, NO_CHAIN).tasks) ?? [],
  );
}

/** What include_role and import_role say besides the role's name. */
export interface RoleFiles {
  readonly tasksFrom?: string;
  readonly varsFrom?: string;
  readonly defaultsFrom?: string;
  readonly handlersFrom?: string;
  readonly public?: boolean;
  readonly allowDuplicates?: boolean;
}

/** The tasks of one role that a task names: import_role, include_role. */
export function readRoleTask(
  name: Node,
  vars: MapNode | undefined,
  files: RoleFiles,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
): readonly Task[] {
  const entries = [
    { key: "role", keyPlace: name.place, value: name },
    ...(vars === undefined ? [] : [{ key: "vars", keyPlace: vars.place, value: vars }]),
  ];
  const { role, ...around } = outer;
  const given = { allowDuplicates: true, ...files };
  // As in Ansible, it sees the variables of the role that asks for it.
  const chain = { names: [], defaults: role?.defaults ?? [], vars: outer.layers, params: outer.params };
  try {
    return readRole(makeMap(entries, name.place), source, around, frame, chain, given).tasks;
  } catch (error) {
    if (!(error instanceof FettleError) || error.details.place !== undefined) throw error;
    throw source.error(name.place, error.details.cause, error.details.remedy);
  }
}

/** The roles through which a role is reached: a dependency sees their variables, and its own win. */
interface Chain {
  readonly names: readonly string[];
  readonly defaults: readonly Layer[];
  readonly vars: readonly Layer[];
  readonly params: readonly Layer[];
}

const NO_CHAIN: Chain = { names: [], defaults: [], vars: [], params: [] };

interface ReadRole {
  readonly tasks: readonly Task[];
  readonly defaults: readonly Layer[];
  readonly vars: readonly Layer[];
}

function readRole(
  node: Node,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
  chain: Chain,
  files: RoleFiles = {},
): ReadRole {
  const entry = node.kind === "map" ? node : makeMap([], node.place);
  const nameNode = node.kind === "map" ? (node.get("role") ?? node.get("name")) : node;
  if (nameNode === undefined) throw source.error(node.place, "a role needs its name", "write `- role: nginx`");
  const name = asText(nameNode, source, "the name of a role");
  if (chain.names.includes(name) || chain.names.length > MAX_DEPTH)
    throw source.error(nameNode.place, `roles depend on each other: ${[...chain.names, name].join(" → ")}`);
  const folder = findRole(name, nameNode, source, frame);
  if (chain === NO_CHAIN) frame.shared.playRoles.push(basename(name));
  else if (chain.names.length > 0) frame.shared.dependentRoles.push(basename(name));
  const params = paramsOf(entry, source);
  // What stands under vars: of an entry the role's own vars/ override, and set_fact; of a task that includes it nothing does.
  const isTask = files.allowDuplicates !== undefined;
  const [given, under] = isTask ? [params, undefined] : [ownParams(entry), varsOf(entry, source)];
  const meta = readMeta(folder, source.vault);
  const own = within(
    { ...outer, layers: [], params: [] },
    entryWithout(entry, ["vars", "name"]),
    source,
    frame.context,
  );
  const ownDefaults = readVarsOf(join(folder, "defaults"), files.defaultsFrom ?? "main", source.vault);
  const ownVars = [
    ...(under === undefined ? [] : [varsLayer(`vars of role ${name}`, under, source)]),
    ...readVarsOf(join(folder, "vars"), files.varsFrom ?? "main", source.vault),
  ];
  const here: Chain = {
    names: [...chain.names, name],
    defaults: [...chain.defaults, ...ownDefaults],
    vars: [...chain.vars, ...ownVars],
    params: [...chain.params, ...(given === undefined ? [] : [varsLayer(`parameters of role ${name}`, given, source)])],
  };
  const dependencies = asList(meta?.map.get("dependencies"), meta?.source ?? source, "dependencies").map((one) =>
    readRole(one, meta?.source ?? source, own, frame, here),
  );
  const defaults = [...dependencies.flatMap((one) => one.defaults), ...ownDefaults];
  const vars = [...dependencies.flatMap((one) => one.vars), ...ownVars];
  const role: RoleContext = { name: basename(name), folder, defaults: [...chain.defaults, ...defaults] };
  const surroundings: Surroundings = {
    ...own,
    role,
    layers: [...chain.vars, ...vars],
    params: here.params,
  };
  if (files.public ?? asBoolean(entry.get("public"), source, "public") ?? false) {
    frame.publish(defaults, vars);
  }
  checkInputs(entry, folder, params, surroundings, source, frame, nameNode);
  const repeated = files.allowDuplicates !== true && isRepeated(name, params, own, meta?.map, frame);
  const tasks = repeated
    ? []
    : [...dependencies.flatMap((one) => one.tasks), ...tasksOf(folder, files, surroundings, frame)];
  return { tasks, defaults, vars };
}

function tasksOf(
  folder: string,
  { tasksFrom, handlersFrom }: RoleFiles,
  surroundings: Surroundings,
  frame: PlayFrame,
): readonly Task[] {
  const handlers = roleFile(folder, "handlers", frame.context.vault, handlersFrom);
  if (handlers !== undefined) readHandlers(parseYaml(handlers, "1.2"), handlers, surroundings, frame);
  const tasks = roleFile(folder, "tasks", frame.context.vault, tasksFrom);
  return tasks === undefined ? [] : readTasks(parseYaml(tasks, "1.2"), tasks, surroundings, frame);
}

/**
 * As in Ansible: a role runs once with the same parameters, conditions and tags, unless it says
 * `allow_duplicates: true`. With another condition it is not the same: the first may turn out false.
 */
function isRepeated(
  name: string,
  params: MapNode | undefined,
  { when, tags }: Surroundings,
  meta: MapNode | undefined,
  frame: PlayFrame,
): boolean {
  const conditions = when.map((one) => one.source);
  const key = JSON.stringify([name, params === undefined ? null : toValue(params), conditions, tags]);
  const allowed = meta?.get("allow_duplicates");
  if (allowed?.kind === "scalar" && allowed.value === true) return false;
  if (frame.shared.rolesSeen.has(key)) return true;
  frame.shared.rolesSeen.add(key);
  return false;
}

function checkInputs(
  entry: MapNode,
  folder: string,
  params: MapNode | undefined,
  surroundings: Surroundings,
  source: Source,
  frame: PlayFrame,
  nameNode: Node,
): void {
  const { problems } = frame.context;
  const read = problems.guard(() => ({ specs: readArgumentSpecs(folder) }));
  const specs = read?.specs;
  const given = read === undefined ? [] : (params?.entries ?? []);
  for (const one of given) {
    const error = whyNoInput(one, entry, specs, surroundings, source);
    if (error !== undefined) problems.add(error);
  }
  if (specs !== undefined)
    frame.roleInputs.push(
      roleInputs(specs, entry.entries.length === 0 ? nameNode : entry, surroundings, source, frame),
    );
}

/** A name that is neither an input nor a variable of the role: misspelt, or a keyword of Ansible's. */
function whyNoInput(
  given: Entry,
  entry: MapNode,
  specs: MapNode | undefined,
  { role }: Surroundings,
  source: Source,
): FettleError | undefined {
  const { key, keyPlace } = given;
  if (specs?.get(key) !== undefined || role?.defaults.some((layer) => layer.values.has(key)) === true) return undefined;
  // What stands under vars: is never meant as a keyword.
  const isKeyword = entry.get(key) !== undefined && (isRefused(key) || didYouMean(key, ROLE) !== undefined);
  if (isKeyword && (specs === undefined || isRefused(key))) return unknownKey(given, ROLE, "a role", source);
  if (specs === undefined) return undefined;
  const name = role?.name ?? "";
  const meant = didYouMean(key, [...specs.entries.map((one) => one.key), ...ROLE]);
  const remedy = meant === undefined ? `\`fettle doc ${name}\` lists them` : `did you mean "${meant}"?`;
  return source.error(keyPlace, `the role ${name} has no input "${key}"`, remedy);
}

/** Everything in a role's entry that is no keyword, and what stands under its vars:. */
function paramsOf(entry: MapNode, source: Source): MapNode | undefined {
  const all = [...(ownParams(entry)?.entries ?? []), ...(varsOf(entry, source)?.entries ?? [])];
  return all.length === 0 ? undefined : makeMap(all, entry.place);
}

function ownParams(entry: MapNode): MapNode | undefined {
  const own = entry.entries.filter(({ key }) => !(ROLE as readonly string[]).includes(key));
  return own.length === 0 ? undefined : makeMap(own, entry.place);
}

function varsOf(entry: MapNode, source: Source): MapNode | undefined {
  return asMap(entry.get("vars") ?? null, source, "vars");
}

function entryWithout(entry: MapNode, keys: readonly string[]): MapNode {
  return makeMap(
    entry.entries.filter(({ key }) => !keys.includes(key)),
    entry.place,
  );
}

function readMeta(folder: string, vault: Keyring): { map: MapNode; source: Source } | undefined {
  const source = roleFile(folder, "meta", vault);
  const map = source === undefined ? undefined : asMap(parseYaml(source, "1.2"), source, "meta");
  return source === undefined || map === undefined ? undefined : { map, source };
}

/** A file of the role; `main` may be missing, one that is named may not. */
function roleFile(folder: string, kind: string, vault: Keyring | undefined, named?: string): Source | undefined {
  const names = named === undefined ? ["main.yml", "main.yaml"] : [named, `${named}.yml`, `${named}.yaml`];
  const paths = names.map((name) => join(folder, kind, name));
  const path = paths.find((one) => existsSync(one));
  if (path !== undefined) return readSource(path, vault);
  if (named === undefined) return undefined;
  throw inputError(`the role ${basename(folder)} has no ${kind}/${named}`, {
    remedy: `it is looked for at ${paths.join(", ")}`,
  });
}

function findRole(name: string, node: Node, source: Source, frame: PlayFrame): string {
  if (name.includes("<%")) throw source.error(node.place, "the name of a role must be known beforehand");
  const folders = roleFolders(frame);
  const places = name.includes("/") ? [name, join(frame.folder, name)] : folders.map((folder) => join(folder, name));
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) {
    if (!FOLDERS.some((one) => existsSync(join(found, one))))
      throw source.error(
        node.place,
        `the role "${name}" is empty: ${found} has no ${FOLDERS[0]}/`,
        "write tasks/main.yml",
      );
    return found;
  }
  const all = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  const meant = didYouMean(name, all);
  const remedy = meant === undefined ? `it is looked for in ${folders.join(", ")}` : `did you mean "${meant}"?`;
  throw source.error(node.place, `there is no role "${name}"`, remedy);
}

function roleFolders({ folder, context }: { folder: string; context: LoadContext }): readonly string[] {
  // A project that keeps its playbooks in a folder of their own has its roles beside that.
  const beside = basename(folder) === "playbooks" ? [join(dirname(folder), "roles")] : [];
  return [...new Set([join(folder, "roles"), ...beside, ...context.roleFolders])];
}
