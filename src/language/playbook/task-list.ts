import type { Block, BlockPart, Task } from "../../contract/play.js";
import { shorten } from "../code-text.js";
import type { Source } from "../source.js";
import { type Entry, makeMap, type MapNode, type Node } from "../nodes.js";
import { parseYaml } from "../yaml.js";
import { findModule } from "./args.js";
import type { Surroundings } from "./context.js";
import { BLOCK, INHERITED, unknownKeys } from "./keywords.js";
import type { PlayFrame } from "./play-frame.js";
import { withoutAction } from "./action.js";
import { withReads } from "./reads.js";
import { withExpansion } from "./include.js";
import { within } from "./surroundings.js";
import { importedFile, isImport } from "./imported-file.js";
import { isSelected } from "./tags.js";
import { readTask } from "./task.js";
import { asBoolean, asList, asMap, asText, entryOf } from "./values.js";

const IMPORT_ROLE = /^(ansible\.builtin\.)?import_role$/;
const ROLE_PARAMS = ["name", "tasks_from", "vars_from", "defaults_from", "handlers_from"];

/** Reads a list of tasks and blocks; those that the tags leave. Errors of one task do not hide those of the next. */
export function readTasks(
  node: Node | null | undefined,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
  depth = 0,
  what = "tasks",
): readonly Task[] {
  return asList(node, source, what).flatMap(
    (item) => frame.context.problems.guard(() => readEntry(item, source, outer, frame, depth)) ?? [],
  );
}

function readEntry(node: Node, source: Source, outer: Surroundings, frame: PlayFrame, depth: number): readonly Task[] {
  if (node.kind === "scalar" && typeof node.value === "string") throw textForTask(node, node.value, source, frame);
  const written = asMap(node, source, "a task");
  if (written === undefined) throw source.error(node.place, "this task is empty", "remove the -");
  const map = withoutAction(written, source, frame.context.registry);
  if (map.get("block") !== undefined) return readBlock(map, source, outer, frame, depth);
  if (isImport(map)) return importTasks(map, source, outer, frame, depth);
  const role = map.entries.find(({ key }) => IMPORT_ROLE.test(key));
  if (role !== undefined) return importRole(role, map, source, outer, frame);
  for (const key of ["rescue", "always"] as const) {
    const part = map.get(key);
    if (part !== undefined)
      throw source.error(map.place, `${key}: belongs to a block`, "put the task into a list under block:");
  }
  const task = readTask(map, source, outer, frame);
  if (!isSelected(task.tags, frame.context.tags)) return [];
  if (task.module.name === "include_vars") return [withReads(task, source, outer, frame)];
  if (!["include_tasks", "include_role"].includes(task.module.name)) return [task];
  return [withExpansion(task, map, source, outer, frame, (...file) => readTasks(...file, depth + 1))];
}

/** `- apt name=nginx`, where the colon is missing. */
function textForTask(node: Node, text: string, source: Source, { context }: PlayFrame): Error {
  const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  const module = findModule(name.replace(/[:=]$/, ""), context.registry);
  const remedy =
    module === undefined
      ? "write `- module: parameters`"
      : `write \`- ${module.name}: ${shorten(rest)}\``.replace(": `", ":`");
  return source.error(node.place, "a task must be a mapping, and this is a text", remedy);
}

/** A block is what its tasks have in common; what it does about their failures they carry with them. */
function readBlock(
  node: MapNode,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
  depth: number,
): readonly Task[] {
  const { problems } = frame.context;
  for (const error of unknownKeys(node, BLOCK, "a block", source)) problems.add(error);
  const { value } = entryOf(node, "block") ?? {};
  if (value?.kind === "scalar" && value.value === null)
    throw source.error(value.place, "this block has no tasks", "list them below block:, or remove it");
  const own = within(outer, node, source, frame.context);
  const read = (key: "block" | "rescue" | "always", blocks: readonly BlockPart[]): readonly Task[] =>
    readTasks(node.get(key), source, { ...own, blocks }, frame, depth, key);
  if (node.get("rescue") === undefined && node.get("always") === undefined) return read("block", own.blocks);
  const block: { -readonly [K in keyof Block]: Block[K] } = { name: nameOf(node), place: node.place, rescues: false };
  const tasks = read("block", [...own.blocks, { block, part: "tasks" }]);
  const rescue = read("rescue", [...own.blocks, { block, part: "rescue" }]);
  block.rescues = rescue.length > 0;
  return [...tasks, ...rescue, ...read("always", [...own.blocks, { block, part: "always" }])];
}

function nameOf(node: MapNode): string {
  const name = node.get("name");
  return name?.kind === "scalar" && typeof name.value === "string" ? name.value : "block";
}

/** The tasks of another file, as if they stood here. */
function importTasks(
  node: MapNode,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
  depth: number,
): readonly Task[] {
  const imported = importedFile(node, source, frame, depth);
  return readTasks(parseYaml(imported, "1.2"), imported, within(outer, node, source, frame.context), frame, depth + 1);
}
/** The tasks of a role, as if they stood here. */
function importRole(
  entry: Entry,
  node: MapNode,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
): readonly Task[] {
  for (const error of unknownKeys(node, [...INHERITED, entry.key], "import_role", source))
    frame.context.problems.add(error);
  const { value } = entry;
  const params = value.kind === "map" ? value : makeMap([{ key: "name", keyPlace: value.place, value }], value.place);
  const known = [...ROLE_PARAMS, "public", "allow_duplicates", "rolespec_validate"];
  for (const error of unknownKeys(params, known, "import_role", source)) frame.context.problems.add(error);
  const name = params.get("name");
  if (name === undefined) throw source.error(value.place, "import_role needs the role's name", "write name: below it");
  const text = (key: string): string | undefined => {
    const found = params.get(key);
    return found === undefined ? undefined : asText(found, source, key);
  };
  const files = {
    tasksFrom: text("tasks_from"),
    varsFrom: text("vars_from"),
    defaultsFrom: text("defaults_from"),
    handlersFrom: text("handlers_from"),
    public: asBoolean(params.get("public"), source, "public"),
    allowDuplicates: asBoolean(params.get("allow_duplicates"), source, "allow_duplicates"),
  };
  const given = Object.fromEntries(Object.entries(files).filter(([, one]) => one !== undefined));
  const vars = asMap(node.get("vars") ?? null, source, "vars");
  const { vars: _vars, ...rest } = Object.fromEntries(node.entries.map((one) => [one.key, one]));
  const around = within(outer, makeMap(Object.values(rest), node.place), source, frame.context);
  return frame.readRoleTask(name, vars, given, source, around, frame);
}
