import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Change } from "../contract/change.js";
import { FettleError, hostError, inputError } from "../contract/error.js";
import { JOB_FOLDER, JOB_STATE, type JobState, jobState } from "../contract/job.js";
import type { ExecStep, StepResult } from "../contract/step.js";
import { succeeded } from "../contract/step.js";
import type { LaneKey } from "../contract/transport.js";
import type { Host } from "./host.js";

/** How a task runs apart from the link. */
export interface JobSettings {
  /** Longer it may not take: the host itself ends it then. */
  readonly seconds: number;
  /** How often it is asked after; 0: nobody waits for it. */
  readonly pollMs: number;
}

/**
 * In the background on the host: its words are those of the command, its input what stands in `in`. The command has a
 * session of its own, which is ended as a whole when its time is up (see the lane's own time limit, prologue.ts).
 */
const RUN = `d=$1 s=$2 u=$3; shift 3
trap '' HUP
echo "$$" >"$d/pid"
( umask "$u"; exec setsid "$@" <"$d/in" >"$d/out" 2>"$d/err" ) & p=$!
setsid sh -c 'sleep "$0"; trap "" TERM; kill -TERM "-$1"; ( sleep 5; kill -KILL "-$1" ) & exit 0' "$s" "$p" & w=$!
wait "$p"; r=$?
kill -TERM "-$w" 2>/dev/null || kill -TERM "$w" 2>/dev/null
if wait "$w" 2>/dev/null; then kill -KILL "-$w" 2>/dev/null; kill -KILL "-$p" 2>/dev/null; r="late $r"; fi
echo "$r" >"$d/rc.new"; mv -f -- "$d/rc.new" "$d/rc"`;

/** The folder is the user's alone; it says where it is. */
const START = `run=$1 j=$2 s=$3; shift 3
${JOB_FOLDER}
u=$(umask); umask 077
mkdir -p -- "\${d%/*}" && mkdir -- "$d" && cat >"$d/in" || exit 1
setsid sh -c "$run" "$0" "$d" "$s" "$u" "$@" </dev/null >/dev/null 2>&1 &
echo "$d"`;

const STATE = `j=$1
${JOB_FOLDER}
${JOB_STATE}`;

/** What the command has printed and how it has ended, as if it had been asked at once. */
const COLLECT = `j=$1
${JOB_FOLDER}
cat -- "$d/out"; cat -- "$d/err" >&2; r=$(cat -- "$d/rc"); rm -rf -- "$d"; exit "\${r##* }"`;

/** Before the first look: most jobs that end soon end at once. */
const FIRST_LOOK_MS = 500;

/** Runs a step as a job. With `pollMs` 0 the result is that of the start, else that of the command. */
export async function runAsJob(host: Host, lane: LaneKey, step: ExecStep, job: JobSettings): Promise<StepResult> {
  const id = `j${randomInt(1e11, 1e12)}.${process.pid}`;
  const argv = ["sh", "-c", START, "fettle-job", RUN, id, String(job.seconds), ...step.argv];
  const started = await send(host, lane, { ...step, argv, okExitCodes: [0], silent: true });
  if (!succeeded(started) || started.outcome.kind === "guarded" || job.pollMs === 0) return started;
  const state = await ended(host, lane, id, job);
  const collect = { do: "exec", argv: ["sh", "-c", COLLECT, "fettle-job", id] } as const;
  const okExitCodes = step.okExitCodes ?? [0];
  const result = await send(host, lane, { ...collect, okExitCodes });
  return state.late ? { ...result, outcome: { kind: "timedOut", afterMs: job.seconds * 1000 } } : result;
}

/** The folder that a job was started in, and its id. */
export function startedJob({ stdout }: StepResult): { readonly id: string; readonly folder: string } {
  const folder = stdout.bytes.toString("utf8").trim();
  return { id: folder.slice(folder.lastIndexOf("/") + 1), folder };
}

/** Asks until it has ended. A link that is lost meanwhile is made anew. */
async function ended(host: Host, lane: LaneKey, id: string, job: JobSettings): Promise<JobState & { kind: "done" }> {
  // The host ends it; what is given beyond that is for the way to it.
  const lastMs = Date.now() + job.seconds * 1000 + Math.max(job.pollMs, 30_000);
  for (let waitMs = Math.min(FIRST_LOOK_MS, job.pollMs); ; waitMs = job.pollMs) {
    await sleep(waitMs, undefined, { signal: host.deps.signal }).catch(() => undefined);
    if (host.deps.signal.aborted) throw leftRunning(host, id);
    const state = await ask(host, lane, id, lastMs);
    if (state?.kind === "done") return state;
    if (state?.kind === "absent" || state?.kind === "gone")
      throw hostError(`the job ${id} has ended without a word`, {
        remedy: "was the host started anew, or the job killed?",
      });
    if (Date.now() > lastMs) throw hostError(`the job ${id} has not ended after ${job.seconds} s`);
  }
}

/** undefined: the host does not answer, and there is time left. */
async function ask(host: Host, lane: LaneKey, id: string, lastMs: number): Promise<JobState | undefined> {
  try {
    const argv = ["sh", "-c", STATE, "fettle-job", id];
    const { stdout } = await send(host, lane, { do: "exec", argv, silent: true });
    return jobState(stdout.bytes.toString("utf8"));
  } catch (error) {
    if (!(error instanceof FettleError) || error.kind !== "unreachable" || Date.now() > lastMs) throw error;
    await host.reconnect();
    return undefined;
  }
}

function leftRunning(host: Host, id: string): FettleError {
  host.deps.emit({ type: "warning", host: host.name, text: `the job ${id} goes on` });
  return new FettleError({ kind: "interrupted", cause: `the job ${id} goes on` });
}

async function send(host: Host, lane: LaneKey, step: ExecStep): Promise<StepResult> {
  const script = [{ onFailure: "stop" as const, items: [{ steps: [step] }] }];
  const { results, lost } = await host.waves.hold(() => host.send(lane, script));
  if (lost !== undefined) throw lost;
  const result = results[0]?.[0]?.[0];
  if (result === undefined) throw new Error("a step has no result");
  return result;
}

/** A job that nobody waits for is one command: what would come behind it cannot be sent. undefined: it is. */
export function whyNoJob(changes: readonly Change[]): FettleError | undefined {
  const steps = changes.flatMap((change) => change.steps);
  if (steps.length <= 1 && steps.every((step) => step.do === "exec")) return undefined;
  return inputError("poll: 0 is for a task that is one command: this one is not", { remedy: "leave poll out" });
}
