import { dirname } from "node:path";
import type { Local } from "../../contract/module.js";
import type { Dynamic, Handler, RoleInputs, Scope } from "../../contract/play.js";
import { createScope, type Layer } from "../scope.js";
import type { Source } from "../source.js";
import type { LoadContext, RoleContext, Surroundings } from "./context.js";
import { LocalFiles } from "./local.js";
import { magicOf } from "./magic.js";

/** One play while it is read, and what its tasks ask of it later. */
export class PlayFrame {
  readonly handlers: Handler[] = [];
  /** One of them could not be read: nobody knows what it would have answered to. */
  lacksHandlers = false;
  readonly roleInputs: RoleInputs[] = [];
  /** play vars and vars_files, the later the stronger. */
  readonly layers: Layer[] = [];
  /** Defaults and variables of roles that are `public`. */
  readonly publicDefaults: Layer[] = [];
  readonly publicVars: Layer[] = [];
  /** Roles with their parameters that the play has already. */
  readonly rolesSeen = new Set<string>();
  readonly folder: string;
  #tasks = 0;

  constructor(
    readonly context: LoadContext,
    readonly playbook: string,
    readonly playName: string,
    readonly number: number,
    /** What handlers' marks on hosts are filed under. */
    readonly project: string,
  ) {
    this.folder = dirname(playbook);
  }

  nextId(): string {
    return `${this.number}.${++this.#tasks}`;
  }

  /** The definitions that a task sees on a host, below and above what the host itself sets. */
  layersFor(host: string, own: Surroundings): { below: readonly Layer[]; above: readonly Layer[] } {
    return {
      below: [
        ...this.publicDefaults,
        ...(own.role?.defaults ?? []),
        ...this.context.inventory.layersOf(host, this.folder),
        ...this.layers,
        ...this.publicVars,
        ...own.layers,
      ],
      above: [...own.params, ...this.context.extraVars],
    };
  }

  scope(host: string, dynamic: Dynamic, own: Surroundings): Scope {
    const magic = magicOf(host, {
      inventory: this.context.inventory,
      folder: this.folder,
      playName: this.playName,
      ...(own.role !== undefined && { role: own.role }),
      scopeOf: (other) => this.#scopeOfOther(other === host ? dynamic : undefined, other),
    });
    return createScope({ ...this.layersFor(host, own), dynamic, magic });
  }

  local(scope: Scope, role: RoleContext | undefined, source: Source): Local {
    return new LocalFiles([...(role === undefined ? [] : [role.folder]), this.folder, dirname(source.file)], scope);
  }

  #scopeOfOther(dynamic: Dynamic | undefined, host: string): Scope {
    const inventory = this.context.inventory.layersOf(host, this.folder);
    const below = [...inventory, ...this.layers];
    const magic = magicOf(host, { inventory: this.context.inventory, folder: this.folder, playName: this.playName });
    return createScope({ below, above: this.context.extraVars, dynamic: dynamic ?? nothingRead(host), magic });
  }
}

/** The own variables of a host that nobody has asked yet. */
export function nothingRead(host: string): Dynamic {
  return { lookup: () => undefined, names: () => [], facts: factsOfOther(host), magic: {} };
}

function factsOfOther(host: string): Readonly<Record<string, unknown>> {
  return new Proxy(
    {},
    {
      get: (_target, name) => {
        if (typeof name !== "string") return undefined;
        throw new Error(`the facts of ${host} are not in reach from another host yet`);
      },
    },
  );
}
