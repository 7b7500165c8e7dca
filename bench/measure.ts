import { spawn } from "node:child_process";
import { Readable } from "node:stream";

/** One program to time. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
}

export interface Timed {
  readonly ms: number;
  /** What the program and those that it waited for took of this machine's cores, not what the hosts took. */
  readonly cpuMs: number;
  readonly stdout: string;
}

/** The shell writes two lines, its own processor time and its children's: `0m0.00s 0m0.00s`, user and system. */
const withTimes = '"$0" "$@"; code=$?; times >&3; exit $code';

/** Runs a program with nothing on its input; one that fails ends the benchmark, for its time would mean nothing. */
export async function timed({ argv: [program, ...args], env }: Command): Promise<Timed> {
  const start = performance.now();
  const child = spawn("sh", ["-c", withTimes, program, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const out = chunksOf(child.stdio[1]);
  const err = chunksOf(child.stdio[2]);
  const times = chunksOf(child.stdio[3]);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const ms = performance.now() - start;
  const cpuMs = childrenMs(Buffer.concat(times).toString());
  if (code === 0) return { ms, cpuMs, stdout: Buffer.concat(out).toString() };
  const tail = Buffer.concat([...out, ...err])
    .toString()
    .trimEnd()
    .slice(-3000);
  throw new Error(`bench: ${program} ${args.join(" ")} ended with ${code ?? "a signal"}\n${tail}`);
}

/** Fills while the program runs. */
function chunksOf(stream: unknown): Buffer[] {
  const chunks: Buffer[] = [];
  if (stream instanceof Readable) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

function childrenMs(times: string): number {
  const parts = [...(times.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0);
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Runs by contender, in the order in which they were first measured. */
export class Samples {
  private readonly runs = new Map<string, Timed[]>();

  add(name: string, run: Timed): void {
    this.runs.set(name, [...this.of(name), run]);
    process.stderr.write(`  ${name}: ${(run.ms / 1000).toFixed(2)} s\n`);
  }

  of(name: string): readonly Timed[] {
    return this.runs.get(name) ?? [];
  }

  get names(): readonly string[] {
    return [...this.runs.keys()];
  }
}
