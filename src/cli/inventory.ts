import { inputError } from "../contract/error.js";
import { extraVars, type Inventory, type Layer, parseWords, readInventory } from "../language/index.js";
import { createRedactor, type Redact, redactDeep, redacted } from "../ui/redact.js";
import { EXIT } from "./exit-status.js";
import type { InventoryOptions } from "./options.js";
import { openKeyring } from "./vault-passwords.js";

interface ShowOptions extends InventoryOptions {
  readonly list?: boolean;
  readonly graph?: string | true;
  readonly host?: string;
}

/** `fettle inventory`: hosts, groups and variables, in the forms of ansible-inventory. */
export async function inventory(options: ShowOptions): Promise<number> {
  const vault = await openKeyring(options);
  const found = readInventory(options.inventory ?? [], vault);
  const extra = extraVars(options.extraVars ?? [], parseWords, vault);
  const redact = createRedactor(() => vault.secrets());
  process.stdout.write(`${shown(found, extra, options, redact)}\n`);
  return EXIT.done;
}

function shown(found: Inventory, extra: readonly Layer[], options: ShowOptions, redact: Redact): string {
  const hosts = new Set(options.limit === undefined ? found.hosts : found.select("all", options.limit));
  if (options.host !== undefined) {
    const [host] = found.select(options.host);
    if (host === undefined) throw inputError(`there is no host "${options.host}" in the inventory`);
    return json(variablesOf(host, found, extra), redact);
  }
  if (options.graph !== undefined) {
    const group = options.graph === true ? "all" : options.graph;
    if (!found.groups.has(group)) throw inputError(`there is no group "${group}" in the inventory`);
    return graph(group, found, hosts).join("\n");
  }
  return json(list(found, extra, hosts), redact);
}

/** A number that was in a vault is a secret as well, and what is shown stays JSON. */
function json(value: unknown, redact: Redact): string {
  const hidden = (_key: string, part: unknown): unknown =>
    typeof part === "number" && redact(String(part)) !== String(part) ? redacted : part;
  return JSON.stringify(redactDeep(value, redact), hidden, 4);
}

/** As they are written: templates are not rendered. */
function variablesOf(host: string, found: Inventory, extra: readonly Layer[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const layer of [...found.layersOf(host), ...extra]) {
    for (const [name, { expression }] of layer.values) {
      values[name] = expression.constant === undefined ? written(expression.source) : expression.constant.value;
    }
  }
  return values;
}

/** The source of a list or mapping with templates inside is JSON. */
function written(source: string): unknown {
  if (!/^[[{]/.test(source)) return source;
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return source;
  }
}

function list(found: Inventory, extra: readonly Layer[], hosts: ReadonlySet<string>): Record<string, unknown> {
  const hostvars = [...hosts].flatMap((host) => {
    const values = variablesOf(host, found, extra);
    return Object.keys(values).length === 0 ? [] : [[host, values] as const];
  });
  const groups = [...found.groups.keys()].flatMap((name) => {
    const children = found.tree.childrenOf(name).filter((child) => hasAny(child, found));
    const members = found.tree.directHosts(name).filter((host) => hosts.has(host));
    if (name !== "all" && children.length + members.length === 0) return [];
    return [
      [name, { ...(children.length > 0 && { children }), ...(members.length > 0 && { hosts: members }) }] as const,
    ];
  });
  return { _meta: { hostvars: Object.fromEntries(hostvars) }, ...Object.fromEntries(groups) };
}

/** ansible-inventory leaves out `ungrouped` when it is empty, and names other groups even then. */
function hasAny(group: string, found: Inventory): boolean {
  return group !== "ungrouped" || (found.groups.get(group) ?? []).length > 0;
}

function graph(group: string, found: Inventory, hosts: ReadonlySet<string>, depth = 0): readonly string[] {
  const indent = depth === 0 ? "" : `${"|  ".repeat(depth - 1)}|--`;
  const below = "|  ".repeat(depth);
  return [
    `${indent}@${group}:`,
    ...found.tree.childrenOf(group).flatMap((child) => graph(child, found, hosts, depth + 1)),
    ...found.tree
      .directHosts(group)
      .filter((host) => hosts.has(host))
      .map((host) => `${below}|--${host}`),
  ];
}
