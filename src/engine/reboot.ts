import { setTimeout as sleep } from "node:timers/promises";
import { FettleError, hostError } from "../contract/error.js";
import type { ExecStep, RebootStep, StepResult } from "../contract/step.js";
import { succeeded } from "../contract/step.js";
import type { LaneKey } from "../contract/transport.js";
import type { Host } from "./host.js";

const BOOT_ID: ExecStep = { do: "exec", argv: ["cat", "/proc/sys/kernel/random/boot_id"], silent: true };
/** Between two looks: the first ones come soon, since small hosts are back in seconds. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5000;
/** For the command that sets it going. */
const ANSWER_MS = 15_000;

/**
 * Starts a host anew and waits until it is back. Nothing else is sent there meanwhile; that the link breaks is as it
 * should be, here and only here.
 */
export function reboot(host: Host, lane: LaneKey, step: RebootStep): Promise<StepResult> {
  return host.waves.hold(async () => {
    const start = Date.now();
    const before = await bootId(host, lane);
    await begin(host, lane, step);
    await pause(host, step.delayMs);
    await untilBack(host, start + step.timeoutMs, async () => {
      await host.reconnect();
      await host.connect(step.connectTimeoutMs === undefined ? {} : { timeoutMs: step.connectTimeoutMs });
      if ((await bootId(host, lane)) === before) throw hostError("it has not gone down");
      const test = await run(host, lane, { do: "exec", argv: step.test, silent: true });
      if (!succeeded(test)) throw hostError(`${step.test.join(" ")} does not succeed there${tail(test)}`);
    });
    return exited(String(Math.round((Date.now() - start) / 1000)));
  });
}

async function bootId(host: Host, lane: LaneKey): Promise<string> {
  const { stdout } = await run(host, lane, BOOT_ID);
  const id = stdout.bytes.toString("utf8").trim();
  if (id === "") throw hostError("the host does not tell its boot id, so nobody could see that it was started anew");
  return id;
}

/** The link may be gone before there is an answer, and without a word: then nobody waits for one. */
async function begin(host: Host, lane: LaneKey, { argv }: RebootStep): Promise<void> {
  const answer = run(host, lane, { do: "exec", argv, silent: true }).catch(passLoss);
  const result = await Promise.race([answer, sleep(ANSWER_MS, undefined, { ref: false })]);
  if (result === undefined || succeeded(result) || result.outcome.kind === "lost") return;
  throw hostError(`the host does not want to reboot${tail(result)}`);
}

/** Tries until it works. What keeps it from working is told only when the time is up. */
async function untilBack(host: Host, last: number, look: () => Promise<void>): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
    await pause(host, waitMs);
    try {
      await look();
      return;
    } catch (error) {
      if (!(error instanceof FettleError) || error.kind === "interrupted") throw error;
      if (Date.now() >= last) throw notBack(error);
    }
  }
}

function notBack({ kind, details }: FettleError): FettleError {
  const cause = `the host was told to reboot and is not back in time: ${details.cause}`;
  return new FettleError({ kind, cause, remedy: "look at its console, or raise reboot_timeout" });
}

async function run(host: Host, lane: LaneKey, step: ExecStep): Promise<StepResult> {
  const { results, lost } = await host.send(lane, [{ onFailure: "stop", items: [{ steps: [step] }] }]);
  if (lost !== undefined) throw lost;
  const result = results[0]?.[0]?.[0];
  if (result === undefined) throw new Error("a step has no result");
  return result;
}

function passLoss(error: unknown): undefined {
  if (!(error instanceof FettleError) || error.kind !== "unreachable") throw error;
}

async function pause(host: Host, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal: host.deps.signal }).catch(() => undefined);
  if (host.deps.signal.aborted) {
    throw new FettleError({ kind: "interrupted", cause: "nobody waits for the host any more, which may be rebooting" });
  }
}

function tail({ stderr, stdout }: StepResult): string {
  const said = (stderr.bytes.toString("utf8") || stdout.bytes.toString("utf8")).trim();
  return said === "" ? "" : `: ${said.slice(-300)}`;
}

function exited(stdout: string): StepResult {
  const captured = (text: string) => ({ bytes: Buffer.from(text), totalBytes: text.length, truncated: false });
  return { outcome: { kind: "exited", code: 0, ok: true }, stdout: captured(stdout), stderr: captured("") };
}
