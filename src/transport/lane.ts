import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { FettleError, hostError } from "../contract/error.js";
import type { Content, Script } from "../contract/step.js";
import type { Counters, LaneKey, RunOptions, ScriptReport, Target } from "../contract/transport.js";
import { becomeError, laneCommand, passwordMissing, passwordWrong } from "./become.js";
import { READY } from "./bootstrap.js";
import type { Channel, ShellHost } from "./channel.js";
import { Collector } from "./collector.js";
import { render } from "./render.js";

const KEEP_BYTES = 1024 * 1024;
const OPENING_BYTES = 64 * 1024;

type Listener = (stream: "stdout" | "stderr", bytes: Buffer) => void;

/** One user's shell on a host, kept open: scripts go in, framed answers come out, one after another. */
export class Lane {
  readonly #channel: Channel;
  readonly #target: Target;
  readonly #counters: Counters;
  #listener: Listener = () => undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #ended: FettleError | undefined;
  #onEnd: () => void = () => undefined;

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
    void channel.exit.then(({ lost }) => {
      this.#ended = lostError(target, lost);
      this.#onEnd();
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
    this.#channel.close();
  }

  /** The password goes out only after its prompt was seen, and once. */
  async #whenReady(key: LaneKey, prompt: string | undefined): Promise<void> {
    let stdout = "";
    let stderr = "";
    let sent = false;
    await new Promise<void>((resolve, reject) => {
      const give = (error: FettleError): void => {
        reject(error);
        this.#channel.close();
      };
      this.#onEnd = () => {
        reject(
          this.#ended?.kind === "unreachable" && stderr === "" ? this.#ended : becomeError(stderr, key, this.#target),
        );
      };
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

  async #run(script: Script, options: RunOptions): Promise<ScriptReport> {
    const nonce = randomBytes(16).toString("hex");
    const { text, data } = render(script, nonce);
    const collector = new Collector(script, nonce, options.keepBytes ?? KEEP_BYTES, options.onOutput);
    if (this.#ended !== undefined) return { results: collector.results(false), lost: this.#ended };
    this.#listener = (stream, bytes) => collector.push(stream, bytes);
    const ended = new Promise<void>((resolve) => (this.#onEnd = resolve));
    const abort = (): void => this.#channel.close();
    options.signal?.addEventListener("abort", abort);
    this.#counters.roundTrips++;
    try {
      await Promise.all([this.#send(Buffer.from(text, "utf8"), data), Promise.race([collector.done, ended])]);
    } catch (error) {
      // The other end still waits for bytes that will not come: this shell is of no more use.
      this.#channel.close();
      throw error;
    } finally {
      options.signal?.removeEventListener("abort", abort);
      this.#listener = () => undefined;
    }
    const lost = this.#lost();
    return lost === undefined ? { results: collector.results(false) } : { results: collector.results(true), lost };
  }

  /** Asked anew: it changes while a script runs. */
  #lost(): FettleError | undefined {
    return this.#ended;
  }

  /** Script and data as they are; a file is streamed, never held in memory. */
  async #send(text: Buffer, data: readonly Content[]): Promise<void> {
    await this.#write(Buffer.from(`${text.length}\n`));
    await this.#write(text);
    for (const content of data) {
      if (content.kind === "bytes") await this.#write(content.bytes);
      else for await (const bytes of fileBytes(content)) await this.#write(bytes);
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#counters.bytesSent += bytes.length;
    if (!this.#channel.stdin.write(bytes) && this.#ended === undefined) {
      await Promise.race([once(this.#channel.stdin, "drain").catch(() => undefined), this.#channel.exit]);
    }
  }
}

/** Exactly as many bytes as were announced: the other end counts. */
async function* fileBytes(content: Content & { kind: "file" }): AsyncGenerator<Uint8Array> {
  let left = content.sizeBytes;
  if (left === 0) return;
  for await (const bytes of createReadStream(content.path, { end: left - 1, highWaterMark: 256 * 1024 })) {
    left -= (bytes as Buffer).length;
    yield bytes as Buffer;
  }
  if (left > 0) throw hostError(`${content.path} became shorter while it was sent`, { remedy: "run again" });
}

function lostError(target: Target, lost: Error | undefined): FettleError {
  if (lost instanceof FettleError) return lost;
  const why = lost === undefined ? "its shell ended" : lost.message;
  const remedy = "run again: what is done already is not done twice";
  return new FettleError({ kind: "unreachable", cause: `the connection to ${target.name} was lost: ${why}`, remedy });
}
