import { ansible, closeSockets, type Counters, countersOf, fettle, mustBeConverged, script } from "./contenders.js";
import { type Command, Samples, type Timed, timed } from "./measure.js";
import { makeBare, type Site, type WorkloadName, workloads } from "./site.js";

export interface Figures {
  readonly first: Samples;
  readonly converged: Readonly<Record<WorkloadName, Samples>>;
  /** The most that any host needed, from fettle's own events. */
  readonly counters: Readonly<Record<string, Counters>>;
}

export interface Limits {
  readonly quick: boolean;
  /** Ansible's runs, which take minutes, are dropped when they would end after this; as `performance.now()` counts. */
  readonly endMs: number;
}

/** All contenders take turns, so that whatever else the machine does hits them alike. */
export async function measure(site: Site, limits: Limits): Promise<Figures> {
  const first = new Samples();
  const converged = { web41: new Samples(), mix41: new Samples() };
  const counters: Record<string, Counters> = {};
  const rounds = limits.quick ? 1 : 3;

  await firstRound(site, limits, first, counters);
  await warmUp(site);
  await convergedRounds(site, limits, converged, counters);
  for (let round = 2; round <= rounds; round += 1) await firstRound(site, limits, first, counters);
  return { first, converged, counters };
}

async function firstRound(site: Site, limits: Limits, samples: Samples, counters: Counted): Promise<void> {
  say("first runs of web41, each from bare hosts");
  const contenders: [string, Command][] = [
    ["plain script", script(site, "install-web41")],
    ["fettle apply", fettle(site, "apply", "web41", "json")],
  ];
  if (!limits.quick && hasTime(limits, samples.of("Ansible"))) contenders.push(["Ansible", ansible(site, "web41")]);
  for (const [name, command] of contenders) {
    await closeSockets(site);
    await makeBare(site);
    const run = await timed(command);
    samples.add(name, run);
    if (name === "fettle apply") counters["web41, first run, apply"] = countersOf(run);
    // Whoever did it, the result must be the same.
    await timed(script(site, "check-web41"));
  }
}

type Counted = Record<string, Counters>;

/** Brings the hosts to what both workloads want, opens Ansible's connections and fills all caches. */
async function warmUp(site: Site): Promise<void> {
  for (const workload of workloads) {
    await timed(fettle(site, "apply", workload));
    await timed(script(site, `check-${workload}`));
  }
  // The second workload must have left the first as it was, since both are measured on the same hosts.
  await timed(script(site, "check-web41"));
}

async function convergedRounds(
  site: Site,
  limits: Limits,
  samples: Figures["converged"],
  counters: Counted,
): Promise<void> {
  const rounds = limits.quick ? 3 : 5;
  // The last two rounds of first runs need time too.
  const slow = { ...limits, endMs: limits.endMs - (limits.quick ? 0 : reserveMs(limits)) };
  for (let round = 1; round <= rounds; round += 1) {
    say(`converged, round ${round} of ${rounds}`);
    for (const workload of workloads) {
      const taken = samples[workload];
      await quickTurns(site, workload, taken);
      if (round <= (limits.quick ? 1 : rounds) && hasTime(slow, taken.of("Ansible"))) {
        const run = await timed(ansible(site, workload));
        mustBeConverged(run);
        taken.add("Ansible", run);
        await quickTurns(site, workload, taken);
      }
    }
  }
  for (const workload of workloads)
    for (const mode of ["apply", "plan"] as const)
      counters[`${workload}, converged, ${mode}`] = countersOf(await timed(fettle(site, mode, workload, "json")));
}

/** The fast ones go before and after Ansible. */
async function quickTurns(site: Site, workload: WorkloadName, samples: Samples): Promise<void> {
  samples.add("logins only", await timed(script(site, "logins")));
  samples.add("floor", await timed(script(site, `check-${workload}`)));
  for (const mode of ["apply", "plan"] as const) {
    const run = await timed(fettle(site, mode, workload));
    mustBeConverged(run);
    samples.add(`fettle ${mode}`, run);
  }
}

function reserveMs({ endMs }: Limits): number {
  return Math.max(0, endMs - performance.now()) * 0.4;
}

/** Whether another run as long as the longest so far would still end in time. */
function hasTime({ endMs }: Limits, before: readonly Timed[]): boolean {
  return performance.now() + Math.max(0, ...before.map(({ ms }) => ms)) < endMs;
}

function say(what: string): void {
  process.stderr.write(`bench: ${what}\n`);
}
