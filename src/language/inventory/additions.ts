import type { InventoryChange } from "../../contract/module.js";
import type { Place } from "../../contract/error.js";
import { dataLayer } from "../variables.js";
import type { Model } from "./model.js";

/** One thing that a task adds to the inventory: whether it is new, and how it gets there. */
interface Addition {
  isNew(model: Model): boolean;
  add(model: Model): void;
}

/** Whether the change (of the host that asks for it) would add anything. */
export function isNew(model: Model, asking: string, change: InventoryChange): boolean {
  return additionsOf(asking, change).some((one) => one.isNew(model));
}

export function addTo(model: Model, asking: string, change: InventoryChange): void {
  for (const one of additionsOf(asking, change)) if (one.isNew(model)) one.add(model);
}

function additionsOf(asking: string, change: InventoryChange): readonly Addition[] {
  switch (change.kind) {
    case "host":
      return [
        host(change.name),
        ...change.groups.flatMap((group) => [member(group, change.name), ...topGroup(group)]),
        ...Object.entries(change.variables).map(([name, value]) => variable(change.name, name, value)),
      ];
    case "group":
      return [member(change.group, asking), ...change.parents.map((parent) => child(parent, change.group))];
    default:
      return change satisfies never;
  }
}

/** Where an addition stands: in no file. */
const PLACE: Place = { file: "add_host", line: 1, column: 1 };

function host(name: string): Addition {
  return {
    isNew: ({ hosts }) => !hosts.has(name),
    add: (model) => model.addHost(name, "all"),
  };
}

function member(group: string, name: string): Addition {
  return {
    isNew: ({ groups }) => groups.get(group)?.hosts.has(name) !== true,
    add: (model) => model.addHost(name, group),
  };
}

/** A group that nothing contains is below `all`, as any. */
function topGroup(name: string): readonly Addition[] {
  return name === "all" ? [] : [{ isNew: ({ groups }) => !groups.has(name), add: (model) => model.group(name) }];
}

function child(parent: string, group: string): Addition {
  if (parent === "all") return { isNew: ({ groups }) => !groups.has(group), add: (model) => model.group(group) };
  return {
    isNew: ({ groups }) => groups.get(parent)?.children.has(group) !== true,
    add: (model) => model.group(parent).children.set(group, PLACE),
  };
}

function variable(of: string, name: string, value: unknown): Addition {
  return {
    isNew({ hosts }) {
      const known = (hosts.get(of) ?? []).findLast(({ values }) => values.has(name))?.values.get(name);
      return JSON.stringify(known?.expression.constant?.value) !== JSON.stringify(value);
    },
    add: (model) => model.addVarsOfHost(of, dataLayer("add_host", { [name]: value }, PLACE)),
  };
}
