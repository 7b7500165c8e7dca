import { didYouMean, hostError } from "../../../contract/error.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { anyAge, aptListsFresh } from "../../../probes/apt.js";
import { type AptPlan, aptPlan } from "../../../probes/apt-plan.js";
import type { AptParams } from "./params.js";

/** What apt would do, and whether its lists must be fetched before. */
export interface Look {
  /** Fetch the lists first. */
  readonly update: boolean;
  /** undefined: not to be known before the lists are there. */
  readonly plan: AptPlan | undefined;
  /** The plan is for the host as it will be. Otherwise it is for the host as it is today, before earlier tasks. */
  readonly exact: boolean;
}

/** Seconds for which lists are good when the task asks for an update and names no time. */
const DEFAULT_AGE = 300;

/** Seconds; undefined: the task does not ask for an update. */
export function maxAgeOf({ update_cache, cache_valid_time }: AptParams): number | undefined {
  if (cache_valid_time !== undefined) return update_cache === false ? undefined : cache_valid_time;
  return update_cache === true ? DEFAULT_AGE : undefined;
}

/**
 * One wave. Throws a host error when apt says that it cannot be done, and neither this task nor an earlier one of the
 * same dry run may bring lists that know better.
 */
export async function look(read: Read, words: readonly string[], given: AptParams): Promise<Look> {
  const age = maxAgeOf(given);
  const [planned, fresh] = await Promise.all([read.maybe(aptPlan(words)), read.maybe(aptListsFresh(age ?? anyAge))]);
  const today = planned instanceof Unknown ? (planned.was as AptPlan | undefined) : planned;
  const useful = today?.problem === null ? today : undefined;
  const current = fresh === true;
  const update = age === undefined ? useful === undefined && !current : !current;
  if (update) return { update, plan: undefined, exact: false };
  const exact = !(planned instanceof Unknown);
  if (exact && planned.problem !== null) throw impossible(planned.problem, planned.near);
  return { update, plan: useful, exact: exact && useful !== undefined };
}

function impossible(problem: string, near: readonly string[] = []): Error {
  const missing = [...problem.matchAll(/Unable to locate package ([^\s;]+)/g)].map(([, name = ""]) => name);
  if (missing.length === 0) return hostError(`apt cannot do it: ${problem}`);
  const meant = missing.flatMap((name) => didYouMean(name, near) ?? []);
  const advice = meant.length === 0 ? "check its name." : `did you mean ${meant.join(", ")}?`;
  return hostError(`there is no package ${missing.join(", ")}`, {
    remedy: `${advice} When its repository was added just now, write update_cache: true`,
  });
}
