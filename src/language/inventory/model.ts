import type { Place } from "../../contract/error.js";
import type { Layer } from "../scope.js";

const PRIORITY = "ansible_group_priority";

export interface Group {
  readonly name: string;
  readonly hosts: Set<string>;
  /** With the place that says so. */
  readonly children: Map<string, Place>;
  readonly layers: Layer[];
  /** `ansible_group_priority`: among groups of one depth the highest wins. */
  priority: number;
}

/** Hosts and groups while sources are read; all and ungrouped always exist. */
export class Model {
  readonly groups = new Map<string, Group>();
  readonly hosts = new Map<string, Layer[]>();

  constructor() {
    this.group("all");
    this.group("ungrouped");
  }

  group(name: string): Group {
    let group = this.groups.get(name);
    if (group === undefined)
      this.groups.set(name, (group = { name, hosts: new Set(), children: new Map(), layers: [], priority: 1 }));
    return group;
  }

  /** `port`: of `name:22`. As in Ansible it counts where the host is named first. */
  addHost(name: string, group: string, own?: Layer, port?: Layer): void {
    const layers = this.hosts.get(name) ?? (port === undefined ? [] : [port]);
    this.hosts.set(name, layers);
    if (own !== undefined && own.values.size > 0) layers.push(own);
    this.group(group).hosts.add(name);
  }

  addVarsOfHost(name: string, layer: Layer): void {
    this.hosts.get(name)?.push(layer);
  }

  /** Variables of a group; its priority is none of them. */
  addVars(group: string, { name, values }: Layer): void {
    const { [PRIORITY]: priority, ...rest } = Object.fromEntries(values);
    const value = priority?.expression.constant?.value;
    if (typeof value === "number") this.group(group).priority = value;
    this.group(group).layers.push({ name, values: new Map(Object.entries(rest)) });
  }
}
