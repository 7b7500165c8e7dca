import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { FettleError, hostError } from "../contract/error.js";
import type { Content, Script, StepResult } from "../contract/step.js";
import type { Counters, LaneKey, RunOptions, ScriptReport, Target } from "../contract/transport.js";
import { becomeError, laneCommand, passwordMissing, passwordWrong } from "./become.js";
import { READY } from "./bootstrap.js";
import type { Channel, ShellHost } from "./channel.js";
import { Collector } from "./collector.js";
import { Parts, type Position } from "./parts.js";
import { render } from "./render.js";

const KEEP_BYTES = 1024 * 1024;
const OPENING_BYTES = 64 * 1024;
/** How long the other end may take to hear that a lane is closed. */
const HEARD_MS = 1000;

type Listener = (stream: "stdout" | "stderr", bytes: Buffer) => void;

/** One user's shell on a host, kept open: scripts go in, framed answers come out, one after another. */
export class Lane {
  readonly #channel: Channel;
  readonly #target: Target;
  readonly #counters: Counters;
  #listener: Listener = () => undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #ended: FettleError | undefined;
  /** Whether what was sent may go on running there. */
  #isCutOff = false;
  readonly #whenEnded: Promise<void>;
  #tellEnd: () => void = () => undefined;

  private constructor(channel: Channel, target: Target, counters: Counters) {
    this.#channel = channel;
    this.#target = target;
    this.#counters = counters;
    for (const stream of ["stdout", "stderr"] as const) {
      channel[stream].on("data", (bytes: Buffer) => {
        counters.bytesReceived += bytes.length;
        this.#listener(stream, bytes);
      });
    }
    channel.stdin.on("error", () => undefined); // the end of the channel tells
    this.#whenEnded = new Promise((resolve) => (this.#tellEnd = resolve));
    void channel.exit.then(({ lost }) => {
      this.#isCutOff = lost !== undefined && this.#ended === undefined;
      void this.#end(lostError(target, lost));
    });
  }

  /** Rejects with a FettleError when the user cannot be had. */
  static async open(host: ShellHost, key: LaneKey, target: Target, counters: Counters): Promise<Lane> {
    const { command, prompt } = laneCommand(key, target, host.user);
    const channel = await host.open(command);
    const lane = new Lane(channel, target, counters);
    await lane.#whenReady(key, prompt);
    return lane;
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  run(script: Script, options: RunOptions): Promise<ScriptReport> {
    const mine = this.#turn.then(() => this.#run(script, options));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  close(): void {
    void this.#channel.close();
  }

  /** No more scripts after this. The first reason stays. Resolves when the other end has heard of it or seems gone. */
  async #end(why: FettleError): Promise<void> {
    this.#ended ??= why;
    this.#tellEnd();
    await Promise.race([this.#channel.close(), sleep(HEARD_MS, undefined, { ref: false })]);
  }

  /** The password goes out only after its prompt was seen, and once. */
  async #whenReady(key: LaneKey, prompt: string | undefined): Promise<void> {
    let stdout = "";
    let stderr = "";
    let sent = false;
    await new Promise<void>((resolve, reject) => {
      const give = (error: FettleError): void => {
        reject(error);
        void this.#channel.close();
      };
      void this.#whenEnded.then(() => reject(this.#openError(key, stdout, stderr)));
      this.#listener = (stream, bytes) => {
        if (stream === "stdout") stdout = (stdout + bytes.toString("latin1")).slice(-OPENING_BYTES);
        else stderr = (stderr + bytes.toString("latin1")).slice(-OPENING_BYTES);
        if (stdout.includes(`\n${READY}\n`)) resolve();
        else if (prompt !== undefined && stderr.includes(prompt)) {
          stderr = stderr.slice(stderr.indexOf(prompt) + prompt.length);
          const password = this.#target.becomePassword;
          if (sent) give(passwordWrong(this.#target));
          else if (password === undefined) give(passwordMissing(key, this.#target));
          else this.#channel.stdin.write(`${password}\n`);
          sent = true;
        }
      };
    });
  }

  /** Why a lane that has ended before it was ready cannot be had. */
  #openError(key: LaneKey, stdout: string, stderr: string): FettleError {
    if (key.becomeUser !== undefined && stderr !== "") return becomeError(stderr, key, this.#target);
    const said = Buffer.from(`${stdout}${stderr}`, "latin1").toString("utf8").trim();
    if (said === "" || this.#isCutOff) return this.#ended ?? lostError(this.#target, undefined);
    return new FettleError({
      kind: "unreachable",
      cause: `the login shell on ${this.#target.name} ended before it ran anything`,
      remedy: "see what it says: it must be a shell that runs commands, for this user",
      detail: said,
    });
  }

  async #run(script: Script, options: RunOptions): Promise<ScriptReport> {
    const parts = new Parts(script);
    for (let part = parts.next(); part !== undefined; part = parts.next()) {
      if (options.signal?.aborted === true) return { results: parts.results(), lost: interrupted(this.#target) };
      if (this.#ended !== undefined) return { results: parts.results(), lost: this.#ended };
      parts.take(part, await this.#runPart(part, parts.scriptOf(part), options));
      const lost = this.#lost();
      if (lost !== undefined) return { results: parts.results(), lost };
    }
    return { results: parts.results() };
  }

  async #runPart(part: readonly Position[], script: Script, options: RunOptions): Promise<readonly StepResult[]> {
    const nonce = randomBytes(16).toString("hex");
    const { text, data } = render(script, nonce);
    const collector = new Collector(part, nonce, options.keepBytes ?? KEEP_BYTES, options.onOutput);
    this.#listener = (stream, bytes) => collector.push(stream, bytes);
    let ending: Promise<void> | undefined;
    const abort = (): void => void (ending = this.#end(interrupted(this.#target)));
    options.signal?.addEventListener("abort", abort, { once: true });
    this.#counters.roundTrips++;
    try {
      await Promise.all([this.#send(Buffer.from(text, "utf8"), data), Promise.race([collector.done, this.#whenEnded])]);
    } catch (error) {
      // The other end still waits for bytes that will not come: this shell is of no more use.
      void this.#end(error instanceof FettleError ? error : lostError(this.#target, error as Error));
      throw error;
    } finally {
      options.signal?.removeEventListener("abort", abort);
      this.#listener = () => undefined;
    }
    // Only then no other step begins.
    await ending;
    return collector.results(this.#isCutOff ? "unknown" : this.#ended !== undefined ? "ended" : "whole");
  }

  /** Asked anew: it changes while a script runs. */
  #lost(): FettleError | undefined {
    return this.#ended;
  }

  /** Script and data as they are; a file is streamed, never held in memory. */
  async #send(text: Buffer, data: readonly Content[]): Promise<void> {
    await this.#write(Buffer.concat([Buffer.from(`${text.length}\n`), text]));
    for (const content of data) {
      if (content.kind === "bytes") await this.#write(content.bytes);
      else await this.#sendFile(content);
    }
  }

  /** Exactly as many bytes as were announced: the other end counts. */
  async #sendFile({ path, sizeBytes }: Content & { kind: "file" }): Promise<void> {
    if (sizeBytes === 0) return;
    let left = sizeBytes;
    const stream = createReadStream(path, { end: sizeBytes - 1, highWaterMark: 256 * 1024 });
    try {
      for await (const bytes of stream) {
        if (this.#ended !== undefined) return;
        left -= (bytes as Buffer).length;
        await this.#write(bytes as Buffer);
      }
    } catch (error) {
      throw hostError(`cannot read ${path}: ${(error as Error).message}`);
    }
    if (left > 0) throw hostError(`${path} became shorter while it was sent`, { remedy: "run again" });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#counters.bytesSent += bytes.length;
    if (this.#channel.stdin.write(bytes)) return;
    await Promise.race([once(this.#channel.stdin, "drain").catch(() => undefined), this.#whenEnded]);
  }
}

function interrupted(target: Target): FettleError {
  return new FettleError({ kind: "interrupted", cause: `the run on ${target.name} was interrupted` });
}

function lostError(target: Target, lost: Error | undefined): FettleError {
  if (lost instanceof FettleError) return lost;
  const why = lost === undefined ? "its shell ended" : lost.message;
  const remedy = "run again: what is done already is not done twice";
  return new FettleError({ kind: "unreachable", cause: `the connection to ${target.name} was lost: ${why}`, remedy });
}
