import type { Event, HostCounters, ItemOutcome, Recap, TaskRef } from "../../../src/contract/event.js";
import type { RendererOptions } from "../../../src/ui/index.js";
import { createRenderer } from "../../../src/ui/index.js";
import { PassThrough } from "node:stream";

export const place = { file: "site.yml", line: 12, column: 9 };

export function task(name: string, more: Partial<TaskRef> = {}): TaskRef {
  return { id: name, name, module: "file", place, ...more };
}

type Settled = Extract<Event, { type: "taskSettled" }>;

export function settled(host: string, name: string, status: Settled["status"], more: Partial<Settled> = {}): Settled {
  const items: readonly ItemOutcome[] = [{ status, changes: [] }];
  return { type: "taskSettled", host, task: task(name), status, items, assuming: [], noLog: false, ms: 1, ...more };
}

export function item(status: ItemOutcome["status"], more: Partial<ItemOutcome> = {}): ItemOutcome {
  return { status, changes: [], ...more };
}

export function recap(more: Partial<Recap> = {}): Recap {
  return { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0, unknown: 0, ...more };
}

export const counters: HostCounters = {
  roundTrips: 2,
  waves: 1,
  batches: 1,
  bytesSent: 1234,
  bytesReceived: 2_500_000,
};

export function started(mode: "plan" | "apply", ...hosts: string[]): Event {
  return { type: "runStarted", mode, title: "site.yml", hosts };
}

export function ended(more: Partial<Extract<Event, { type: "runEnded" }>> = {}): Event {
  return { type: "runEnded", mode: "apply", recap: {}, counters: {}, ms: 1234, interrupted: false, ...more };
}

/** All that a renderer writes for these events. */
export async function rendered(events: readonly Event[], options: Partial<RendererOptions> = {}): Promise<string> {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const renderer = createRenderer({
    kind: "plain",
    stream: stream as unknown as NodeJS.WriteStream,
    verbosity: 0,
    showDiffs: false,
    color: false,
    secrets: () => [],
    ...options,
  });
  for (const event of events) renderer.emit(event);
  await renderer.close();
  return Buffer.concat(chunks).toString();
}
