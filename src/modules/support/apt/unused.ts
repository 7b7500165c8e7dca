import { becomes, type Change, disturbs } from "../../../contract/change.js";
import type { Read, Unknown } from "../../../contract/query.js";
import { type AptPlan, aptPlan, nothingPlanned } from "../../../probes/apt-plan.js";
import { takesPackages } from "../../../probes/package.js";
import { broughtEffects, plannedEffects } from "./effects.js";
import { aptGet } from "./get.js";
import type { AptParams } from "./params.js";
import { few } from "./summary.js";

function words({ purge }: AptParams): readonly string[] {
  return ["autoremove", ...(purge ? ["--purge"] : [])];
}

/** What nothing needs any more; undefined: the task does not care; Unknown: a dry run does not know it. */
export async function observeUnused(read: Read, given: AptParams): Promise<AptPlan | Unknown | undefined> {
  return given.autoremove ? read.maybe(aptPlan(words(given))) : undefined;
}

/** `after`: this task changes packages before, so that more may be needed no longer. */
export function unusedChanges(unused: AptPlan | undefined, after: boolean, given: AptParams): readonly Change[] {
  if (unused === undefined || (unused.removes.length === 0 && !after)) return [];
  const what = unused.removes.length === 0 ? "" : `: ${few(unused.removes)}`;
  const effects = [
    becomes(aptPlan(words(given)), nothingPlanned),
    ...(after ? [disturbs(takesPackages)] : plannedEffects(unused, true)),
    ...broughtEffects(given),
  ];
  return [{ summary: `remove packages that nothing needs${what}`, effects, steps: [aptGet(words(given), given)] }];
}
