import pLimit from "p-limit";
import type { Play } from "../contract/play.js";
import { Coming } from "./coming.js";
import { Host } from "./host.js";
import { News } from "./news.js";
import type { RunDeps } from "./run.js";

/** All hosts of a run: those of its plays, and those to which tasks are delegated. */
export class Company {
  readonly #hosts = new Map<string, Host>();
  readonly #members = new Set<Host>();
  readonly #deps: RunDeps;
  readonly #forks;
  readonly #news = new News();
  readonly #coming = new Coming();
  readonly #delegations = pLimit(1);

  constructor(deps: RunDeps) {
    this.#deps = deps;
    this.#forks = pLimit(deps.forks);
  }

  /** The hosts of plays. */
  get members(): readonly Host[] {
    return [...this.#members];
  }

  /** A host of a play. */
  member(name: string): Host {
    const host = this.#hosts.get(name) ?? this.#add(name);
    this.#members.add(host);
    return host;
  }

  #add(name: string): Host {
    const { mode, emit, connect, signal, factSources, factSubset, inventory, keepSecret } = this.#deps;
    const host = new Host(name, {
      ...{ mode, emit, connect, signal, factSources },
      ...(inventory !== undefined && { inventory }),
      ...(keepSecret !== undefined && { keepSecret }),
      ...(factSubset !== undefined && { factSubset }),
      fork: (work) => this.#forks(work),
      delegate: (work) => this.#delegations(work),
      known: (other) => this.#hosts.get(other),
      news: this.#news,
      coming: this.#coming,
      hostOf: (other, play) => this.#other(other, play),
    });
    this.#hosts.set(name, host);
    return host;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((host) => host.close()));
  }

  /** One that no play has had so far logs in as this one wants it. */
  #other(name: string, play: Play): Host {
    const host = this.#hosts.get(name) ?? this.#add(name);
    if (!host.isEntered) void host.enter(play, this.#deps.loginKey?.(name, play));
    return host;
  }
}
