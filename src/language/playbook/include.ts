import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FettleError } from "../../contract/error.js";
import type { Expansion, Scope, Task } from "../../contract/play.js";
import { LoadErrors, Problems } from "../errors.js";
import type { MapNode, Node, ScalarNode } from "../nodes.js";
import type { Layer } from "../scope.js";
import { beside, readSource, type Source } from "../source.js";
import { dataLayer, varsLayer } from "../variables.js";
import { parseYaml } from "../yaml.js";
import type { Surroundings } from "./context.js";
import { APPLY, unknownKeys } from "./keywords.js";
import type { PlayFrame } from "./play-frame.js";
import { within } from "./surroundings.js";
import { asMap } from "./values.js";

type ReadTasks = (node: Node | null, source: Source, outer: Surroundings, frame: PlayFrame) => readonly Task[];

/** An include's own parameters, by Ansible's names. */
type Params = Readonly<Record<string, unknown>>;

/**
 * An include_tasks, with what it expands to. A file whose name is known beforehand is read at once as well: what is
 * wrong in it is told before anything is touched.
 */
export function withExpansion<T extends Task>(
  task: T,
  node: MapNode,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
  read: ReadTasks,
): T {
  const vars = asMap(node.get("vars") ?? null, source, "vars");
  const tasksOf = (params: Params, around: Surroundings, inner: PlayFrame): readonly Task[] => {
    if (task.module.name === "include_role") return roleTasks(task, params, vars, around, source, inner);
    const text = readSource(findTasks(String(params["file"]), task, source, outer, frame), source.vault);
    const own: readonly Layer[] = vars === undefined ? [] : [varsLayer("include vars", vars, source)];
    return read(parseYaml(text, "1.2"), text, { ...around, params: [...around.params, ...own] }, inner);
  };
  const expandAs = (params: unknown, items: readonly Layer[], inner: PlayFrame): Expansion => {
    const around = within(
      { ...outer, params: [...outer.params, ...items] },
      applyOf(node, source),
      source,
      frame.context,
    );
    const tasks = tasksOf(params as Params, around, inner);
    return { tasks, handlers: inner.handlers, exports: inner.exports ?? [] };
  };
  for (const error of unknownKeys(applyOf(node, source), APPLY, "apply", source)) frame.context.problems.add(error);
  for (const error of withoutReach(task.module.name, node, source)) frame.context.problems.add(error);
  checkBeforehand(task, frame, expandAs);
  const known = new Map<string, Expansion>();
  return {
    ...task,
    expand(params, scope) {
      const items = loopValues(task, scope);
      const key = JSON.stringify([params, items]);
      const found =
        known.get(key) ?? expandNow((inner) => expandAs(params, [dataLayer("loop", items, task.place)], inner));
      known.set(key, found);
      return found;
    },
  };

  function expandNow(expand: (inner: PlayFrame) => Expansion): Expansion {
    const problems = new Problems();
    const expansion = expand(frame.apart(problems));
    try {
      problems.check();
    } catch (error) {
      if (error instanceof LoadErrors && error.errors[0] !== undefined) throw error.errors[0];
      throw error;
    }
    return expansion;
  }
}

/** Once a file: a file may include itself, under a condition that ends that. */
function checkBeforehand(
  { args }: Task,
  frame: PlayFrame,
  expand: (params: unknown, items: readonly Layer[], inner: PlayFrame) => Expansion,
): void {
  const params = args.constant?.value;
  if (params === undefined || !Object.values(params).some((value) => typeof value === "string")) {
    frame.shared.later.isOpen = true;
    return;
  }
  const key = JSON.stringify([params, args.place]);
  if (frame.shared.checked.has(key)) return;
  frame.shared.checked.add(key);
  const expansion = frame.context.problems.guard(() => expand(params, [], frame.trial()));
  frame.shared.later.add(expansion?.handlers);
}

function roleTasks(
  task: Task,
  params: Params,
  vars: MapNode | undefined,
  around: Surroundings,
  source: Source,
  frame: PlayFrame,
): readonly Task[] {
  const text = (key: string): string | undefined => (typeof params[key] === "string" ? params[key] : undefined);
  const flag = (key: string): boolean | undefined => (typeof params[key] === "boolean" ? params[key] : undefined);
  const place = task.argPlace(["name"]);
  const name: ScalarNode = { kind: "scalar", value: text("name") ?? "", style: "quoted", place, placeAt: () => place };
  const files = {
    tasksFrom: text("tasks_from"),
    varsFrom: text("vars_from"),
    defaultsFrom: text("defaults_from"),
    handlersFrom: text("handlers_from"),
    public: flag("public"),
    allowDuplicates: flag("allow_duplicates"),
  };
  const given = Object.fromEntries(Object.entries(files).filter(([, value]) => value !== undefined));
  return frame.readRoleTask(name, vars, given, source, around, frame);
}

/** The loop's variables at this item: the included tasks see them. */
function loopValues({ loop }: Task, scope: Scope): Readonly<Record<string, unknown>> {
  if (loop === undefined) return {};
  const own = ["ansible_loop_var", "ansible_index_var", "ansible_loop"].filter((name) => scope.has(name));
  const names = [loop.variable, loop.indexVariable, ...own].filter((name) => name !== undefined);
  return Object.fromEntries(names.map((name) => [name, scope.get(name)]));
}

/** The keywords under `apply:`, as those of a block around the included tasks. */
function applyOf(node: MapNode, source: Source): MapNode {
  const value = node.entries.find(({ key }) => /(^|\.)include_(tasks|role)$/.test(key))?.value;
  const apply = value?.kind === "map" ? value.get("apply") : undefined;
  return asMap(apply ?? null, source, "apply") ?? { kind: "map", entries: [], place: node.place, get: () => undefined };
}

/** Beside the including file, in the role's tasks/, beside the playbook. */
function findTasks(name: string, task: Task, source: Source, { role }: Surroundings, frame: PlayFrame): string {
  const places = [
    beside(source.file, name),
    ...(role === undefined ? [] : [join(role.folder, "tasks", name), join(role.folder, name)]),
    join(frame.folder, name),
  ];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  const remedy = `it is looked for at ${[...new Set(places)].join(", ")}`;
  throw source.error(task.args.place, `there is no file "${name}" with tasks`, remedy);
}

/** What an include itself may say; Ansible refuses the rest as well. */
const OWN = [
  ...["name", "args", "vars", "when", "loop", "loop_control", "register", "run_once", "tags", "ignore_errors"],
  ...["no_log", "timeout", "collections", "debugger"],
];

/** Keywords that would change nothing about the tasks of the file. */
function withoutReach(module: string, node: MapNode, source: Source): readonly FettleError[] {
  const isOwn = (key: string): boolean => OWN.includes(key) || key.startsWith("with_") || key.endsWith(module);
  return node.entries
    .filter(({ key }) => !isOwn(key))
    .map(({ key, keyPlace }) =>
      source.error(keyPlace, `${key} on ${module} does not reach the tasks of the file`, `write apply: {${key}: …}`),
    );
}
