import type { Layer } from "../scope.js";

export interface Group {
  readonly name: string;
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly layers: Layer[];
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
      this.groups.set(name, (group = { name, hosts: new Set(), children: new Set(), layers: [] }));
    return group;
  }

  addHost(name: string, group: string, layer?: Layer): void {
    const layers = this.hosts.get(name) ?? [];
    this.hosts.set(name, layers);
    if (layer !== undefined && layer.values.size > 0) layers.push(layer);
    this.group(group).hosts.add(name);
  }
}
