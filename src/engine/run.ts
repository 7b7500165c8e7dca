import pLimit from "p-limit";
import type { Emit, HostCounters, Mode, Recap } from "../contract/event.js";
import type { FactSource } from "../contract/module.js";
import type { Play } from "../contract/play.js";
import type { Connection } from "../contract/transport.js";
import { Host } from "./host.js";
import { HostPlay } from "./host-play.js";

export interface RunDeps {
  readonly mode: Mode;
  readonly title: string;
  /** Scripts under way at the same time, over all hosts. */
  readonly forks: number;
  readonly speculate: boolean;
  readonly emit: Emit;
  /** Logs in to a host of the inventory, as a play wants it. */
  readonly connect: (host: string, play: Play) => Promise<Connection>;
  /** Equal for two plays that can share a connection. Absent: all can. */
  readonly loginKey?: (host: string, play: Play) => string;
  readonly factSources: readonly FactSource[];
  /** Ctrl-C: nothing new is started; the step under way ends or is reported as unknown. */
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly recap: Readonly<Record<string, Readonly<Recap>>>;
  readonly counters: Readonly<Record<string, HostCounters>>;
  readonly failed: boolean;
  readonly unreachable: boolean;
  /** Changes made, or (in a dry run) changes and unknowns found. */
  readonly changed: boolean;
  readonly interrupted: boolean;
}

/** Runs plays in order, each on all its hosts at once. Rejects only on a defect of fettle. */
export async function run(plays: readonly Play[], deps: RunDeps): Promise<RunResult> {
  const start = Date.now();
  const names = [...new Set(plays.flatMap((play) => play.hosts))];
  const limit = pLimit(deps.forks);
  const hosts = new Map(names.map((name) => [name, makeHost(name, deps, limit)]));
  deps.emit({ type: "runStarted", mode: deps.mode, title: deps.title, hosts: names });
  try {
    for (const play of plays) await runPlay(play, hosts, deps);
    return await summary([...hosts.values()], deps, start);
  } finally {
    await Promise.all([...hosts.values()].map((host) => host.close()));
  }
}

function makeHost(name: string, deps: RunDeps, limit: ReturnType<typeof pLimit>): Host {
  const { mode, emit, connect, signal, factSources } = deps;
  return new Host(name, { mode, emit, connect, signal, factSources, fork: (work) => limit(work) });
}

async function runPlay(play: Play, hosts: ReadonlyMap<string, Host>, deps: RunDeps): Promise<void> {
  const members = play.hosts.map((name) => hosts.get(name)).filter((host) => host !== undefined);
  const up = members.filter((host) => host.down === undefined);
  if (deps.signal.aborted) return;
  const tasks = play.sections.flatMap((section) => section.tasks);
  // A task that only steers the run has no verdict, so it would be missing from the count of those that are settled.
  const taskCount = tasks.filter(({ module }) => module.name !== "meta").length;
  deps.emit({ type: "playStarted", play: play.name, hosts: up.map((host) => host.name), taskCount });
  const magic = {
    ansible_check_mode: deps.mode === "plan",
    ansible_play_hosts: up.map((host) => host.name),
    play_hosts: up.map((host) => host.name),
  };
  await Promise.all(up.map((host) => host.enter(play, deps.loginKey?.(host.name, play))));
  const touchesHosts = tasks.some((task) => task.module.class !== "control");
  if (touchesHosts) for (const host of up) void host.connect();
  await Promise.all(up.map((host) => new HostPlay(host, play, { speculate: deps.speculate, magic }).run()));
  deps.emit({ type: "playEnded", play: play.name });
}

async function summary(hosts: readonly Host[], deps: RunDeps, start: number): Promise<RunResult> {
  const recap: Record<string, Recap> = {};
  const counters: Record<string, HostCounters> = {};
  for (const host of hosts) {
    recap[host.name] = host.recap;
    counters[host.name] = await host.counters();
    deps.emit({ type: "hostDone", host: host.name, recap: host.recap, counters: await host.counters() });
  }
  const interrupted = deps.signal.aborted;
  deps.emit({ type: "runEnded", mode: deps.mode, recap, counters, ms: Date.now() - start, interrupted });
  return {
    recap,
    counters,
    failed: hosts.some((host) => host.down === "failed"),
    unreachable: hosts.some((host) => host.down === "unreachable"),
    changed: hosts.some((host) => host.changes),
    interrupted,
  };
}
