import { didYouMean, inputError } from "../../contract/error.js";
import type { Handler, Section, Task } from "../../contract/play.js";
import type { MapNode, Node } from "../nodes.js";
import type { Source } from "../source.js";
import { withoutAction } from "./action.js";
import type { Surroundings } from "./context.js";
import type { PlayFrame } from "./play-frame.js";
import { withExpansion } from "./include.js";
import { importedFile, isImport } from "./imported-file.js";
import { within } from "./surroundings.js";
import { parseYaml } from "../yaml.js";
import { readHandler } from "./task.js";
import { readTasks } from "./task-list.js";
import { asList, asMap, entryOf } from "./values.js";

/** Reads a list of handlers into the frame. */
export function readHandlers(
  node: Node | null | undefined,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
  depth = 0,
): void {
  for (const item of asList(node, source, "handlers")) {
    const read = frame.context.problems.guard(() => {
      const map = asMap(item, source, "a handler");
      if (map === undefined) throw source.error(item.place, "this handler is empty", "remove the -");
      if (isImport(map)) return importHandlers(map, source, outer, frame, depth);
      refuseRole(map, source);
      const block = entryOf(map, "block");
      if (block !== undefined)
        throw source.error(
          block.keyPlace,
          "a handler is no block",
          "give each handler a name, and all of them one listen:",
        );
      // Tags of a play or role decide about its tasks; a handler runs when it is notified.
      const plain = withoutAction(map, source, frame.context.registry);
      const own = { ...outer, tags: [], blocks: [] };
      const handler = readHandler(plain, source, own, frame);
      if (handler.module.name !== "include_tasks") return [handler];
      return [
        withExpansion(handler, plain, source, { ...own, tags: ["always"] }, frame, (...file) =>
          readTasks(...file, depth + 1),
        ),
      ];
    });
    if (read === undefined) frame.lacksHandlers = true;
    else frame.handlers.push(...read);
  }
}

/** Those of another file, as if they stood here: they add themselves. */
function importHandlers(
  map: MapNode,
  source: Source,
  outer: Surroundings,
  frame: PlayFrame,
  depth: number,
): readonly Handler[] {
  const imported = importedFile(map, source, frame, depth);
  readHandlers(parseYaml(imported, "1.2"), imported, within(outer, map, source, frame.context), frame, depth + 1);
  return [];
}

/** As in Ansible. */
function refuseRole(map: MapNode, source: Source): void {
  const include = map.entries.find(({ key }) => /^(ansible\.builtin\.)?include_role$/.test(key));
  if (include === undefined) return;
  const remedy = "write include_tasks, with a file whose tasks include the role";
  throw source.error(include.keyPlace, `a handler cannot have ${include.key}`, remedy);
}

/**
 * As in Ansible, of handlers with one name that of the last list answers to it, and in a list the first; `role : name`
 * always means the role's. A role that is used twice has its handlers once; under different conditions each use keeps
 * its own, so that one that is false does not silence the other.
 */
export function lastNamesWin(handlers: readonly Handler[]): readonly Handler[] {
  const once = handlers.filter(
    (one, i) => !handlers.slice(i + 1).some((later) => isSame(one, later) && sameWhen(one, later)),
  );
  return once.map((handler, i) => {
    const [name = "", ...others] = handler.topics;
    const silent = once.some(
      (one, j) =>
        one.topics[0] === name && !isSame(one, handler) && (one.place.file === handler.place.file ? j < i : j > i),
    );
    return silent ? { ...handler, topics: others } : handler;
  });
}

/** Read of the same lines. */
function isSame({ place: a }: Handler, { place: b }: Handler): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column;
}

function sameWhen(a: Handler, b: Handler): boolean {
  return JSON.stringify(a.when.map((one) => one.source)) === JSON.stringify(b.when.map((one) => one.source));
}

/** Tasks that notify what no handler answers to: found before anything is touched, where the name is no template. */
export function checkNotified(sections: readonly Section[], frame: PlayFrame): void {
  const { handlers, lacksHandlers, context } = frame;
  const { later } = frame.shared;
  const isOpen = handlers.some(({ name }) => name.constant === undefined);
  if (lacksHandlers || isOpen || later.isOpen) return;
  const topics = new Set([...handlers.flatMap((handler) => handler.topics), ...later.topics]);
  for (const task of [...sections.flatMap((section) => section.tasks), ...handlers]) {
    for (const error of unknownTopics(task, topics)) context.problems.add(error);
  }
}

function unknownTopics(task: Task, topics: ReadonlySet<string>) {
  return task.notify.flatMap(({ constant, place }) => {
    if (constant === undefined || topics.has(constant.value)) return [];
    const meant = didYouMean(constant.value, topics);
    const excerpt = task.excerpt(place);
    return inputError(`no handler of this play is called "${constant.value}"`, {
      place,
      remedy: meant === undefined ? "add it under handlers:" : `did you mean "${meant}"?`,
      ...(excerpt !== undefined && { excerpt }),
    });
  });
}
