import type { Change, Effect } from "../../../contract/change.js";
import { becomes } from "../../../contract/change.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { aptPlan, nothingPlanned } from "../../../probes/apt-plan.js";
import { packageSatisfied } from "../../../probes/package.js";
import { packageVersion } from "../../../probes/package-version.js";
import { broughtEffects, installedEffects, plannedEffects, satisfiedEffects } from "./effects.js";
import { aptGet, decisionOptions } from "./get.js";
import { type Look, look } from "./look.js";
import { planSummary } from "./summary.js";
import { type AptParams, requestsOf } from "./params.js";
import { isVersion, type Request, wordOf } from "./request.js";

export interface Installing {
  readonly kind: "install";
  /** What must be installed, upgraded or downgraded. */
  readonly needed: readonly Request[];
  /** What apt says; undefined: it was not asked, since nothing is needed. */
  readonly look?: Look;
}

interface Found {
  readonly request: Request;
  readonly satisfied: boolean;
  /** null: not installed; undefined: not asked. */
  readonly version: string | null | undefined;
}

/** Nothing needed: one wave. */
export async function observeInstall(read: Read, given: AptParams): Promise<Installing> {
  if (given.state === "latest") return observeLatest(read, given);
  const found = await Promise.all(requestsOf(given).map((request) => find(read, request)));
  const needed = found.filter((one) => isNeeded(one, given)).map(({ request }) => request);
  if (needed.length === 0) return { kind: "install", needed };
  return { kind: "install", needed, look: await look(read, installWords(needed, given), given) };
}

/** apt decides what is the latest, so it is asked about all of them. */
async function observeLatest(read: Read, given: AptParams): Promise<Installing> {
  const words = installWords(requestsOf(given), given);
  const seen = await look(read, words, given);
  const idle = seen.exact && seen.plan?.installs.length === 0 && seen.plan.removes.length === 0;
  if (!seen.exact && !seen.update) await read(aptPlan(words));
  return { kind: "install", needed: idle ? [] : requestsOf(given), look: seen };
}

async function find(read: Read, request: Request): Promise<Found> {
  const reading = read(packageSatisfied(request.name));
  if (request.version === undefined) return { request, satisfied: await reading, version: undefined };
  const [satisfied, version] = await Promise.all([reading, read.maybe(packageVersion(request.name))]);
  // A package that is surely missing needs no look at its version.
  if (version instanceof Unknown && satisfied) await read(packageVersion(request.name));
  return { request, satisfied, version: version instanceof Unknown ? null : version };
}

function isNeeded({ request, satisfied, version }: Found, given: AptParams): boolean {
  if (!satisfied) return !given.only_upgrade;
  return request.version !== undefined && !isVersion(request.version, version ?? "");
}

export function installWords(requests: readonly Request[], given: AptParams): readonly string[] {
  return ["install", ...decisionOptions(given), "--", ...requests.map(wordOf)];
}

export function installChanges({ needed, look: seen }: Installing, given: AptParams): readonly Change[] {
  if (needed.length === 0 || seen === undefined) return [];
  const { plan, exact } = seen;
  const words = installWords(needed, given);
  const settled = given.state === "latest" ? [becomes(aptPlan(words), nothingPlanned)] : [];
  const own = needed.flatMap((one) => ownEffects(one, seen, given));
  const effects = [...plannedEffects(plan, exact), ...own, ...settled, ...broughtEffects(given)];
  return [{ summary: summary(needed, seen, given), effects, steps: [aptGet(words, given)] }];
}

/** A name that apt does not list is there already, or a virtual one: another package provides it. */
function ownEffects({ name, version }: Request, { plan, exact }: Look, given: AptParams): readonly Effect[] {
  const bare = name.replace(/:.*/, "");
  const planned = plan?.installs.find((one) => one.name === name || one.name === bare);
  if (exact && planned !== undefined) return installedEffects(name, planned.version);
  // apt decided, so that nothing was asked about the package itself, and a missing one may stay away.
  if (given.state === "latest" && (exact || given.only_upgrade)) return [];
  const plain = version !== undefined && !/[*?]/.test(version);
  return [...satisfiedEffects(name), ...(plain ? [becomes(packageVersion(name), version)] : [])];
}

function summary(requests: readonly Request[], { plan, exact }: Look, given: AptParams): string {
  const words = requests.map(wordOf).join(", ");
  if (plan === undefined || !exact) return `${given.state === "latest" ? "install or upgrade" : "install"} ${words}`;
  return planSummary(plan, new Set(requests.map(({ name }) => name))) ?? `install ${words}`;
}
