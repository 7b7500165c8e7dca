import { readFile } from "node:fs/promises";
import type { Event } from "../../src/contract/event.js";
import type { LabHost } from "../lab/index.js";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "./cli.js";
import { snapshot } from "./snapshot.js";

/**
 * A playbook whose dry run is held against its apply. Comments at its top say more:
 * `# kinds: bookworm trixie` – where it can run (absent: everywhere);
 * `# before: COMMAND` – run on each host first;
 * `# acts` – it has commands that run every time: a second apply may change something.
 */
export interface VerdictCase {
  readonly path: string;
  readonly kinds: readonly string[] | undefined;
  readonly before: readonly string[];
  readonly acts: boolean;
}

export async function readVerdictCase(path: string): Promise<VerdictCase> {
  const notes = (await readFile(path, "utf8")).split("\n").filter((line) => line.startsWith("# "));
  const after = (word: string): string[] =>
    notes.filter((line) => line.startsWith(`# ${word}: `)).map((line) => line.slice(word.length + 4));
  return {
    path,
    kinds: after("kinds")[0]?.split(" "),
    before: after("before"),
    acts: notes.includes("# acts"),
  };
}

/** What is wrong with the case, in words; nothing when all is well. */
export async function checkVerdicts(
  given: VerdictCase,
  inventory: string,
  hosts: readonly LabHost[],
): Promise<readonly string[]> {
  const mine = hosts.filter(({ kind }) => given.kinds === undefined || given.kinds.includes(kind));
  if (mine.length === 0) return [];
  const args = ["-i", inventory, "--limit", mine.map(({ name }) => name).join(","), given.path];
  await Promise.all(mine.map(async (host) => host.exec(["sudo -n true", ...given.before].join("; "))));
  const problems = await checkRuns(args, mine, given.acts);
  if (given.acts) return problems;
  const detailed = await fettle("plan", "--detailed-exitcode", ...args);
  return detailed.status === 0
    ? problems
    : [...problems, `plan --detailed-exitcode: ${detailed.status}\n${detailed.stdout}`];
}

/**
 * Plans, applies and applies again; what is wrong, in words. `hosts`: those that the plan must leave as they are. `acts`:
 * a second apply may change something.
 */
export async function checkRuns(
  args: readonly string[],
  hosts: readonly LabHost[],
  acts = false,
): Promise<readonly string[]> {
  const old = await Promise.all(hosts.map(snapshot));
  const plan = await fettle("plan", ...args, "--output", "json");
  const now = await Promise.all(hosts.map(snapshot));
  const apply = await fettle("apply", ...args, "--output", "json");
  const again = await fettle("apply", ...args, "--output", "json");
  return [
    ...now.flatMap((text, i) =>
      differences(old[i] ?? "", text).map((line) => `plan changed ${hosts[i]?.name}: ${line}`),
    ),
    ...failures("plan", plan),
    ...failures("apply", apply),
    ...wrongVerdicts(plan.events, apply.events).map((text) => `wrong: ${text}`),
    ...unplanned(plan.events, apply.events),
    ...withoutReason(plan.events),
    ...notIdempotent(apply.events),
    ...failures("second apply", again),
    ...(acts ? [] : changedAgain(again.events)),
  ];
}

function failures(what: string, run: CliRun): readonly string[] {
  return run.status === 0 ? [] : [`${what} ended with ${run.status}: ${problems(run.events)}${run.stderr}`];
}

function problems(events: readonly Event[]): string {
  const settled = events.filter((event) => event.type === "taskSettled" && event.status === "failed");
  return settled.map((event) => JSON.stringify(event)).join("\n");
}

/** What the apply changed and the plan does not mention, where nothing unknown could have led to it. */
function unplanned(plan: readonly Event[], apply: readonly Event[]): readonly string[] {
  const planned = verdictsOf(plan);
  if ([...planned.values()].includes("unknown")) return [];
  const real = [...verdictsOf(apply)].filter(([name, status]) => status !== "skipped" && !planned.has(name));
  return real.map(([name, status]) => `wrong: ${name}: not planned, was ${status}`);
}

/** Under no_log reasons are hidden. */
function withoutReason(plan: readonly Event[]): readonly string[] {
  const settled = plan.filter((event) => event.type === "taskSettled").filter(({ noLog }) => !noLog);
  return settled.flatMap(({ host, task, items }) =>
    items
      .filter(({ status, unknown }) => status === "unknown" && (unknown?.because ?? "") === "")
      .map(() => `unknown without a reason: ${host} ${task.name}`),
  );
}

function notIdempotent(events: readonly Event[]): readonly string[] {
  const told = events.filter((event) => event.type === "notIdempotent");
  return told.map(({ host, task, changes }) => `not idempotent: ${host} ${task.name}: ${JSON.stringify(changes)}`);
}

function changedAgain(events: readonly Event[]): readonly string[] {
  const changed = [...verdictsOf(events)].filter(([, status]) => status !== "ok" && status !== "skipped");
  return changed.map(([name, status]) => `second apply: ${name}: ${status}`);
}

/** Lines that only one of two texts has. */
function differences(before: string, after: string): readonly string[] {
  const [old, now] = [new Set(before.split("\n")), new Set(after.split("\n"))];
  return [
    ...[...old].filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...[...now].filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}
