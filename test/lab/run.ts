import { spawn } from "node:child_process";

/** How a program ended. `code` is 128 + the signal's number when a signal ended it, as a shell reports it. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Absent: ten minutes. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program to its end; a failure is a value here. Rejects when it does not end in time: something that hangs must
 * not keep a test run alive for ever.
 */
export function attempt(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error("lab: nothing to run");
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: options.env ?? process.env, stdio: ["pipe", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    // A program may end before it read its input; what it says about that is in its status.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    child.on("error", reject);
    const timeoutMs = options.timeoutMs ?? 600_000;
    const hung = setTimeout(() => {
      child.kill("SIGKILL");
      for (const stream of [child.stdout, child.stderr]) stream.destroy(); // somebody else may hold the other end
      reject(new Error(`lab: ${argv.join(" ")} did not end within ${timeoutMs / 1000} s`));
    }, timeoutMs).unref();
    child.on("close", (code) => {
      clearTimeout(hung);
      const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString("utf8");
      resolve({ code: code ?? 137, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

/** Runs a program that must succeed and gives its standard output. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(argv, options);
  if (code === 0) return stdout;
  throw new Error(`lab: ${argv.join(" ")} ended with ${code}\n${(stderr || stdout).trimEnd().slice(-2000)}`);
}

export function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** Asks again and again until the answer is yes. */
export async function until(what: string, timeoutMs: number, ask: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`lab: ${what}: not within ${timeoutMs / 1000} s`);
    await sleep(50);
  }
}

/** Tells the person at the terminal about slow work; results go to standard output instead. */
export function say(line: string): void {
  process.stderr.write(`lab: ${line}\n`);
}
