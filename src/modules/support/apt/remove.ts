import { becomes, type Change, disturbs, type Effect } from "../../../contract/change.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { type AptPlan, aptPlan } from "../../../probes/apt-plan.js";
import { packageInstalled, packageState, packageSubjects, takesPackages } from "../../../probes/package.js";
import { broughtEffects } from "./effects.js";
import { aptGet } from "./get.js";
import { type AptParams, requestsOf } from "./params.js";
import { few } from "./summary.js";

export interface Removing {
  readonly kind: "remove";
  readonly present: readonly string[];
  /** What apt would remove; undefined: not known, or nothing to remove. */
  readonly plan?: AptPlan;
}

/** A second wave only when there is something to remove: what else must go? */
export async function observeRemove(read: Read, given: AptParams): Promise<Removing> {
  const names = requestsOf(given).map(({ name }) => name);
  const there = await Promise.all(names.map((name) => isThere(read, name, given.purge)));
  const present = names.filter((_name, i) => there[i]);
  if (present.length === 0) return { kind: "remove", present };
  const plan = await read.maybe(aptPlan(removeWords(present, given)));
  return plan instanceof Unknown || plan.problem !== null
    ? { kind: "remove", present }
    : { kind: "remove", present, plan };
}

async function isThere(read: Read, name: string, purge: boolean): Promise<boolean> {
  if (!purge) return read(packageInstalled(name));
  const state = await read(packageState(name));
  return state !== null && state !== "provided";
}

function removeWords(names: readonly string[], { purge }: AptParams): readonly string[] {
  return [purge ? "purge" : "remove", "--", ...names];
}

export function removeChanges({ present, plan }: Removing, given: AptParams): readonly Change[] {
  if (present.length === 0) return [];
  const along = plan?.removes.filter((name) => !present.includes(name)) ?? [];
  const more = along.length > 0 ? `, and what needs it: ${few(along)}` : "";
  const effects = [
    ...present.flatMap((name) => goneEffects(name, given)),
    ...alongEffects(plan, along),
    ...broughtEffects(given),
  ];
  const summary = `${given.purge ? "purge" : "remove"} ${present.join(", ")}${more}`;
  return [{ summary, effects, steps: [aptGet(removeWords(present, given), given)] }];
}

/** Whether configuration stays behind is the package's affair. */
function goneEffects(name: string, { purge }: AptParams): readonly Effect[] {
  return [becomes(packageInstalled(name), false), ...(purge ? [becomes(packageState(name), null)] : [])];
}

function alongEffects(plan: AptPlan | undefined, along: readonly string[]): readonly Effect[] {
  if (plan === undefined) return [disturbs(takesPackages)];
  const gone = along.map((name) => becomes(packageInstalled(name), false));
  return [...gone, ...plan.provides.map((name) => disturbs(packageSubjects(name)[0] ?? takesPackages))];
}
