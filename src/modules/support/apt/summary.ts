import type { AptPlan } from "../../../probes/apt-plan.js";

/** `install jq 1.6-2 with 2 more; upgrade curl 8.1 → 8.2; remove exim4`; undefined: nothing to tell. */
export function planSummary(plan: AptPlan, asked: ReadonlySet<string>): string | undefined {
  const fresh = plan.installs.filter(({ from }) => from === null);
  const own = fresh.filter(({ name }) => asked.has(name));
  const named = (own.length > 0 ? own : fresh).map(({ name, version }) => `${name} ${version}`);
  const along = fresh.length - named.length;
  const changed = plan.installs.filter(({ from }) => from !== null);
  const parts = [
    ...(named.length > 0 ? [`install ${few(named)}${along > 0 ? ` with ${along} more` : ""}`] : []),
    ...(changed.length > 0
      ? [`upgrade ${few(changed.map(({ name, from, version }) => `${name} ${from} → ${version}`))}`]
      : []),
    ...(plan.removes.length > 0 ? [`remove ${few(plan.removes)}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** A line stays a line. */
export function few(names: readonly string[], most = 10): string {
  return names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}
