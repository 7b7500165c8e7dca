import type { Change, Effect } from "../../../contract/change.js";
import { becomes } from "../../../contract/change.js";
import { type Read, Unknown } from "../../../contract/query.js";
import { aptPlan, nothingPlanned } from "../../../probes/apt-plan.js";
import { type PackageState, packageState } from "../../../probes/package.js";
import { packageVersion } from "../../../probes/package-version.js";
import { broughtEffects, installedEffects, plannedEffects } from "./effects.js";
import { aptGet, decisionOptions } from "./get.js";
import { type Look, look } from "./look.js";
import { planSummary } from "./summary.js";
import { type AptParams, requestsOf } from "./params.js";
import { isVersion, type Request, wordOf } from "./request.js";

export interface Installing {
  readonly kind: "install";
  /** What must be installed, upgraded or downgraded. */
  readonly needed: readonly Needed[];
  /** What apt says; undefined: it was not asked, since nothing is needed. */
  readonly look?: Look;
}

interface Needed {
  readonly request: Request;
  /** undefined: not asked. */
  readonly state: PackageState | undefined;
}

interface Found extends Needed {
  readonly state: PackageState;
  /** null: not installed; undefined: not asked. */
  readonly version: string | null | undefined;
}

/** Nothing needed: one wave. */
export async function observeInstall(read: Read, given: AptParams): Promise<Installing> {
  if (given.state === "latest") return observeLatest(read, given);
  const found = await Promise.all(requestsOf(given).map((request) => find(read, request)));
  const needed = found.filter((one) => isNeeded(one, given));
  if (needed.length === 0) return { kind: "install", needed };
  const words = installWords(
    needed.map(({ request }) => request),
    given,
  );
  return { kind: "install", needed, look: await look(read, words, given) };
}

/** apt decides what is the latest, so it is asked about all of them. */
async function observeLatest(read: Read, given: AptParams): Promise<Installing> {
  const words = installWords(requestsOf(given), given);
  const seen = await look(read, words, given);
  const idle = seen.exact && seen.plan?.installs.length === 0 && seen.plan.removes.length === 0;
  if (!seen.exact && !seen.update) await read(aptPlan(words));
  const all = requestsOf(given).map((request): Needed => ({ request, state: undefined }));
  return { kind: "install", needed: idle ? [] : all, look: seen };
}

async function find(read: Read, request: Request): Promise<Found> {
  const state = read(packageState(request.name));
  if (request.version === undefined) return { request, state: await state, version: undefined };
  const version = read.maybe(packageVersion(request.name));
  const both = await Promise.all([state, version]);
  // A package that is surely missing needs no look at its version.
  if (both[1] instanceof Unknown && both[0] !== null) await read(packageVersion(request.name));
  return { request, state: both[0], version: both[1] instanceof Unknown ? null : both[1] };
}

function isNeeded({ request, state, version }: Found, given: AptParams): boolean {
  const there = state === "installed" || state === "provided";
  if (!there) return !given.only_upgrade || state === "broken";
  return request.version !== undefined && !isVersion(request.version, version ?? "");
}

export function installWords(requests: readonly Request[], given: AptParams): readonly string[] {
  return ["install", ...decisionOptions(given), "--", ...requests.map(wordOf)];
}

export function installChanges({ needed, look: seen }: Installing, given: AptParams): readonly Change[] {
  if (needed.length === 0 || seen === undefined) return [];
  const { plan, exact } = seen;
  const requests = needed.map(({ request }) => request);
  const words = installWords(requests, given);
  const settled = given.state === "latest" ? [becomes(aptPlan(words), nothingPlanned)] : [];
  const own = needed.flatMap((one) => ownEffects(one, seen, given));
  const effects = [...plannedEffects(plan, exact), ...own, ...settled, ...broughtEffects(given)];
  return [{ summary: summary(requests, seen, given), effects, steps: [aptGet(words, given)] }];
}

/** A name that is missing and that apt does not list is a virtual one: another package provides it. */
function ownEffects({ request, state }: Needed, { plan, exact }: Look, given: AptParams): readonly Effect[] {
  const { name, version } = request;
  const bare = name.replace(/:.*/, "");
  const planned = plan?.installs.find((one) => one.name === name || one.name === bare);
  if (exact && planned !== undefined) return installedEffects(name, planned.version);
  if (exact && state === undefined) return [];
  if (exact && state !== "broken") return [becomes(packageState(name), "provided")];
  // What is not there stays away.
  if (given.only_upgrade && state === undefined) return [];
  return installedEffects(name, version !== undefined && !/[*?]/.test(version) ? version : undefined);
}

function summary(requests: readonly Request[], { plan, exact }: Look, given: AptParams): string {
  const words = requests.map(wordOf).join(", ");
  if (plan === undefined || !exact) return `${given.state === "latest" ? "install or upgrade" : "install"} ${words}`;
  return planSummary(plan, new Set(requests.map(({ name }) => name))) ?? `install ${words}`;
}
