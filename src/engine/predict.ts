import { restOf } from "./batch.js";
import { doubted } from "./doubt.js";
import { declared, effectsOf, possibleEffects } from "./effects.js";
import type { Host } from "./host.js";
import { byHost, changesOf, type Prepared } from "./prepared.js";
import type { Reporter } from "./reporter.js";
import type { Slot } from "./slot.js";

/** Not run for real: in a dry run what would be true afterwards goes into the overlay. */
export async function predict(host: Host, reporter: Reporter, slot: Slot, seen: Prepared): Promise<void> {
  const prepared = doubted(slot, seen, host);
  foresee(host, slot, restOf(prepared, slot));
  await reporter.report(slot, prepared, () => undefined);
  if (prepared.checkMode === true) return;
  const all = effectsOf(slot.task, prepared);
  if (all.some((effect) => effect.kind === "opaque")) host.opaque.push(prepared.name);
}

/** A task with `check_mode: true` does not run in an apply either. */
export function foresee(host: Host, { task, ref }: Slot, prepared: Prepared): void {
  if (prepared.checkMode === true) return;
  for (const item of prepared.items) {
    const path = prepared.writesHere?.get(item.scope);
    const mayWrite = item.kind === "unknown" || (item.kind === "ready" && item.changes.length > 0);
    if (path !== undefined && mayWrite) host.deps.coming.add(path, { ...ref, name: prepared.name });
  }
  for (const [{ overlay, reader }, on] of byHost(host, prepared)) {
    if (overlay === undefined) continue;
    for (const change of changesOf(on)) overlay.add(on.name, declared(task, change.effects));
    for (const effects of possibleEffects(task, on)) overlay.add(on.name, effects, "possible");
    reader.touch(effectsOf(task, on), "predicted");
  }
}
