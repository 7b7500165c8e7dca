import { becomes, type Change, disturbs } from "../../../contract/change.js";
import type { Read } from "../../../contract/query.js";
import { aptPlan, nothingPlanned } from "../../../probes/apt-plan.js";
import { bringsPackages } from "../../../probes/package.js";
import { broughtEffects, plannedEffects } from "./effects.js";
import { aptGet, decisionOptions } from "./get.js";
import { type Look, look } from "./look.js";
import type { AptParams } from "./params.js";
import { planSummary } from "./summary.js";

export interface Upgrading {
  readonly kind: "upgrade";
  readonly look: Look;
}

export async function observeUpgrade(read: Read, given: AptParams): Promise<Upgrading> {
  const words = upgradeWords(given);
  const seen = await look(read, words, given);
  if (!seen.exact && !seen.update) await read(aptPlan(words));
  return { kind: "upgrade", look: seen };
}

function upgradeWords(given: AptParams): readonly string[] {
  const command = given.upgrade === "full" ? ["dist-upgrade"] : ["upgrade", "--with-new-pkgs"];
  return [...command, ...decisionOptions(given)];
}

export function upgradeChanges({ look: { plan, exact } }: Upgrading, given: AptParams): readonly Change[] {
  const told = plan === undefined ? "upgrade all packages" : planSummary(plan, new Set());
  if (told === undefined) return [];
  const words = upgradeWords(given);
  // Which packages will go is not known without a plan: only a safe upgrade is sure to keep what is there.
  const unplanned = given.upgrade === "full" ? [disturbs("package:*")] : [disturbs(bringsPackages)];
  const effects = [
    becomes(aptPlan(words), nothingPlanned),
    ...(plan === undefined ? unplanned : plannedEffects(plan, exact)),
    ...broughtEffects(given),
  ];
  return [{ summary: told, effects, steps: [aptGet(words, given)] }];
}
