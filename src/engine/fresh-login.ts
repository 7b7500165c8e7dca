import { setTimeout as sleep } from "node:timers/promises";
import { FettleError, hostError } from "../contract/error.js";
import type { Captured, StepResult } from "../contract/step.js";
import type { Connection } from "../contract/transport.js";
import type { Host } from "./host.js";

/** Runs nothing but a word: that a shell answers is the proof. */
const PROOF = [
  { onFailure: "stop" as const, items: [{ steps: [{ do: "ask" as const, text: "echo in", timeoutMs: 10_000 }] }] },
];

/** Logs in beside the connection that there is, and leaves again. */
export async function logInAnew(host: Host, timeoutMs: number): Promise<StepResult> {
  const time = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: time.signal, ref: false }).then(() => {
    throw hostError(`there was no login within ${timeoutMs / 1000} s`);
  });
  const login = host.another({ timeoutMs });
  // One that comes when nobody waits any more is not kept.
  const leave = (connection: Connection): Promise<void> => connection.close();
  try {
    await Promise.race([login.then((connection) => prove(host, connection)), late]);
    return ended(0, "");
  } catch (error) {
    if (!(error instanceof FettleError) || error.kind === "interrupted") throw error;
    return ended(1, error.message);
  } finally {
    time.abort();
    late.catch(() => undefined);
    void login.then(leave, () => undefined);
  }
}

async function prove(host: Host, connection: Connection): Promise<void> {
  const { results, lost } = await connection.run({}, PROOF, { signal: host.deps.signal });
  if (lost !== undefined) throw lost;
  const said = results[0]?.[0]?.[0]?.stdout.bytes.toString().trim();
  if (said !== "in") throw hostError("the shell of the new login did not answer");
}

function ended(code: number, stderr: string): StepResult {
  return { outcome: { kind: "exited", code, ok: code === 0 }, stdout: captured(""), stderr: captured(stderr) };
}

function captured(text: string): Captured {
  const bytes = Buffer.from(text);
  return { bytes, totalBytes: bytes.length, truncated: false };
}
