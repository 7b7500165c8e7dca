import type { Content, ExecStep, Group, Item, StepResult, WireStep } from "../../src/contract/step.js";
import type { Connection, OutputChunk, RunOptions, Target } from "../../src/contract/transport.js";

/** A host to try a transport on. */
export interface Bench {
  readonly connection: Connection;
  /** For a connection beside the first, also from another process. */
  readonly target: Target;
  /** A folder on the host that the login user may write to. */
  readonly folder: string;
  /** Runs a shell command there as root or the login user, past the transport; gives its standard output. */
  outside(command: string): Promise<string>;
  /** Breaks the link as a fault of the network does. Absent: there is no link to break. */
  cut?(): Promise<void>;
  close(): Promise<void>;
}

/** What of the suite fits a transport. */
export interface Limits {
  /** How much output the test of endless output prints. */
  readonly floodBytes: number;
}

export type BenchOf = () => Bench;

/** The login user's own lane. */
export const LANE = {};

export function sh(command: string, more: Partial<ExecStep> = {}): ExecStep {
  return { do: "exec", argv: ["sh", "-c", command], ...more };
}

export function bytes(content: string | Uint8Array): Content {
  return { kind: "bytes", bytes: typeof content === "string" ? Buffer.from(content) : content };
}

export function group(items: readonly (readonly WireStep[])[], onFailure: Group["onFailure"] = "stop"): Group {
  return { onFailure, items: items.map((steps): Item => ({ steps })) };
}

/** Runs one step in a script of its own. */
export async function runOne(bench: Bench, step: WireStep, options?: RunOptions): Promise<StepResult> {
  const report = await bench.connection.run(LANE, [group([[step]])], options);
  if (report.lost !== undefined) throw report.lost;
  return report.results[0]![0]![0]!;
}

export function text(result: StepResult): string {
  return result.stdout.bytes.toString("utf8");
}

/** `exited 0`, `notRun`, `guarded` … in the script's nesting. */
export function outcomes(results: readonly (readonly (readonly StepResult[])[])[]): string[][][] {
  const words = ({ outcome }: StepResult): string =>
    outcome.kind === "exited" ? `exited ${outcome.code}` : outcome.kind;
  return results.map((items) => items.map((steps) => steps.map(words)));
}

/** Collects output and lets a test wait for a word in it. */
export class Listener {
  readonly chunks: OutputChunk[] = [];
  #waiting: { readonly word: string; readonly found: () => void } | undefined;

  readonly onOutput = (chunk: OutputChunk): void => {
    this.chunks.push(chunk);
    if (this.#waiting !== undefined && this.text.includes(this.#waiting.word)) this.#waiting.found();
  };

  get text(): string {
    return Buffer.concat(this.chunks.map((chunk) => chunk.bytes)).toString("utf8");
  }

  async heard(word: string): Promise<void> {
    if (this.text.includes(word)) return;
    await new Promise<void>((found) => (this.#waiting = { word, found }));
  }
}
