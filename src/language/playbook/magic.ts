import { resolve } from "node:path";
import { didYouMean, inputError } from "../../contract/error.js";
import type { Scope } from "../../contract/play.js";
import type { Inventory } from "../inventory/inventory.js";
import { LOCALHOST } from "../inventory/host-names.js";
import { OMIT } from "../scope.js";
import type { RoleContext } from "./context.js";

export interface MagicParts {
  readonly inventory: Inventory;
  readonly folder: string;
  readonly playName: string;
  readonly role?: RoleContext;
  /** To be called before the inventory is asked: throws NotYet. */
  readonly beforeInventory?: () => void;
  /** More of them, that somebody else knows. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** The variables of any host, for hostvars. Absent: no hostvars. */
  readonly scopeOf?: (host: string) => Scope;
}

/** The names that nobody defines and nobody can override. */
export function magicOf(host: string, parts: MagicParts): Readonly<Record<string, () => unknown>> {
  const { inventory, folder, playName, role, scopeOf } = parts;
  const asked = <T>(answer: () => T): T => {
    parts.beforeInventory?.();
    return answer();
  };
  return {
    inventory_hostname: () => host,
    inventory_hostname_short: () => host.split(".")[0],
    group_names: () => asked(() => inventory.groupsOf(host)),
    groups: () => asked(() => Object.fromEntries(inventory.groups)),
    playbook_dir: () => resolve(folder),
    ansible_play_name: () => playName,
    omit: () => OMIT,
    ...(scopeOf !== undefined && { hostvars: () => asked(() => hostvars(inventory, scopeOf)) }),
    ...inventoryNames(inventory),
    ...Object.fromEntries(Object.entries(parts.more ?? {}).map(([name, value]) => [name, () => value])),
    ...(role !== undefined && {
      role_name: () => role.name,
      ansible_role_name: () => role.name,
      role_path: () => resolve(role.folder),
    }),
  };
}

function inventoryNames(inventory: Inventory): Readonly<Record<string, () => unknown>> {
  const source = inventory.sources.at(-1);
  if (source === undefined) return {};
  return { inventory_dir: () => source.folder, inventory_file: () => resolve(source.path) };
}

/** `hostvars.web1.ansible_host`: variables of any host; a variable that it does not have is undefined. */
function hostvars(inventory: Inventory, scopeOf: (host: string) => Scope): object {
  const ofHost = (host: string): object => {
    const scope = scopeOf(host);
    return readOnly(
      () => scope.names().filter((name) => !NOT_LISTED.has(name) && scope.has(name)),
      (name) => (scope.has(name) ? scope.get(name) : undefined),
    );
  };
  return readOnly(
    () => inventory.hosts,
    (name) => {
      if (inventory.hosts.includes(name) || LOCALHOST.includes(name)) return ofHost(name);
      const meant = didYouMean(name, inventory.hosts);
      const remedy = meant === undefined ? {} : { remedy: `did you mean "${meant}"?` };
      throw inputError(`hostvars: there is no host "${name}" in the inventory`, remedy);
    },
  );
}

/** As in Ansible a host's variables, written out, hold not those of all hosts again; `omit` is no data. */
const NOT_LISTED = new Set(["hostvars", "omit"]);

/** An object whose properties are asked for when they are used. */
function readOnly(names: () => readonly string[], get: (name: string) => unknown): object {
  return new Proxy(Object.create(null) as object, {
    has: (_target, name) => typeof name === "string" && names().includes(name),
    get: (_target, name) => (typeof name === "string" && name !== "toJSON" ? get(name) : undefined),
    ownKeys: () => [...names()],
    getOwnPropertyDescriptor: (_target, name) =>
      typeof name === "string" && names().includes(name)
        ? { value: get(name), enumerable: true, configurable: true, writable: false }
        : undefined,
  });
}
