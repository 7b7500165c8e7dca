import { NotYet } from "../contract/play.js";
import type { Lookups } from "./dynamic.js";
import type { Host } from "./host.js";
import type { Need } from "./needs.js";
import { compare, type Position } from "./position.js";
import type { VariableRecord } from "./slot.js";

/** Which hosts of a play have not dropped out of it, as each of its tasks sees it (ansible_play_hosts and the like). */
export class PlayHosts {
  readonly #hosts: readonly Host[];
  readonly #left = new Map<string, Position>();
  /** Equal lists are the same record: an attempt that saw one need not be thrown away. */
  readonly #records = new Map<string, VariableRecord>();

  /** Those that have not failed before it. */
  constructor(hosts: readonly Host[]) {
    this.#hosts = hosts;
  }

  /** The host has failed in this task, or ended the play for itself. */
  leave(name: string, at: Position): void {
    this.#left.set(name, at);
  }

  /** What a host at `position` sees: it waits for the others of its `tranche`, which may still drop out before that. */
  magic(
    asking: string,
    tranche: readonly string[],
    position: Position,
    lookups: Lookups,
  ): Readonly<Record<string, unknown>> {
    const list = (name: string, of: readonly string[]): unknown => {
      const look = (): VariableRecord => {
        this.#wait(name, asking, tranche, position);
        return this.#recordOf(of.filter((host) => !this.#hasLeft(host, position)));
      };
      const record = look();
      lookups.note(record, look);
      return record.value;
    };
    const all = this.#hosts.map((host) => host.name);
    return {
      get ansible_play_hosts() {
        return list("ansible_play_hosts", all);
      },
      get ansible_play_batch() {
        return list("ansible_play_batch", tranche);
      },
      get play_hosts() {
        return list("play_hosts", tranche);
      },
    };
  }

  /** Throws NotYet while others may still drop out before this position. */
  #wait(name: string, asking: string, tranche: readonly string[], position: Position): void {
    for (const { name: host, variables } of this.#hosts) {
      if (host === asking || !tranche.includes(host) || variables.isFinalBefore(position)) continue;
      throw new NotYet({ kind: "variable", name, host } satisfies Need);
    }
  }

  #hasLeft(host: string, position: Position): boolean {
    const at = this.#left.get(host);
    return at !== undefined && compare(at, position) < 0;
  }

  #recordOf(names: readonly string[]): VariableRecord {
    const key = names.join("\0");
    const record = this.#records.get(key) ?? { value: Object.freeze([...names]), assuming: [] };
    this.#records.set(key, record);
    return record;
  }
}
