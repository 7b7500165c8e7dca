import type { Emit, HostCounters, Mode, Recap, TaskRef } from "../contract/event.js";
import type { FactSource } from "../contract/module.js";
import type { Play } from "../contract/play.js";
import type { Connection } from "../contract/transport.js";
import { Company } from "./company.js";
import type { Host, LoginLimits, RunInventory } from "./host.js";
import { HostPlay } from "./host-play.js";
import { PlayHosts } from "./play-hosts.js";
import { goesInLockstep, tranchesOf } from "./rolling.js";
import { Tranche } from "./tranche.js";

/** Whether a task is to be done: asked once for all hosts, in the order of the tasks. */
export type Confirm = (task: TaskRef) => Promise<boolean>;

export interface RunDeps {
  /** `--step`. Absent: all are done. With it hosts go in lockstep. */
  readonly confirm?: Confirm;
  readonly mode: Mode;
  readonly title: string;
  /** Scripts under way at the same time, over all hosts. */
  readonly forks: number;
  readonly speculate: boolean;
  readonly emit: Emit;
  /** Logs in to a host of the inventory, as a play wants it. */
  readonly connect: (host: string, play: Play, limits: LoginLimits) => Promise<Connection>;
  /** Equal for two plays that can share a connection. Absent: all can. */
  readonly loginKey?: (host: string, play: Play) => string;
  readonly factSources: readonly FactSource[];
  /** Those that words of gather_subset mean. Absent: all, whatever they are. */
  readonly factSubset?: (words: readonly string[]) => readonly FactSource[];
  /** Absent: nothing can be added to the inventory. */
  readonly inventory?: RunInventory;
  /** A parameter's value that is never to be shown, told before anything is done with it. */
  readonly keepSecret?: (value: string) => void;
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
  const names = [...new Set(plays.flatMap((play) => play.hostsNow?.() ?? play.hosts))];
  const company = new Company(deps);
  for (const name of names) company.member(name);
  deps.emit({ type: "runStarted", mode: deps.mode, title: deps.title, hosts: names });
  try {
    await runAll(plays, company, deps);
    return await summary(company.members, deps, start);
  } finally {
    await company.close();
  }
}

/** As in Ansible: a playbook with failures is the last one that is run. */
async function runAll(plays: readonly Play[], company: Company, deps: RunDeps): Promise<void> {
  let playbook: number | undefined;
  for (const play of plays) {
    const isNext = playbook !== undefined && play.playbook !== playbook;
    if (isNext && company.members.some((host) => host.down !== undefined)) return;
    playbook = play.playbook;
    if (!(await runPlay(play, company, deps))) return;
  }
}

/** False: the plays behind it are not to be run. */
async function runPlay(written: Play, company: Company, deps: RunDeps): Promise<boolean> {
  const now = written.hostsNow?.() ?? written.hosts;
  // Who logs in knows plays by their identity.
  const play = now === written.hosts ? written : { ...written, hosts: now };
  const members = play.hosts.map((name) => company.member(name));
  checkAdded(members, written, deps);
  const up = members.filter((host) => host.down === undefined);
  if (deps.signal.aborted) return false;
  const tasks = play.sections.flatMap((section) => section.tasks);
  // A task that only steers the run has no verdict, so it would be missing from the count of those that are settled.
  const taskCount = tasks.filter(({ module }) => module.name !== "meta").length;
  deps.emit({ type: "playStarted", play: play.name, hosts: up.map((host) => host.name), taskCount });
  const lockstep = goesInLockstep(play) || deps.confirm !== undefined;
  const playHosts = new PlayHosts(up);
  let goesOn = true;
  for (const members of tranchesOf(play.rolling, up)) {
    const tranche = new Tranche(
      members.map(({ name }) => name),
      { lockstep, maxFailPercentage: play.rolling.maxFailPercentage, confirm: deps.confirm },
    );
    await runTranche(play, tranche, members, playHosts, deps);
    if (tranche.endsPlay) break;
    goesOn =
      !tranche.isOver && !tranche.isFailed && members.some((host) => host.down === undefined) && !deps.signal.aborted;
    if (!goesOn) break;
  }
  deps.emit({ type: "playEnded", play: play.name });
  return goesOn || up.length === 0;
}

/** The inputs of roles on hosts that came while the run was on its way: a host whose inputs are wrong is left out. */
function checkAdded(members: readonly Host[], { hosts, roleInputs }: Play, deps: RunDeps): void {
  for (const host of members) {
    if (hosts.includes(host.name) || host.down !== undefined) continue;
    const dynamic = { lookup: () => undefined, names: () => [], facts: {}, magic: {} };
    const [error] = roleInputs.flatMap((inputs) => inputs.check(host.name, dynamic, true));
    if (error === undefined) continue;
    deps.emit({ type: "warning", host: host.name, text: `it is left out: ${error.message}` });
    host.recap.failed++;
    host.down = "failed";
  }
}

async function runTranche(
  play: Play,
  tranche: Tranche,
  members: readonly Host[],
  playHosts: PlayHosts,
  deps: RunDeps,
): Promise<void> {
  await Promise.all(members.map((host) => host.enter(play, deps.loginKey?.(host.name, play))));
  const touchesHosts = play.sections.some((section) => section.tasks.some((task) => task.module.class !== "control"));
  if (touchesHosts) for (const host of members) void host.connect();
  const options = { speculate: deps.speculate, playHosts, tranche };
  await Promise.all(
    members.map((host) => new HostPlay(host, play, options).run().finally(() => tranche.leave(host.name))),
  );
  for (const { variables } of members) variables.fold();
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
