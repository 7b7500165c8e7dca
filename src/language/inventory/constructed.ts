import type { Keyring } from "../vault/keyring.js";
import { didYouMean, FettleError } from "../../contract/error.js";
import type { Expression, Scope } from "../../contract/play.js";
import { bareExpression, condition } from "../expression.js";
import type { MapNode, Node } from "../nodes.js";
import { hostScope } from "../playbook/host-scope.js";
import { whyNoName } from "../scope.js";
import type { Source } from "../source.js";
import { dataLayer } from "../variables.js";
import { Inventory, type InventorySource } from "./inventory.js";
import { type KeyedGroup, readKeyedGroup, safeGroupName } from "./keyed-group.js";
import type { Model } from "./model.js";

const KEYS = ["plugin", "strict", "compose", "groups", "keyed_groups", "use_vars_plugins", "leading_separator"];
const FLAGS = ["strict", "use_vars_plugins", "leading_separator"];

/** Whether a source is of Ansible's `constructed` plugin. */
export function isConstructed(plugin: unknown): boolean {
  return plugin === "constructed" || plugin === "ansible.builtin.constructed";
}

/**
 * Variables and groups made from the variables of the hosts that the sources before this one name. As in Ansible a host
 * that lacks a variable which an expression needs is left out, unless `strict` is set.
 */
export function readConstructed(
  node: MapNode,
  source: Source,
  model: Model,
  before: readonly InventorySource[],
  vault: Keyring,
): void {
  const plan = new Plan(node, source);
  const hosts = [...model.hosts.keys()];
  const scopes = (): ((host: string) => Scope) => {
    const found = new Inventory(model, plan.isOn("use_vars_plugins") ? before : [], vault);
    return (host) => hostScope(host, found, []);
  };
  const given = scopes();
  for (const [host, made] of hosts.map((one) => [one, plan.variablesOf(given(one))] as const))
    if (Object.keys(made).length > 0)
      model.addVarsOfHost(host, dataLayer(`${source.file} (compose)`, made, node.place));
  // Anew, as groups may ask for these variables.
  const composed = scopes();
  for (const [host, groups] of hosts.map((one) => [one, plan.groupsOf(composed(one))] as const)) {
    for (const { group, parent } of groups) {
      model.addHost(host, group);
      if (parent !== undefined) model.group(parent).children.set(group, node.place);
    }
  }
}

class Plan {
  readonly #compose: readonly (readonly [string, Expression<unknown>])[];
  readonly #groups: readonly (readonly [string, Expression<boolean>])[];
  readonly #keyed: readonly KeyedGroup[];
  readonly #flags = new Map<string, boolean>();

  constructor(
    node: MapNode,
    readonly source: Source,
  ) {
    const parts = new Map<string, Node>();
    for (const { key, keyPlace, value } of node.entries) {
      if (!KEYS.includes(key)) {
        const meant = didYouMean(key, KEYS);
        const remedy = meant === undefined ? `it has ${KEYS.join(", ")}` : `did you mean "${meant}"?`;
        throw source.error(keyPlace, `"${key}" is no setting of constructed`, remedy);
      }
      parts.set(key, value);
      if (FLAGS.includes(key)) this.#flags.set(key, condition(value, source).evaluate(NOBODY));
    }
    this.#compose = this.#entries(parts.get("compose")).map(({ key, keyPlace, value }) => {
      const reason = whyNoName(key);
      if (reason !== undefined) throw source.error(keyPlace, reason, "choose another name");
      return [key, bareExpression(value, source)] as const;
    });
    this.#groups = this.#entries(parts.get("groups")).map(({ key, value }) => [key, condition(value, source)] as const);
    const separates = this.#flags.get("leading_separator") ?? true;
    this.#keyed = this.#items(parts.get("keyed_groups")).map((one) => readKeyedGroup(one, source, separates));
  }

  isOn(flag: string): boolean {
    return this.#flags.get(flag) ?? false;
  }

  variablesOf(scope: Scope): Readonly<Record<string, unknown>> {
    const made = this.#compose.flatMap(([name, expression]) => {
      const value = this.#given(() => expression.evaluate(scope));
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(made);
  }

  groupsOf(scope: Scope): readonly { readonly group: string; readonly parent?: string }[] {
    const plain = this.#groups.flatMap(([group, test]) =>
      this.#given(() => test.evaluate(scope)) ? [{ group: safeGroupName(group) }] : [],
    );
    return [...plain, ...this.#keyed.flatMap((keyed) => this.#given(() => keyed.of(scope)) ?? [])];
  }

  /** Undefined when the host lacks a variable that is needed, and that is no error. */
  #given<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (this.isOn("strict") || !(error instanceof FettleError) || !isLack(error)) throw error;
      return undefined;
    }
  }

  #entries(node: Node | undefined): MapNode["entries"] {
    if (node === undefined || (node.kind === "scalar" && node.value === null)) return [];
    if (node.kind === "map") return node.entries;
    throw this.source.error(node.place, "this is a mapping of names and expressions");
  }

  #items(node: Node | undefined): readonly Node[] {
    if (node === undefined || (node.kind === "scalar" && node.value === null)) return [];
    if (node.kind === "seq") return node.items;
    throw this.source.error(node.place, "keyed_groups is a list", "write `- key: …`");
  }
}

const NOBODY = { has: () => false, get: () => undefined, names: () => [] } as unknown as Scope;

/** Not a mistake of the expression, as `True` or a condition that gives a text are. */
function isLack({ details: { cause, remedy } }: FettleError): boolean {
  if (/^"\w+" is not defined$/.test(cause)) return remedy === undefined || !/^(write|there are no|"\|")/.test(remedy);
  return / is undefined$|Cannot read properties of (undefined|null)/.test(cause);
}
