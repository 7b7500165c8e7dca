import { certainEffects } from "./effects.js";
import type { Host } from "./host.js";
import type { Lookahead } from "./lookahead.js";
import type { Prepared, PreparedItem } from "./prepared.js";
import type { Reporter } from "./reporter.js";
import { pause, runItem } from "./solo.js";
import type { Slot } from "./slot.js";

/** `until`, `retries`, `delay`: each item in turn is looked at and run again until its condition holds. */
export class Retrying {
  constructor(
    readonly host: Host,
    readonly reporter: Reporter,
    readonly lookahead: Lookahead,
  ) {}

  async run(slot: Slot, first: Prepared): Promise<void> {
    let prepared = first;
    while (slot.done.length < prepared.items.length) {
      const at = slot.done.length;
      const left = await this.#item(slot, prepared, at);
      if (left === undefined) return; // interrupted
      prepared = left;
      // What it did may be what the next one read, or asks for.
      const isOld = prepared.waitsFrom !== undefined || slot.attempt?.isStale() === true;
      if (!isOld || slot.done.length === prepared.items.length) continue;
      if (prepared.waitsFrom !== undefined) await this.reporter.keepResults(slot, prepared);
      const again = await this.#lookAgain(slot, prepared);
      if (again === undefined) return;
      prepared = again;
    }
    await this.reporter.report(slot, withTries(prepared, slot), (item) => slot.done[item]?.outputs ?? []);
  }

  /** Tries one item, and gives what is known of the others then. */
  async #item(slot: Slot, first: Prepared, at: number): Promise<Prepared | undefined> {
    const { attempts = 1, delayMs = 0 } = first.retry ?? {};
    let prepared = first;
    for (let attempt = 1; ; attempt++) {
      const item = prepared.items[at];
      if (item === undefined) return prepared;
      const outputs = item.kind === "ready" ? await runItem(this.host, prepared, item) : [];
      (item.on ?? this.host).reader.touch(certainEffects(slot.task, { ...prepared, items: [item] }), "done");
      const isOver = await this.#holds(slot, prepared, item, outputs);
      if (isOver || attempt >= attempts || item.kind === "skipped") {
        slot.done.push({ item: { ...item, tried: { attempts: attempt, exhausted: !isOver } }, outputs });
        return prepared;
      }
      const task = { ...slot.ref, name: prepared.name };
      this.host.deps.emit({ type: "taskRetried", host: this.host.name, task, left: attempts - attempt });
      await pause(this.host, delayMs);
      const again = await this.#lookAgain(slot, prepared);
      if (again === undefined) return undefined;
      prepared = again;
    }
  }

  async #holds(
    slot: Slot,
    prepared: Prepared,
    item: PreparedItem,
    outputs: Awaited<ReturnType<typeof runItem>>,
  ): Promise<boolean> {
    const { until, register } = slot.task;
    const one = { ...prepared, loop: false, items: [item] };
    const { result, status } = await this.reporter.judge(slot, one, () => outputs);
    if (until.length === 0) return status !== "failed" && status !== "ignored";
    const scope = register === undefined ? item.scope : item.scope.with({ [register]: result });
    for (const condition of until) {
      const holds = await this.reporter.evaluate(prepared, () => condition.evaluate(scope));
      if (!holds) return false;
    }
    return true;
  }

  /** The same task as things are now. */
  async #lookAgain(slot: Slot, prepared: Prepared): Promise<Prepared | undefined> {
    if (this.host.deps.signal.aborted) return undefined;
    const hosts = new Set([this.host, ...prepared.items.flatMap(({ on }) => on ?? [])]);
    for (const { reader } of hosts) reader.touch([{ kind: "opaque", why: "time has passed" }], "done");
    const attempt = this.lookahead.launch(slot);
    attempt.grantTurn();
    const rest = await attempt.end();
    return rest.kind === "done" ? rest.prepared : undefined;
  }
}

function withTries(prepared: Prepared, { done }: Slot): Prepared {
  return { ...prepared, items: prepared.items.map((item, i) => done[i]?.item ?? item) };
}
