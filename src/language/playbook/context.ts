import type { Registry } from "../../contract/module.js";
import type { BlockPart, Expression } from "../../contract/play.js";
import type { Problems } from "../errors.js";
import type { Inventory } from "../inventory/inventory.js";
import type { MapNode } from "../nodes.js";
import type { Layer } from "../scope.js";
import type { Source } from "../source.js";
import type { Keyring } from "../vault/keyring.js";
import type { TagFilter } from "./tags.js";

/** What loading takes from outside, and where its errors go. */
export interface LoadContext {
  readonly registry: Registry;
  readonly inventory: Inventory;
  readonly extraVars: readonly Layer[];
  /** Vault passwords; absent when there are none. */
  readonly vault?: Keyring;
  readonly limit?: string;
  readonly tags: TagFilter;
  /** Folders with roles, after those beside the playbook. */
  readonly roleFolders: readonly string[];
  readonly become?: { readonly become: boolean; readonly user?: string };
  readonly forceHandlers: boolean;
  /** What the command line says, by the names of Ansible's variables: ansible_run_tags, ansible_limit … */
  readonly magic?: Readonly<Record<string, unknown>>;
  readonly problems: Problems;
}

/** What the surroundings of a task (play, role, block, import) hand down to it. */
export interface Surroundings {
  readonly when: readonly Expression<boolean>[];
  readonly tags: readonly string[];
  readonly become?: Expression<boolean>;
  readonly becomeUser?: Expression<string>;
  readonly environment: readonly Expression<Readonly<Record<string, string>>>[];
  readonly notify: readonly Expression<string>[];
  readonly moduleDefaults: ModuleDefaults;
  readonly ignoreErrors?: Expression<boolean>;
  readonly noLog?: Expression<boolean>;
  readonly checkMode?: Expression<boolean>;
  readonly delegateTo?: Expression<string>;
  readonly runOnce?: Expression<boolean>;
  readonly throttle?: Expression<number>;
  readonly anyErrorsFatal?: Expression<boolean>;
  readonly timeout?: Expression<number>;
  readonly ignoreUnreachable?: Expression<boolean>;
  readonly delegateFacts?: Expression<boolean>;
  /** Whether its differences are shown; absent: as the command line says. */
  readonly diff?: Expression<boolean>;
  /** Variables of roles' vars/, blocks and imports, the innermost last. */
  readonly layers: readonly Layer[];
  /** Parameters of roles: above registers. */
  readonly params: readonly Layer[];
  readonly role?: RoleContext;
  /** Blocks with rescue or always around it, the outermost first. */
  readonly blocks: readonly BlockPart[];
}

/** What a module's tasks have where they say nothing of their own. */
export interface ModuleDefault {
  readonly source: Source;
  readonly params?: MapNode;
  /** All of them by one template. */
  readonly open?: Expression<Readonly<Record<string, unknown>>>;
}

/** By the module's name. */
export type ModuleDefaults = ReadonlyMap<string, ModuleDefault>;

export interface RoleContext {
  readonly name: string;
  readonly folder: string;
  /** Defaults of the role and of those it depends on, which everything overrides. */
  readonly defaults: readonly Layer[];
}
