/** Where a task stands in the order of a host's tasks; what it expands to stands right behind it: [5], [5, 1], [6]. */
export type Position = readonly number[];

/** Behind everything. */
export const LAST: Position = [Number.MAX_SAFE_INTEGER];

/** Handlers stand behind what a task may expand to. */
const HANDLERS = 1_000_000_000;

/** The place of the n-th handler that runs behind a task. */
export function behind(position: Position, n: number): Position {
  return [...position, HANDLERS + n];
}

/** Negative: `a` comes first. */
export function compare(a: Position, b: Position): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
