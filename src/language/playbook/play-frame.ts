import { dirname, join } from "node:path";
import { inputError } from "../../contract/error.js";
import type { ControllerUse, Dynamic, Expansion, Handler, Rank, RoleInputs, Scope } from "../../contract/play.js";
import type { Problems } from "../errors.js";
import { createScope, type Layer, type Origin } from "../scope.js";
import { LOCALHOST } from "../inventory/host-names.js";
import type { Source } from "../source.js";
import type { LoadContext, RoleContext, Surroundings } from "./context.js";
import { LocalFiles } from "./local.js";
import { magicOf } from "./magic.js";
import { siteFor } from "./task-site.js";
import type { readRoleTask as ReadRoleTask } from "./role.js";

/** A play among those of a run. */
export interface PlayIdentity {
  /** The path of its file. */
  readonly playbook: string;
  readonly name: string;
  readonly number: number;
  /** What handlers' marks on hosts are filed under. */
  readonly project: string;
  /** `connection: local`: its hosts are the controller. */
  readonly isLocal: boolean;
}

/** What tasks may notify once an include has brought its handlers. */
class LaterHandlers {
  readonly topics = new Set<string>();
  /** What an include will bring is not known beforehand. */
  isOpen = false;

  /** undefined: they could not be read. */
  add(handlers: readonly Handler[] | undefined): void {
    if (handlers === undefined || handlers.some(({ name }) => name.constant === undefined)) this.isOpen = true;
    for (const topic of (handlers ?? []).flatMap((handler) => handler.topics)) this.topics.add(topic);
  }
}

/** What all that is read of a play adds to. */
class Shared {
  /** play vars and vars_files, the later the stronger. */
  readonly layers: Layer[] = [];
  /** Defaults and variables of roles that are `public`. */
  readonly publicDefaults: Layer[] = [];
  readonly publicVars: Layer[] = [];
  /** Roles with their parameters that the play has already. */
  readonly rolesSeen = new Set<string>();
  /** Names of the roles under roles:, and of those that they depend on. */
  readonly playRoles: string[] = [];
  readonly dependentRoles: string[] = [];
  /** Includes that were looked through beforehand. */
  readonly checked = new Set<string>();
  readonly later = new LaterHandlers();
  tasks = 0;

  /** For reading what does not count: only what was looked through is remembered. */
  copy(): Shared {
    const { layers, publicDefaults, publicVars, rolesSeen, checked, later, tasks } = this;
    return Object.assign(new Shared(), {
      ...{ layers, checked, later, tasks },
      publicDefaults: [...publicDefaults],
      publicVars: [...publicVars],
      rolesSeen: new Set(rolesSeen),
    });
  }
}

/** One play while it is read, and what its tasks ask of it later. */
export class PlayFrame {
  readonly handlers: Handler[] = [];
  /** One of them could not be read: nobody knows what it would have answered to. */
  lacksHandlers = false;
  readonly roleInputs: RoleInputs[] = [];
  /** Definitions of public roles that are read while the play runs; absent: they are the whole play's. */
  exports?: NonNullable<Expansion["exports"]>[number][];
  readonly folder: string;

  constructor(
    readonly context: LoadContext,
    readonly play: PlayIdentity,
    /** Reads the role of an import_role or include_role. Given, since roles are made of tasks. */
    readonly readRoleTask: typeof ReadRoleTask,
    readonly shared = new Shared(),
  ) {
    this.folder = dirname(play.playbook);
  }

  /** The same play for what is read while it runs: handlers, inputs and errors of that are kept apart. */
  apart(problems: Problems): PlayFrame {
    const frame = new PlayFrame({ ...this.context, problems }, this.play, this.readRoleTask, this.shared);
    frame.exports = [];
    return frame;
  }

  /** The same play for a look at what may come: it leaves nothing behind but its errors. */
  trial(): PlayFrame {
    return new PlayFrame(this.context, this.play, this.readRoleTask, this.shared.copy());
  }

  /** The definitions of a role that is public. */
  publish(defaults: readonly Layer[], vars: readonly Layer[]): void {
    if (this.exports === undefined) {
      this.shared.publicDefaults.push(...defaults);
      this.shared.publicVars.push(...vars);
      return;
    }
    for (const { values } of defaults) this.exports.push({ rank: "role_defaults", values });
    for (const { values } of vars) this.exports.push({ rank: "role_vars", values });
  }

  nextId(): string {
    return `${this.play.number}.${++this.shared.tasks}`;
  }

  /** The definitions that a task sees on a host, below and above what the host itself sets. */
  layersFor(
    host: string,
    own: Surroundings,
    dynamic: Dynamic = NOTHING_READ,
  ): { below: readonly Origin[]; above: readonly Origin[] } {
    return {
      below: [
        readLayer("role_defaults", dynamic),
        ...this.shared.publicDefaults,
        ...(own.role?.defaults ?? []),
        ...this.context.inventory.layersOf(host, this.folder),
        ...this.shared.layers,
        ...this.shared.publicVars,
        readLayer("role_vars", dynamic),
        ...own.layers,
        readLayer("include_vars", dynamic),
      ],
      above: [...own.params, ...this.context.extraVars],
    };
  }

  /** `besides`: the folder of the file with the task. */
  scope(host: string, dynamic: Dynamic, own: Surroundings, besides: readonly string[] = []): Scope {
    const magic = magicOf(host, {
      inventory: this.context.inventory,
      folder: this.folder,
      playName: this.play.name,
      more: { ...this.context.magic, ...this.#roleNames() },
      ...(own.role !== undefined && { role: own.role }),
      ...(dynamic.inventory !== undefined && { beforeInventory: dynamic.inventory }),
      scopeOf: (other) =>
        this.#scopeOfOther(other === host ? dynamic : dynamic.other?.(other), other, dynamic.controller),
    });
    const site = siteFor(
      this.context,
      this.folder,
      {
        role: own.role?.folder,
        besides,
        isOnController: () => this.play.isLocal || isController(host, scope),
        beforeInventory: dynamic.inventory,
      },
      dynamic.controller,
    );
    const scope = createScope({ ...this.layersFor(host, own, dynamic), dynamic, magic, site });
    return scope;
  }

  #roleNames(): Readonly<Record<string, unknown>> {
    const { playRoles, dependentRoles } = this.shared;
    return {
      ansible_play_role_names: Object.freeze([...playRoles]),
      role_names: Object.freeze([...playRoles]),
      ansible_dependent_role_names: Object.freeze([...dependentRoles]),
      ansible_role_names: Object.freeze([...new Set([...dependentRoles, ...playRoles])]),
    };
  }

  /** Where loops over files of the controller look for them. */
  filesOf(role: RoleContext | undefined): readonly string[] {
    const folders = role === undefined ? [this.folder] : [role.folder, this.folder];
    return folders.flatMap((folder) => [
      join(folder, "files"),
      join(folder, "templates"),
      join(folder, "vars"),
      folder,
    ]);
  }

  local(scope: Scope, role: RoleContext | undefined, source: Source): LocalFiles {
    return new LocalFiles(
      [...(role === undefined ? [] : [role.folder]), this.folder, dirname(source.file)],
      scope,
      source.vault,
      { tasks: dirname(source.file), ...(role !== undefined && { role: role.folder }) },
    );
  }

  #scopeOfOther(known: Dynamic | undefined, host: string, controller?: ControllerUse): Scope {
    const dynamic = known ?? nothingRead(host);
    const inventory = this.context.inventory.layersOf(host, this.folder);
    const below = [...inventory, ...this.shared.layers, readLayer("include_vars", dynamic)];
    const magic = magicOf(host, { inventory: this.context.inventory, folder: this.folder, playName: this.play.name });
    const site = siteFor(this.context, this.folder, {}, controller);
    return createScope({ below, above: this.context.extraVars, dynamic, magic, site });
  }
}

function isController(host: string, scope: Scope): boolean {
  if (LOCALHOST.includes(host)) return true;
  return scope.has("ansible_connection") && scope.get("ansible_connection") === "local";
}

/** The own variables of a host that nobody has asked yet. */
export function nothingRead(host: string): Dynamic {
  return { lookup: () => undefined, names: () => [], facts: factsOfOther(host), magic: {} };
}

const NOTHING_READ: Dynamic = nothingRead("");

/** What tasks have read by now, as one of the layers. */
function readLayer(rank: Rank, { read }: Dynamic): Origin {
  const found = read?.(rank);
  return {
    name: rank,
    values: { get: (name) => found?.get(name), keys: () => found?.names() ?? [] },
  };
}

function factsOfOther(host: string): Readonly<Record<string, unknown>> {
  return new Proxy(
    {},
    {
      get: (_target, name) => {
        if (typeof name !== "string") return undefined;
        throw inputError(`the facts of ${host} are not known here: no host has been asked yet`);
      },
    },
  );
}
