import { inputError } from "../../contract/error.js";
import { placed } from "../source.js";
import type { Model } from "./model.js";

/** How groups contain each other: depths, members, the groups of a host in the order of their precedence. */
export class GroupTree {
  readonly hosts: readonly string[];
  /** In the order in which the sources name them first. */
  readonly named: ReadonlySet<string>;
  /** Frozen, as the variable `groups` hands them out. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly #model: Model;
  readonly #depths = new Map<string, number>();
  readonly #parents = new Map<string, Set<string>>();
  readonly #ungrouped: readonly string[];
  readonly #groupsOf = new Map<string, readonly string[]>();

  constructor(model: Model) {
    this.#model = model;
    for (const group of model.groups.values()) {
      for (const child of group.children.keys()) this.#parentsOf(child).add(group.name);
    }
    this.#checkAll();
    for (const name of model.groups.keys()) this.#depthOf(name, []);
    this.named = new Set(model.hosts.keys());
    this.#ungrouped = this.#findUngrouped();
    this.members = new Map([...model.groups.keys()].map((name) => [name, Object.freeze(this.#membersOf(name))]));
    this.hosts = this.members.get("all") ?? [];
    const direct = this.#directGroups();
    for (const host of this.hosts) this.#groupsOf.set(host, this.#sorted(direct.get(host) ?? []));
  }

  /** Groups of a host, with all that contain them: `all` first, parents before children, then by priority and name. */
  groupsOf(host: string): readonly string[] {
    return this.#groupsOf.get(host) ?? ["all"];
  }

  /** Groups right below, in the order of the sources; those that nothing contains are below `all`. */
  childrenOf(name: string): readonly string[] {
    const own = [...(this.#model.groups.get(name)?.children.keys() ?? [])];
    if (name !== "all") return own;
    const tops = [...this.#model.groups.keys()].filter((group) => group !== "all" && this.#parentsOf(group).size === 0);
    return [...new Set(["ungrouped", ...own, ...tops])];
  }

  /** Hosts of the group itself, without those of its children. */
  directHosts(name: string): readonly string[] {
    return name === "all" ? [] : this.#ownHosts(name);
  }

  priorityOf(name: string): number {
    return this.#model.groups.get(name)?.priority ?? 1;
  }

  #parentsOf(name: string): Set<string> {
    let parents = this.#parents.get(name);
    if (parents === undefined) this.#parents.set(name, (parents = new Set()));
    return parents;
  }

  #checkAll(): void {
    const [parent] = this.#parentsOf("all");
    if (parent === undefined) return;
    throw placed(
      inputError(`"all" cannot be in "${parent}": it contains every group`),
      this.#model.groups.get(parent)?.children.get("all"),
    );
  }

  /** 0 for all; the longest way from there. */
  #depthOf(name: string, way: readonly string[]): number {
    if (name === "all") return 0;
    if (way.includes(name)) {
      const cycle = [...way.slice(way.indexOf(name)), name].reverse().join(" → ");
      const place = this.#model.groups.get(name)?.children.get(way.at(-1) ?? "");
      throw placed(
        inputError(`groups contain each other: ${cycle}`, { remedy: "remove one of the :children lines" }),
        place,
      );
    }
    const known = this.#depths.get(name);
    if (known !== undefined) return known;
    const parents = [...this.#parentsOf(name)];
    const depth = 1 + Math.max(0, ...parents.map((parent) => this.#depthOf(parent, [...way, name])));
    this.#depths.set(name, depth);
    return depth;
  }

  #directGroups(): ReadonlyMap<string, readonly string[]> {
    const direct = new Map<string, string[]>();
    for (const group of this.#model.groups.values()) {
      for (const host of group.hosts) direct.set(host, [...(direct.get(host) ?? []), group.name]);
    }
    return direct;
  }

  /** As Ansible: a group's own hosts, then those of its children, then those of theirs. */
  #membersOf(name: string): readonly string[] {
    const groups = new Set([name]);
    for (const group of groups) for (const child of this.childrenOf(group)) groups.add(child);
    return [...new Set([...groups].flatMap((group) => this.#ownHosts(group)))];
  }

  #ownHosts(name: string): readonly string[] {
    return name === "ungrouped" ? this.#ungrouped : [...(this.#model.groups.get(name)?.hosts ?? [])];
  }

  /** Those that are in no other group but all. */
  #findUngrouped(): readonly string[] {
    const others = [...this.#model.groups.values()].filter(({ name }) => name !== "all" && name !== "ungrouped");
    const grouped = new Set(others.flatMap((group) => [...group.hosts]));
    const named = this.#model.groups.get("ungrouped")?.hosts ?? [];
    return [...new Set([...named, ...this.#model.hosts.keys()])].filter((host) => !grouped.has(host));
  }

  #sorted(direct: readonly string[]): readonly string[] {
    const found = new Set<string>(["all"]);
    const climb = (group: string): void => {
      found.add(group);
      for (const parent of this.#parentsOf(group)) climb(parent);
    };
    const grouped = direct.filter((group) => group !== "ungrouped" && group !== "all");
    for (const group of grouped.length > 0 ? grouped : ["ungrouped"]) climb(group);
    const keys = (name: string): [number, number] => [this.#depths.get(name) ?? 0, this.priorityOf(name)];
    return [...found].sort((a, b) => {
      const [[depthA, priorityA], [depthB, priorityB]] = [keys(a), keys(b)];
      return depthA - depthB || priorityA - priorityB || (a < b ? -1 : 1);
    });
  }
}
