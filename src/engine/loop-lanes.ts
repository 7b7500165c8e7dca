import type { Prepared, PreparedItem } from "./prepared.js";

/** A task's own lane and environment, or those of an item that has others. */
export function asItem(prepared: Prepared, { lane, environment }: PreparedItem): Prepared {
  if (lane === undefined && environment === undefined) return prepared;
  return { ...prepared, lane: lane ?? prepared.lane, environment: environment ?? prepared.environment };
}

/** The rest of a loop goes as the user of its first item. */
export function asNext(prepared: Prepared, from: number): Prepared {
  const lane = prepared.items[from]?.lane;
  return lane === undefined ? prepared : { ...prepared, lane };
}

/** The first item behind `from` that runs as another user; undefined when all may go together. */
export function firstOtherLane({ items, lane }: Prepared, from: number): number | undefined {
  const user = (item: PreparedItem | undefined): string | undefined => (item?.lane ?? lane).becomeUser;
  const at = items.findIndex((item, i) => i > from && user(item) !== user(items[from]));
  return at < 0 ? undefined : at;
}
