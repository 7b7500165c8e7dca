import { FettleError, inputError } from "../../contract/error.js";
import type { ModuleSpec, Registry } from "../../contract/module.js";
import type { Task } from "../../contract/play.js";
import { LoadErrors, Problems } from "../errors.js";
import { beside, located, readSource, Source } from "../source.js";
import { type Entry, makeMap, type MapNode, type Node, type ScalarNode } from "../nodes.js";
import { parseYaml } from "../yaml.js";
import { findModule, unknownModule } from "./args.js";
import type { LoadContext, Surroundings } from "./context.js";
import { unknownKeys } from "./keywords.js";
import { type LoadedPlay, readPlay } from "./play.js";
import { unasked } from "./role-inputs.js";
import { NOWHERE, within } from "./surroundings.js";
import { asMap, asText } from "./values.js";

const MAX_IMPORTS = 20;
const IMPORT = /^(ansible\.builtin\.)?import_playbook$/;
const IMPORT_KEYS = ["name", "vars", "when", "tags"];

/** Reads playbooks with all that they name. Throws LoadErrors with everything that is wrong. */
export function loadPlaybooks(paths: readonly string[], context: LoadContext): readonly LoadedPlay[] {
  const plays: LoadedPlay[] = [];
  for (const [playbook, path] of paths.entries()) {
    const from = plays.length;
    context.problems.guard(() => readPlaybook(readSource(path, context.vault), NOWHERE, plays, context, [path]));
    plays.splice(from, plays.length, ...plays.slice(from).map((play) => ({ ...play, playbook })));
  }
  context.problems.check();
  requireHosts(plays, context);
  checkRoleInputs(plays);
  return plays.map((play, i) => (mayHaveMore(plays.slice(0, i)) ? { ...play, unknownHosts: [] } : play));
}

/** Whether tasks of these plays may add hosts or groups: what nobody knows yet may come. */
function mayHaveMore(before: readonly LoadedPlay[]): boolean {
  const tasks = before.flatMap(({ sections }) => sections.flatMap((section) => section.tasks));
  return tasks.some(({ changesInventory, expand }) => changesInventory === true || expand !== undefined);
}

/** Adds the plays of a playbook; errors of one play do not hide those of the next. */
function readPlaybook(
  source: Source,
  outer: Surroundings,
  plays: LoadedPlay[],
  context: LoadContext,
  way: readonly string[],
): void {
  const node = parseYaml(source, "1.2");
  if (node?.kind !== "seq") {
    const place = node?.place ?? { file: source.file, line: 1, column: 1 };
    throw source.error(place, "a playbook is a list of plays", "begin each play with `- hosts: …`");
  }
  for (const item of node.items) {
    context.problems.guard(() => {
      if (item.kind === "scalar" && typeof item.value === "string") throw textForPlay(item, item.value, source);
      const map = asMap(item, source, "a play");
      if (map === undefined) throw source.error(item.place, "this play is empty", "remove the -");
      const entry = map.entries.find(({ key }) => IMPORT.test(key));
      if (entry === undefined) plays.push(readPlay(map, source, plays.length + 1, context, outer));
      else importPlaybook(entry, map, source, outer, plays, context, way);
    });
  }
}

function textForPlay(node: ScalarNode, text: string, source: Source): Error {
  const remedy = /\.ya?ml$/.test(text) ? `write \`- import_playbook: ${text}\`` : "begin each play with `- hosts: …`";
  return source.error(node.place, "a play must be a mapping, and this is a text", remedy);
}

/** The plays of another playbook, as if they stood here; `vars`, `when` and `tags` are for all their tasks. */
function importPlaybook(
  entry: Entry,
  node: MapNode,
  source: Source,
  outer: Surroundings,
  plays: LoadedPlay[],
  context: LoadContext,
  way: readonly string[],
): void {
  for (const error of unknownKeys(node, [...IMPORT_KEYS, entry.key], "import_playbook", source))
    context.problems.add(error);
  const name = asText(entry.value, source, "import_playbook");
  const { place } = entry.value;
  if (name.includes("<%"))
    throw source.error(
      place,
      "the file of import_playbook must be known beforehand",
      "name it without <%= %>; its plays may have a when:",
    );
  const path = beside(source.file, name);
  if (way.includes(path) || way.length > MAX_IMPORTS)
    throw source.error(
      place,
      `playbooks import each other: ${[...way, path].join(" → ")}`,
      "remove one of the imports",
    );
  const imported = located(() => readSource(path, source.vault), source, entry.value);
  readPlaybook(imported, within(outer, node, source, context), plays, context, [...way, path]);
}

function requireHosts(plays: readonly LoadedPlay[], { inventory }: LoadContext): void {
  if (plays.some((play) => play.hosts.length > 0 || play.hostsAreOpen)) return;
  const [unknown] = plays.flatMap((play) => play.unknownHosts);
  if (inventory.hosts.length === 0)
    throw inputError("there are no hosts in the inventory", {
      remedy: "name one with -i: a file, a folder, or `-i web1,`",
    });
  if (unknown !== undefined) throw unknown;
  throw inputError("no play matches any host", { remedy: "check -i, --limit and the plays' hosts:" });
}

/** What can be said only when `vars_prompt` was answered. Throws LoadErrors with everything that is wrong. */
export function checkAnswers(plays: readonly LoadedPlay[]): void {
  const asking = plays.filter(({ prompts }) => prompts.length > 0);
  const problems = new Problems();
  for (const play of asking) problems.guard(() => play.checkAnswers());
  problems.check();
  checkRoleInputs(asking);
}

/** Everything that is wrong with the inputs of roles, on all hosts; the same mistake on many hosts once. */
function checkRoleInputs(plays: readonly LoadedPlay[]): void {
  const found = new Map<string, FettleError>();
  for (const play of plays) {
    const tasks = play.sections.flatMap((section) => section.tasks);
    const names = tasks.flatMap(setBy);
    const isOpen = tasks.some((task) => task.module.setsVariables === "any" && task.reads === undefined);
    for (const inputs of play.roleInputs) {
      for (const host of play.hostsNow?.() ?? play.hosts) {
        for (const error of inputs.check(host, unasked(names), isOpen)) {
          const key = error.message.replaceAll(host, "");
          if (!found.has(key)) found.set(key, error);
        }
      }
    }
  }
  if (found.size > 0) throw new LoadErrors([...found.values()]);
}

/** Names that a task gives values to, as far as they are known. */
function setBy({ register, module, argNames, reads = [] }: Task): readonly string[] {
  const sets = module.setsVariables === true ? argNames : reads;
  return register === undefined ? sets : [register, ...sets];
}

/** One module on hosts of a pattern: `fettle exec`. */
export function adHocPlay(
  pattern: string,
  moduleName: string,
  args: string,
  context: LoadContext,
  /** Keywords of its task: async, poll. */
  more: Readonly<Record<string, number>> = {},
): LoadedPlay {
  const source = new Source("--args", args, context.vault);
  const place = source.place(0);
  const hosts = context.inventory.select(pattern, context.limit);
  if (hosts.length === 0)
    throw inputError(`the pattern "${pattern}" matches no host`, { remedy: "check -i and --limit" });
  const module = adHocModule(moduleName, context.registry);
  const scalar = (text: string): ScalarNode => ({
    kind: "scalar",
    value: text,
    style: "quoted",
    place,
    placeAt: (offset) => source.place(offset),
  });
  const value = jsonArgs(source) ?? (args.trim() === "" ? { ...scalar(""), value: null } : scalar(args));
  const keywords = Object.entries(more).map(([key, number]) => ({
    key,
    keyPlace: place,
    value: { ...scalar(""), value: number },
  }));
  const task = makeMap([{ key: module.name, keyPlace: place, value }, ...keywords], place);
  const tasks = { kind: "seq" as const, items: [task], place };
  const play: MapNode = makeMap(
    [
      { key: "hosts", keyPlace: place, value: scalar(pattern) },
      { key: "name", keyPlace: place, value: scalar(`${moduleName} on ${pattern}`) },
      { key: "tasks", keyPlace: place, value: tasks },
    ],
    place,
  );
  const loaded = context.problems.guard(() => readPlay(play, source, 1, context));
  context.problems.check();
  if (loaded === undefined) throw new Error("a play was read without errors and without a result");
  return loaded;
}

/** One host with one role: `fettle explain --role`. Throws LoadErrors with what is wrong, but for inputs that are missing. */
export function rolePlay(role: string, host: string, context: LoadContext): LoadedPlay {
  const source = new Source("--role", role, context.vault);
  const place = source.place(0);
  const scalar = (value: string): ScalarNode => ({
    kind: "scalar",
    value,
    style: "quoted",
    place,
    placeAt: () => place,
  });
  const entry = (key: string, value: Node) => ({ key, keyPlace: place, value });
  const roles: Node = { kind: "seq", items: [scalar(role)], place };
  const play = makeMap(
    [entry("hosts", scalar(host)), entry("name", scalar(`role ${role}`)), entry("roles", roles)],
    place,
  );
  const loaded = context.problems.guard(() => readPlay(play, source, 1, context));
  context.problems.check();
  if (loaded === undefined) throw new Error("a play was read without errors and without a result");
  return loaded;
}

function adHocModule(name: string, registry: Registry): ModuleSpec {
  const module = findModule(name, registry);
  if (module !== undefined) return module;
  const source = new Source("--module-name", name);
  const key = { key: name, keyPlace: source.place(0), value: makeMap([], source.place(0)) };
  throw unknownModule(key, registry, [], source);
}

/** `-a '{"src": "a", "dest": "/b"}'`: a mapping. A command may look like one and be none: undefined. */
function jsonArgs(source: Source): MapNode | undefined {
  if (!/^\s*\{.*\}\s*$/s.test(source.text)) return undefined;
  try {
    JSON.parse(source.text);
  } catch {
    return undefined;
  }
  return asMap(parseYaml(source, "1.2"), source, "--args");
}
