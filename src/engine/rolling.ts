import type { Play, Rolling } from "../contract/play.js";

/** The hosts of a play in its order, split into those that it takes at a time. */
export function tranchesOf<T extends { readonly name: string }>(
  { serial, order }: Rolling,
  hosts: readonly T[],
): readonly (readonly T[])[] {
  const ordered = inOrder(order, hosts);
  if (serial.length === 0) return ordered.length === 0 ? [] : [ordered];
  const tranches: T[][] = [];
  for (let from = 0, i = 0; from < ordered.length; i++) {
    const size = sizeOf(serial[Math.min(i, serial.length - 1)] ?? 0, ordered.length);
    tranches.push(ordered.slice(from, from + size));
    from += size;
  }
  return tranches;
}

/** As in Ansible: a share is rounded down and at least one; 0 is all of them. */
function sizeOf(size: Rolling["serial"][number], hosts: number): number {
  if (typeof size === "number") return size === 0 ? hosts : size;
  return Math.max(1, Math.floor((Number.parseFloat(size) * hosts) / 100));
}

function inOrder<T extends { readonly name: string }>(order: Rolling["order"], hosts: readonly T[]): readonly T[] {
  const byName = (): T[] => [...hosts].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  switch (order) {
    case "inventory":
      return hosts;
    case "reverse_inventory":
      return [...hosts].reverse();
    case "sorted":
      return byName();
    case "reverse_sorted":
      return byName().reverse();
    case "shuffle":
      return shuffled(hosts);
    default:
      return order satisfies never;
  }
}

function shuffled<T>(hosts: readonly T[]): readonly T[] {
  const keyed = hosts.map((host) => ({ host, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ host }) => host);
}

/** Limits on failures mean something only when no host is ahead of the task that failed. */
export function goesInLockstep({ strategy, rolling, sections, handlers }: Play): boolean {
  const tasks = [...sections.flatMap((section) => section.tasks), ...handlers];
  const fatal = tasks.some(
    ({ anyErrorsFatal }) => anyErrorsFatal !== undefined && anyErrorsFatal.constant?.value !== false,
  );
  return strategy === "linear" || rolling.maxFailPercentage !== undefined || fatal;
}
