import { setTimeout as sleep } from "node:timers/promises";
import type { Step, StepResult } from "../contract/step.js";
import { succeeded } from "../contract/step.js";
import { dressed, isWire } from "./batch.js";
import { fetchFile } from "./fetch.js";
import { runAsJob } from "./jobs.js";
import { reboot } from "./reboot.js";
import { logInAnew } from "./fresh-login.js";
import type { Host } from "./host.js";
import { asItem } from "./loop-lanes.js";
import type { OutputsOf } from "./outcome.js";
import type { Prepared, PreparedItem } from "./prepared.js";

const NOTHING = { bytes: Buffer.alloc(0), totalBytes: 0, truncated: false };
const DONE: StepResult = { outcome: { kind: "exited", code: 0, ok: true }, stdout: NOTHING, stderr: NOTHING };

/**
 * Runs a task whose steps are not the host's alone to take (waiting), one step after another. The items of its loop
 * before `from` have run already.
 */
export async function runAlone(host: Host, prepared: Prepared, from: number): Promise<OutputsOf> {
  const outputs = new Map<number, readonly (readonly StepResult[])[]>();
  for (const [i, item] of prepared.items.entries()) {
    if (item.kind !== "ready" || i < from) continue;
    if (prepared.pauseMs !== undefined && i > 0) await pause(host, prepared.pauseMs);
    outputs.set(i, await runItem(host, prepared, item));
  }
  return (item) => outputs.get(item);
}

/** Cut short by Ctrl-C: the run ends anyway. */
export async function pause(host: Host, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal: host.deps.signal }).catch(() => undefined);
}

export async function runItem(
  host: Host,
  prepared: Prepared,
  item: PreparedItem & { kind: "ready" },
): Promise<readonly (readonly StepResult[])[]> {
  const outputs: StepResult[][] = [];
  const on = item.on ?? host;
  const own = asItem(prepared, item);
  for (const change of item.changes) {
    const results: StepResult[] = [];
    outputs.push(results);
    for (const step of change.steps) {
      const result = await runStep(on, own, step);
      results.push(result);
      if (!succeeded(result)) return outputs;
    }
  }
  return outputs;
}

async function runStep(host: Host, prepared: Prepared, step: Step): Promise<StepResult> {
  if (step.do === "exec" && prepared.job !== undefined)
    return runAsJob(host, prepared.lane, dressed(step, prepared), prepared.job);
  if (isWire(step)) {
    const script = [{ onFailure: "stop" as const, items: [{ steps: [dressed(step, prepared)] }] }];
    const report = await host.waves.hold(() => host.send(prepared.lane, script));
    return report.results[0]?.[0]?.[0] ?? DONE;
  }
  switch (step.do) {
    case "sleep":
      await pause(host, step.ms);
      return DONE;
    case "reboot":
      return reboot(host, prepared.lane, step);
    case "fetch":
      return fetchFile(host, prepared.lane, step);
    case "login":
      return logInAnew(host, step.timeoutMs);
    default:
      return step satisfies never;
  }
}
