import { spawn } from "node:child_process";

/** One program to time. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
}

export interface Timed {
  readonly ms: number;
  readonly stdout: string;
}

/** Runs a program with nothing on its input; one that fails ends the benchmark, for its time would mean nothing. */
export async function timed({ argv: [program, ...args], env }: Command): Promise<Timed> {
  const start = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const out: Buffer[] = [];
  const all: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk) && all.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => all.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const ms = performance.now() - start;
  if (code === 0) return { ms, stdout: Buffer.concat(out).toString() };
  const tail = Buffer.concat(all).toString().trimEnd().slice(-3000);
  throw new Error(`bench: ${program} ${args.join(" ")} ended with ${code ?? "a signal"}\n${tail}`);
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Times by contender, in the order in which they were first measured. */
export class Samples {
  private readonly times = new Map<string, number[]>();

  add(name: string, ms: number): void {
    const known = this.times.get(name) ?? [];
    known.push(ms);
    this.times.set(name, known);
    process.stderr.write(`  ${name}: ${(ms / 1000).toFixed(2)} s\n`);
  }

  of(name: string): readonly number[] {
    return this.times.get(name) ?? [];
  }

  get names(): readonly string[] {
    return [...this.times.keys()];
  }
}
