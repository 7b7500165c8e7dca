import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Event } from "../../src/contract/event.js";
import { until } from "../lab/run.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface CliRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** With `--output json`. */
  readonly events: readonly Event[];
}

/** Runs the command line as a user would, in the project's folder, without a terminal. */
export async function fettle(...args: readonly string[]): Promise<CliRun> {
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code) => resolve(code ?? 130));
    }),
  ]);
  return { status, stdout, stderr, events: args.includes("json") ? eventsOf(stdout) : [] };
}

/** The same, killed as soon as `when` has come. */
export async function fettleKilledWhen(when: () => Promise<boolean>, ...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...args], {
    cwd: root,
    stdio: "ignore",
  });
  const ended = new Promise((done) => child.on("exit", done));
  await until("the moment to kill it", 150_000, when).finally(() => child.kill("SIGKILL"));
  await ended;
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function eventsOf(stdout: string): readonly Event[] {
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Event);
}

type Settled = Extract<Event, { type: "taskSettled" }>;

/** The verdicts of a run: `host task item` → status. */
export function verdictsOf(events: readonly Event[]): ReadonlyMap<string, string> {
  const settled = events.filter((event): event is Settled => event.type === "taskSettled");
  return new Map(
    settled.flatMap(({ host, task, items, status }) => {
      const name = `${host} ${task.id} ${task.name}${task.handler === true ? " (handler)" : ""}`;
      const ofItems = items.map(
        (item, i) => [item.label === undefined ? name : `${name} [${i}] ${item.label}`, item.status] as const,
      );
      return ofItems.length === 0 ? [[name, status] as const] : ofItems;
    }),
  );
}

/** Verdicts of a dry run that the apply did not keep. An unknown may come out either way. */
export function wrongVerdicts(plan: readonly Event[], apply: readonly Event[]): readonly string[] {
  const done = verdictsOf(apply);
  return [...verdictsOf(plan)].flatMap(([name, planned]) => {
    const real = done.get(name);
    if (planned === "unknown" || planned === real) return [];
    return [`${name}: planned ${planned}, was ${real ?? "not run"}`];
  });
}
