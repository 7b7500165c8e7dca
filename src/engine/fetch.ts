import { createHash, randomBytes } from "node:crypto";
import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { FettleError, hostError } from "../contract/error.js";
import { type FetchStep, type StepResult, succeeded } from "../contract/step.js";
import type { LaneKey, OutputChunk } from "../contract/transport.js";
import type { Host } from "./host.js";

/** Brings a file of a host here, a piece at a time. The old file stays until the new one is whole and checked. */
export async function fetchFile(host: Host, lane: LaneKey, step: FetchStep): Promise<StepResult> {
  const { to } = step;
  const temp = join(dirname(to), `.fettle-${randomBytes(6).toString("hex")}`);
  try {
    mkdirSync(dirname(to), { recursive: true });
    const file = openSync(temp, "wx", 0o600);
    try {
      const result = await receive(host, lane, step, file);
      fchmodSync(file, step.mode);
      fsyncSync(file);
      renameSync(temp, to);
      return result;
    } catch (error) {
      rmSync(temp, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof FettleError) throw error;
    throw hostError(`${to} cannot be written here: ${(error as Error).message}`);
  }
}

/** The host may send anything: never more than was asked for, and only what has the hash is taken. */
async function receive(host: Host, lane: LaneKey, step: FetchStep, file: number): Promise<StepResult> {
  const { path, sizeBytes, sha256 } = step;
  const stop = new AbortController();
  const hash = createHash("sha256");
  let received = 0;
  let failure: unknown;
  // Written at once: what waits for a slow disk would have to be held in memory.
  const take = (bytes: Uint8Array): void => {
    if (failure !== undefined) return;
    try {
      received += bytes.length;
      if (received > sizeBytes) throw changed(path);
      hash.update(bytes);
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    } catch (error) {
      failure = error;
      stop.abort();
    }
  };
  const result = await send(host, lane, step, take, stop.signal).catch((error: unknown) => {
    throw (failure as Error | undefined) ?? error;
  });
  if (failure !== undefined) throw failure as Error;
  if (received !== sizeBytes || (sha256 !== undefined && hash.digest("hex") !== sha256)) throw changed(path);
  return result;
}

async function send(
  host: Host,
  lane: LaneKey,
  { path, sizeBytes, bytes }: FetchStep,
  take: (bytes: Uint8Array) => void,
  stop: AbortSignal,
): Promise<StepResult> {
  if (bytes !== undefined) {
    take(bytes);
    const nothing = { bytes: Buffer.alloc(0), totalBytes: 0, truncated: false };
    return { outcome: { kind: "exited", code: 0, ok: true }, stdout: nothing, stderr: nothing };
  }
  const argv = ["head", "-c", String(sizeBytes), "--", path];
  const { results, lost } = await host.waves.hold(() =>
    host.send(lane, [{ onFailure: "stop", items: [{ steps: [{ do: "exec", argv, silent: true }] }] }], {
      keepBytes: 4096,
      signal: AbortSignal.any([host.deps.signal, stop]),
      onOutput: ({ stream, bytes: chunk }: OutputChunk) => {
        if (stream === "stdout") take(chunk);
      },
    }),
  );
  if (lost !== undefined) throw lost;
  const result = results[0]?.[0]?.[0];
  if (result !== undefined && succeeded(result)) return result;
  throw hostError(`${path} cannot be read`, { detail: result?.stderr.bytes.toString("utf8").trim() ?? "" });
}

function changed(path: string): FettleError {
  return hostError(`${path} has changed while it was fetched, or the host does not tell the truth`, {
    remedy: "run again; for a file that always grows write validate_checksum: false",
  });
}
