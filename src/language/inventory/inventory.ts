import { dirname, resolve } from "node:path";
import { type FettleError, inputError } from "../../contract/error.js";
import type { InventoryChange } from "../../contract/module.js";
import type { Layer } from "../scope.js";
import { readVarsOf } from "../variables.js";
import { type Keyring, NO_KEYS } from "../vault/keyring.js";
import { addTo, isNew } from "./additions.js";
import { GroupTree } from "./group-tree.js";
import type { Model } from "./model.js";
import { selectHosts } from "./patterns.js";

/** Where a source of the inventory lies, so where its group_vars/ and host_vars/ are. */
export interface InventorySource {
  /** The file or folder, as it was named. */
  readonly path: string;
  readonly folder: string;
}

/** Hosts, their groups and their variables. */
export class Inventory {
  #model: Model;
  readonly #sources: readonly InventorySource[];
  #tree: GroupTree;
  /** What tasks have added, by the host that asked for it. */
  readonly #added: (readonly [string, InventoryChange])[] = [];
  readonly #fileLayers = new Map<string, readonly Layer[]>();
  readonly #layers = new Map<string, readonly Layer[]>();

  #isChanged = false;
  readonly #reread: () => Model;

  /** `read`: reads the sources anew. */
  constructor(
    model: Model,
    sources: readonly InventorySource[],
    /** Opens what is encrypted in its variables. */
    readonly vault: Keyring = NO_KEYS,
    read = () => model,
  ) {
    this.#reread = read;
    this.#model = model;
    this.#sources = sources;
    this.#tree = new GroupTree(model);
  }

  /** Whether what a host asks for would add anything. */
  isNew(asking: string, change: InventoryChange): boolean {
    return isNew(this.#model, asking, change);
  }

  /** Adds it for this run. Throws an input error for groups that would contain each other. */
  add(asking: string, change: InventoryChange): void {
    this.#added.push([asking, change]);
    addTo(this.#model, asking, change);
    this.#renew(this.#model);
  }

  /** Its sources, read anew; what tasks have added stays. */
  refresh(): void {
    const model = this.#reread();
    for (const [asking, change] of this.#added) addTo(model, asking, change);
    this.#fileLayers.clear();
    this.#renew(model);
  }

  /** Whether it is another one than when the run began. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  #renew(model: Model): void {
    this.#isChanged = true;
    this.#tree = new GroupTree(model);
    this.#model = model;
    this.#layers.clear();
  }

  /** In Ansible's order: those of no group, then group by group. */
  get hosts(): readonly string[] {
    return this.#tree.hosts;
  }

  get named(): ReadonlySet<string> {
    return this.#tree.named;
  }

  /** Every group with its hosts, those of its children included; `all` and `ungrouped` too. */
  get groups(): ReadonlyMap<string, readonly string[]> {
    return this.#tree.members;
  }

  get tree(): GroupTree {
    return this.#tree;
  }

  get sources(): readonly InventorySource[] {
    return this.#sources;
  }

  /** Names of the host's groups, sorted, without `all`. */
  groupsOf(host: string): readonly string[] {
    return this.#tree
      .groupsOf(host)
      .filter((group) => group !== "all")
      .sort();
  }

  /** Hosts of a pattern within a limit, in the pattern's order. `left`: see selectHosts. */
  select(pattern: string, limit?: string, left?: FettleError[]): readonly string[] {
    const chosen = selectHosts(pattern, this, left);
    if (limit === undefined) return chosen;
    if (limit.trim() === "")
      throw inputError("the limit is empty", { remedy: "name hosts or groups, or leave -l out" });
    const within = new Set(selectHosts(limit, this));
    return chosen.filter((host) => within.has(host));
  }

  /**
   * The host's variables, from what everything overrides upwards, in Ansible's order: of groups in the sources, files
   * of all, files of the other groups (parents before children), of the host. `playbookFolder` adds its group_vars/
   * and host_vars/.
   */
  layersOf(host: string, playbookFolder?: string): readonly Layer[] {
    const key = `${playbookFolder ?? ""}\0${host}`;
    let layers = this.#layers.get(key);
    if (layers === undefined) this.#layers.set(key, (layers = this.#collect(host, playbookFolder)));
    return layers;
  }

  /** What the sources and their host_vars/ say of the host itself. */
  ownLayersOf(host: string): readonly Layer[] {
    return [...(this.#model.hosts.get(host) ?? []), ...this.#files("host_vars", host)];
  }

  /** What the sources and their group_vars/ say of the group itself. */
  groupLayersOf(group: string): readonly Layer[] {
    return [...(this.#model.groups.get(group)?.layers ?? []), ...this.#files("group_vars", group)];
  }

  #files(kind: "group_vars" | "host_vars", name: string): readonly Layer[] {
    return this.#sources.flatMap(({ folder }) => this.#read(folder, kind, name));
  }

  #collect(host: string, playbookFolder: string | undefined): readonly Layer[] {
    const groups = this.#tree.groupsOf(host);
    const others = groups.filter((group) => group !== "all");
    const own = this.#sources.map((source) => source.folder);
    const play =
      playbookFolder === undefined || (own.length > 0 && own.every((one) => one === resolve(playbookFolder)))
        ? []
        : [resolve(playbookFolder)];
    const files = (folders: readonly string[], kind: "group_vars" | "host_vars", names: readonly string[]): Layer[] =>
      names.flatMap((name) => folders.flatMap((folder) => this.#read(folder, kind, name)));
    return [
      ...groups.flatMap((group) => this.#model.groups.get(group)?.layers ?? []),
      ...files([...own, ...play], "group_vars", ["all"]),
      ...files(own, "group_vars", others),
      ...files(play, "group_vars", others),
      ...(this.#model.hosts.get(host) ?? []),
      ...files([...own, ...play], "host_vars", [host]),
    ];
  }

  #read(folder: string, kind: string, name: string): readonly Layer[] {
    // A host or group name is never a way out of the folder.
    if (name.includes("/") || name === ".." || name === ".") throw inputError(`"${name}" cannot be the name of a host`);
    const key = `${folder}\0${kind}\0${name}`;
    let layers = this.#fileLayers.get(key);
    if (layers === undefined) this.#fileLayers.set(key, (layers = readVarsOf(`${folder}/${kind}`, name, this.vault)));
    return layers;
  }
}

/** The folder beside which a source's variables lie. */
export function folderOf(path: string, isDirectory: boolean): string {
  return resolve(isDirectory ? path : dirname(path));
}
