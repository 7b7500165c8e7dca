import { didYouMean, inputError } from "../contract/error.js";
import { type Inventory, type Layer, yamlText } from "../language/index.js";
import { type Redact, redactDeep, redacted } from "../ui/redact.js";

/** What to show of an inventory; everything, as JSON, unless it says otherwise. */
export interface Forms {
  readonly limit?: string;
  /** The variables of this host. */
  readonly host?: string;
  /** The groups below this one and their hosts, as a tree. */
  readonly graph?: string;
  /** Variables where they are defined: those of groups at the groups. */
  readonly export?: boolean;
  readonly yaml?: boolean;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * An inventory as ansible-inventory shows it, less what `redact` hides. Throws an input error for a host or group that
 * there is not.
 */
export function shown(found: Inventory, extra: readonly Layer[], options: Forms, redact: Redact): string {
  const hosts = options.limit === undefined ? found.hosts : found.select("all", options.limit);
  if (options.graph !== undefined) return graph(known(options.graph, found), found, new Set(hosts)).join("\n");
  const form = new Form(found, extra, new Set(hosts), options.export === true);
  const open =
    options.host !== undefined
      ? form.valuesOf(hostNamed(options.host, found))
      : options.yaml === true
        ? form.nested()
        : form.list();
  const value = concealed(open, redact) as Values;
  return options.yaml === true ? yamlText(value).trimEnd() : JSON.stringify(sorted(value), null, 4);
}

/** A number that was in a vault is a secret as well. */
function concealed(value: unknown, redact: Redact): unknown {
  const hidden = (_key: string, part: unknown): unknown =>
    typeof part === "number" && redact(String(part)) !== String(part) ? redacted : part;
  return JSON.parse(JSON.stringify(redactDeep(value, redact), hidden));
}

function hostNamed(name: string, found: Inventory): string {
  const [host] = found.select(name);
  if (host === undefined) throw inputError(`there is no host "${name}" in the inventory`);
  return host;
}

function known(group: string, found: Inventory): string {
  if (found.groups.has(group)) return group;
  const meant = didYouMean(group, found.groups.keys());
  throw inputError(`there is no group "${group}" in the inventory`, {
    ...(meant !== undefined && { remedy: `did you mean "${meant}"?` }),
  });
}

class Form {
  constructor(
    readonly found: Inventory,
    readonly extra: readonly Layer[],
    readonly hosts: ReadonlySet<string>,
    readonly isExport: boolean,
  ) {}

  valuesOf(host: string): Values {
    if (this.isExport) return asWritten(this.found.ownLayersOf(host));
    return asWritten([...this.found.layersOf(host), ...this.extra]);
  }

  /** Each group once, and the variables of hosts apart. */
  list(): Values {
    const groups: Record<string, Values> = {};
    const add = (name: string): void => {
      const children = this.#childrenOf(name);
      const group = without({ children, hosts: this.#hostsOf(name), vars: this.#groupValues(name) });
      if (Object.keys(group).length > 0) groups[name] = group;
      for (const child of children) if (!Object.hasOwn(groups, child)) add(child);
    };
    add("all");
    const hostvars: Record<string, Values> = {};
    for (const host of this.hosts) {
      const values = this.valuesOf(host);
      if (Object.keys(values).length > 0) hostvars[host] = values;
    }
    return { _meta: { hostvars }, ...groups };
  }

  /** The form of an inventory in YAML: a host has its variables where it is named first. */
  nested(): Values {
    const seen = new Set<string>();
    const values = (host: string): Values => {
      if (seen.has(host)) return {};
      seen.add(host);
      return this.valuesOf(host);
    };
    const group = (name: string): Values => {
      const children = Object.fromEntries(this.#childrenOf(name).map((child) => [child, group(child)]));
      const hosts = Object.fromEntries(this.#hostsOf(name).map((host) => [host, values(host)]));
      return without({ children, hosts, vars: this.#groupValues(name) });
    };
    return { all: group("all") };
  }

  #childrenOf(name: string): readonly string[] {
    return this.found.tree.childrenOf(name);
  }

  #hostsOf(name: string): readonly string[] {
    return this.found.tree.directHosts(name).filter((host) => this.hosts.has(host));
  }

  #groupValues(name: string): Values {
    if (!this.isExport) return {};
    const priority = this.found.tree.priorityOf(name);
    const own = asWritten(this.found.groupLayersOf(name));
    return priority === 1 ? own : { ...own, ansible_group_priority: priority };
  }
}

function without(group: Readonly<Record<string, object>>): Values {
  return Object.fromEntries(Object.entries(group).filter(([, value]) => Object.keys(value).length > 0));
}

/** As they are written: templates are not rendered. */
function asWritten(layers: readonly Layer[]): Values {
  const values: Record<string, unknown> = {};
  for (const layer of layers) {
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

/** Keys in the order of their names, so that two inventories can be compared line by line. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function graph(group: string, found: Inventory, hosts: ReadonlySet<string>, depth = 0): readonly string[] {
  const below = `${"  |".repeat(depth + 1)}--`;
  return [
    `${depth === 0 ? "" : `${"  |".repeat(depth)}--`}@${group}:`,
    ...found.tree.childrenOf(group).flatMap((child) => graph(child, found, hosts, depth + 1)),
    ...found.tree
      .directHosts(group)
      .filter((host) => hosts.has(host))
      .map((host) => `${below}${host}`),
  ];
}
