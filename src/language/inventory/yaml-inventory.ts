import type { Keyring } from "../vault/keyring.js";
import { didYouMean, type Place } from "../../contract/error.js";
import type { Source } from "../source.js";
import { layerOf } from "../variables.js";
import { makeMap, type MapNode, type Node } from "../nodes.js";
import { parseYaml } from "../yaml.js";
import { hostNames, portLayer } from "./host-names.js";
import { isConstructed, readConstructed } from "./constructed.js";
import type { InventorySource } from "./inventory.js";
import type { Model } from "./model.js";

/** Reads an inventory in Ansible's YAML format into the model. `before`: see readConstructed. */
export function readYamlInventory(
  source: Source,
  model: Model,
  before: readonly InventorySource[],
  vault: Keyring,
): void {
  const node = parseYaml(source, "1.1");
  if (node === null) return;
  const plugin = node.kind === "map" ? node.entries.find(({ key }) => key === "plugin")?.value : undefined;
  if (node.kind === "map" && plugin?.kind === "scalar" && isConstructed(plugin.value)) {
    readConstructed(node, source, model, before, vault);
    return;
  }
  for (const { key, keyPlace, value } of mapping(
    node,
    source,
    "an inventory is a mapping of groups",
    "begin with `all:`, and hosts: below it",
  )) {
    if (key === "plugin" && value.kind === "scalar")
      throw source.error(
        keyPlace,
        `the inventory plugin ${String(value.value)} is not supported, only constructed is`,
        "use a program that prints the inventory: `ansible-inventory --list` of this file is one",
      );
    readGroup(key, value, source, model);
  }
}

function readGroup(name: string, node: Node, source: Source, model: Model): void {
  const group = model.group(name);
  for (const { key, keyPlace, value } of mapping(node, source, `the group "${name}" is a mapping`)) {
    if (key === "hosts") {
      for (const host of hostsOf(value, source)) {
        const { names, port } = hostNames(host.key, host.place, source);
        const own = host.vars === undefined ? undefined : layerOf(`${source.file} (host)`, host.vars, source);
        const ofPort = port === undefined ? undefined : portLayer(port, host.place, source);
        for (const one of names) model.addHost(one, name, own, ofPort);
      }
    } else if (key === "children") {
      for (const child of childrenOf(value, source)) {
        group.children.set(child.key, child.place);
        readGroup(child.key, child.value, source, model);
      }
    } else if (key === "vars") {
      if (value.kind === "map") model.addVars(name, layerOf(`${source.file} (vars of ${name})`, value, source));
      else mapping(value, source, "vars is a mapping");
    } else {
      const meant = didYouMean(key, ["hosts", "children", "vars"]);
      const remedy = meant === undefined ? "use hosts, children or vars" : `did you mean "${meant}"?`;
      throw source.error(keyPlace, `"${key}" does not belong into a group`, remedy);
    }
  }
}

function hostsOf(node: Node, source: Source): readonly { key: string; place: Place; vars?: MapNode }[] {
  if (node.kind === "scalar" && typeof node.value === "string") return [{ key: node.value, place: node.place }];
  return mapping(node, source, "hosts is a mapping of names", "write `a:` on a line for each host").map(
    ({ key, keyPlace, value }) => {
      if (value.kind === "map") return { key, place: keyPlace, vars: value };
      mapping(value, source, `the variables of "${key}" are a mapping`);
      return { key, place: keyPlace };
    },
  );
}

/** A single child may be named by a text. */
function childrenOf(node: Node, source: Source): readonly { key: string; place: Place; value: Node }[] {
  if (node.kind === "scalar" && typeof node.value === "string")
    return [{ key: node.value, place: node.place, value: makeMap([], node.place) }];
  const children = mapping(node, source, "children is a mapping of groups", "write `a:` on a line for each group");
  return children.map(({ key, keyPlace, value }) => ({ key, place: keyPlace, value }));
}

function mapping(node: Node, source: Source, what: string, remedy?: string): MapNode["entries"] {
  if (node.kind === "map") return node.entries;
  if (node.kind === "scalar" && node.value === null) return [];
  throw source.error(node.place, what, remedy);
}
