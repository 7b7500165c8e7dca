import type { Readable, Writable } from "node:stream";
import type { ServerChannel } from "ssh2";

/** Fields of ssh2's that no type tells of: a chunk that waits for the client's window, and who waits for it. */
interface Waiting {
  _chunk?: unknown;
  _chunkcb?: unknown;
  _chunkErr?: unknown;
  _chunkcbErr?: unknown;
}

/**
 * Passes both outputs of a command on to its client, chunk by chunk in turns. Piped, they would get mixed up: ssh2's
 * server remembers one waiting chunk of each stream for ever, and sends it again when the other stream has to wait.
 * Resolves when all was passed on; when the client has gone, rejects or waits for ever.
 */
export async function passOutput(stdout: Readable, stderr: Readable, channel: ServerChannel): Promise<void> {
  let turn = Promise.resolve();
  const pass = async (from: Readable, to: Writable): Promise<void> => {
    from.on("error", () => undefined); // it is destroyed when the client has gone
    for await (const bytes of from) {
      turn = turn.then(() => write(channel, to, bytes as Buffer));
      await turn;
    }
  };
  await Promise.all([pass(stdout, channel), pass(stderr, channel.stderr)]);
}

async function write(channel: ServerChannel, to: Writable, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve) => to.write(bytes, () => resolve()));
  const waiting = channel as Waiting;
  for (const name of ["_chunk", "_chunkcb", "_chunkErr", "_chunkcbErr"] as const) waiting[name] = undefined;
}
