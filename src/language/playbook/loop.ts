import type { Expression, Loop } from "../../contract/play.js";
import { bareExpression, templateTree } from "../expression.js";
import type { Entry, MapNode } from "../nodes.js";
import type { Source } from "../source.js";
import { unknownKey } from "./keywords.js";
import { asBoolean, asMap, asVariableName, entryOf, numberTemplate } from "./values.js";
import { WITH_LOOPS, withLoop } from "./with-loops.js";

const CONTROL = ["loop_var", "index_var", "label", "pause", "extended"];

/** The loop of a task; undefined when it has none. `folders`: where the files of with_fileglob and others lie. */
export function loopOf(node: MapNode, source: Source, folders: readonly string[]): Loop | undefined {
  const entries = node.entries.filter(({ key }) => key === "loop" || WITH_LOOPS.includes(key));
  const [found, second] = entries;
  const control = asMap(node.get("loop_control") ?? null, source, "loop_control");
  if (second !== undefined) throw source.error(second.keyPlace, "a task has one loop at most", "remove one");
  if (found === undefined) {
    if (control !== undefined)
      throw source.error(
        entryOf(node, "loop_control")?.keyPlace ?? control.place,
        "there is a loop_control without a loop",
        "remove it, or add loop:",
      );
    return undefined;
  }
  return { items: itemsOf(found, source, folders), ...controlOf(control, source) };
}

function itemsOf(entry: Entry, source: Source, folders: readonly string[]): Expression<readonly unknown[]> {
  if (entry.key !== "loop") return withLoop(entry, source, folders);
  const items = bareExpression(entry.value, source);
  if (items.constant !== undefined && !Array.isArray(items.constant.value))
    throw source.error(entry.value.place, "loop must give a list", "write [a, b], or the name of a list");
  return items as Expression<readonly unknown[]>;
}

function controlOf(control: MapNode | undefined, source: Source): Omit<Loop, "items"> {
  if (control === undefined) return { variable: "item" };
  for (const entry of control.entries) {
    if (!CONTROL.includes(entry.key)) throw unknownKey(entry, CONTROL, "loop_control", source);
  }
  const variable = (key: string): string | undefined => {
    const value = control.get(key);
    return value === undefined ? undefined : asVariableName(value, source, key);
  };
  const label = control.get("label");
  const index = variable("index_var");
  const pause = numberTemplate(entryOf(control, "pause"), source);
  return {
    variable: variable("loop_var") ?? "item",
    extended: asBoolean(control.get("extended"), source, "extended") ?? false,
    ...(index !== undefined && { indexVariable: index }),
    ...(label !== undefined && { label: templateTree(label, source) }),
    ...(pause !== undefined && { pause }),
  };
}
