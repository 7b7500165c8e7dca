import type { Guard, Outcome, StepResult, WireStep } from "../contract/step.js";
import type { OutputChunk } from "../contract/transport.js";
import { Capture } from "./capture.js";
import { type Frame, FrameSplitter } from "./frames.js";
import type { Position } from "./parts.js";

/** Answers of questions are never cut: they are data, not something to look at. */
const ASK_BYTES = 512 * 1024 * 1024;

type Stream = "stdout" | "stderr";

/** One stream of a script: what each step printed there. */
class StreamCollector {
  readonly captures = new Map<number, Capture>();
  /** The step whose output comes now: the one behind the last that ended. */
  next = 0;
  pending: Capture;

  constructor(readonly capture: (index: number) => Capture) {
    this.pending = capture(0);
  }

  end(index: number): void {
    this.captures.set(index, this.pending);
    this.next = index + 1;
    this.pending = this.capture(this.next);
  }
}

/** Puts together what one script answers. */
export class Collector {
  /** Resolves when the script has said on both streams that it has ended. */
  readonly done: Promise<void>;
  readonly #positions: readonly Position[];
  readonly #onOutput: ((chunk: OutputChunk) => void) | undefined;
  readonly #frames = new Map<number, { readonly outcome: string; readonly timedOut: boolean }>();
  readonly #streams: Record<Stream, StreamCollector>;
  readonly #splitters: Record<Stream, FrameSplitter>;
  #open = 2;
  #finish: () => void = () => undefined;
  #timedOut = false;

  constructor(
    positions: readonly Position[],
    nonce: string,
    keepBytes: number,
    onOutput: ((chunk: OutputChunk) => void) | undefined,
  ) {
    this.#positions = positions;
    this.#onOutput = onOutput;
    const capture = (index: number): Capture =>
      new Capture(this.#positions[index]?.spec.do === "ask" ? ASK_BYTES : keepBytes);
    this.#streams = { stdout: new StreamCollector(capture), stderr: new StreamCollector(capture) };
    this.done = new Promise((resolve) => (this.#finish = resolve));
    const splitter = (stream: Stream): FrameSplitter =>
      new FrameSplitter(
        nonce,
        (bytes) => this.#output(stream, bytes),
        (frame) => this.#frame(stream, frame),
      );
    this.#splitters = { stdout: splitter("stdout"), stderr: splitter("stderr") };
  }

  push(stream: Stream, bytes: Buffer): void {
    this.#splitters[stream].push(bytes);
  }

  /**
   * What is known now. `ended`: the script ends after the step under way, which is lost. `unknown`: it may go on without
   * anybody listening, so that what comes behind that step is lost too. A step without a frame has not run otherwise: the
   * script stopped before it.
   */
  results(end: "whole" | "ended" | "unknown"): readonly StepResult[] {
    const underWay = end === "whole" || this.#open === 0 ? Infinity : this.#streams.stdout.next;
    const isLost = (index: number): boolean => (end === "unknown" ? index >= underWay : index === underWay);
    return this.#positions.map(({ spec }, index) => this.#result(index, spec, isLost(index)));
  }

  #result(index: number, spec: WireStep, isLost: boolean): StepResult {
    const frame = this.#frames.get(index);
    const { stdout, stderr } = this.#streams;
    const of = (stream: StreamCollector) =>
      (stream.captures.get(index) ?? (stream.next === index ? stream.pending : new Capture(0))).end();
    if (frame === undefined && isLost) return { outcome: { kind: "lost" }, stdout: of(stdout), stderr: of(stderr) };
    const outcome: Outcome = frame === undefined ? { kind: "notRun" } : outcomeOf(frame.outcome, spec, frame.timedOut);
    return { outcome, stdout: of(stdout), stderr: of(stderr) };
  }

  #frame(stream: Stream, { index, outcome }: Frame): void {
    if (index === "end") {
      this.#open--;
      if (this.#open === 0) this.#finish();
      return;
    }
    if (index === "t") {
      this.#timedOut = true;
      return;
    }
    this.#streams[stream].end(Number(index));
    if (stream === "stderr") return;
    this.#frames.set(Number(index), { outcome, timedOut: this.#timedOut });
    this.#timedOut = false;
  }

  #output(stream: Stream, bytes: Buffer): void {
    const { pending, next } = this.#streams[stream];
    pending.add(bytes);
    const position = this.#positions[next];
    if (position === undefined || position.spec.do === "ask" || this.#onOutput === undefined) return;
    const { group, item, step } = position;
    this.#onOutput({ group, item, step, stream, bytes });
  }
}

function outcomeOf(text: string, spec: WireStep, timedOut: boolean): Outcome {
  if (timedOut) return { kind: "timedOut", afterMs: spec.timeoutMs ?? 0 };
  if (text === "n") return { kind: "notRun" };
  const number = Number(text.slice(1));
  if (text.startsWith("g"))
    return { kind: "guarded", guard: (spec.do === "exec" ? spec.guards?.[number] : undefined) as Guard };
  const ok = spec.do === "exec" ? (spec.okExitCodes ?? [0]) : [0];
  return { kind: "exited", code: number, ok: ok === "any" || ok.includes(number) };
}
