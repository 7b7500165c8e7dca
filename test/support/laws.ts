import { expect } from "chai";
import { type Change, type Effect, isNamed } from "../../src/contract/change.js";
import type { Local, ModuleSpec } from "../../src/contract/module.js";
import type { Query } from "../../src/contract/query.js";
import { subjectsOf, TouchIndex } from "../../src/engine/touch.js";
import { complaint, type LocalHost, noLocal } from "./local-host.js";

export interface LawOptions {
  readonly local?: Local;
  /** Questions of others about the same place: what changed for them must be named by the effects. */
  readonly bystanders?: readonly Query<unknown>[];
}

/**
 * Applies a state module to a host and checks laws 1–4 on the way: the plan is empty after the effects are believed (2)
 * and after they have really happened (1), every prediction is what is read then (3), in few waves (4), and nothing
 * changed that the effects do not touch. Returns the changes.
 */
export async function obeysLaws<P, S>(
  host: LocalHost,
  spec: ModuleSpec<P, S>,
  args: unknown,
  { local = noLocal, bystanders = [] }: LawOptions = {},
): Promise<readonly Change[]> {
  const params = spec.params.parse(args);
  const before = await settled(host, bystanders);
  const first = await host.look(spec, params, local);
  expect(first.waves, "law 4: waves").to.be.at.most(spec.waves ?? 1);
  const effects = first.changes.flatMap((change) => change.effects);
  if (effects.length > 0) {
    const believed = await host.look(spec, params, local, effects);
    expect(summaries(believed.changes), "law 2: after the overlay").to.deep.equal([]);
  }
  expect(complaint(await host.send(first.changes)), "a step failed").to.equal(undefined);
  const again = await host.look(spec, params, local);
  expect(summaries(again.changes), "law 1: after apply").to.deep.equal([]);
  for (const effect of lastSaid(effects)) {
    const [real] = await host.ask([effect.query]);
    expect(real, `law 3: ${effect.query.id}`).to.deep.equal(effect.value);
  }
  const after = await settled(host, bystanders);
  bystanders.forEach((query, i) => {
    if (same(before[i], after[i])) return;
    const subjects = subjectsOf(query, before[i]);
    const touched = effects.some((effect) => !isNamed(effect) || TouchIndex.touches(effect, query, subjects));
    expect(touched, `${query.id} changed, but no effect touches it`).to.equal(true);
  });
  return first.changes;
}

type Becomes = Extract<Effect, { kind: "becomes" }>;

/** Of several answers to one question, the last. */
function lastSaid(effects: readonly Effect[]): readonly Becomes[] {
  const found = new Map<string, Becomes>();
  for (const effect of effects) if (effect.kind === "becomes") found.set(effect.query.id, effect);
  return [...found.values()];
}

async function settled(host: LocalHost, queries: readonly Query<unknown>[]): Promise<readonly unknown[]> {
  return Promise.all(queries.map((query) => host.ask([query]).then(([value]) => value, String)));
}

function same(a: unknown, b: unknown): boolean {
  try {
    expect(a).to.deep.equal(b);
    return true;
  } catch {
    return false;
  }
}

function summaries(changes: readonly Change[]): readonly string[] {
  return changes.map((change) => change.summary);
}
