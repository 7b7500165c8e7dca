import { isNamed } from "../contract/change.js";
import type { Task } from "../contract/play.js";
import { certainEffects, effectsOf } from "./effects.js";
import type { Prepared } from "./prepared.js";
import { subjectsOf, TouchIndex } from "./touch.js";
import { answered, type View } from "./view.js";

/**
 * The items of a loop are looked at together, and run in order: when what an item read is touched by one before it
 * (two lines of one file, a folder and its subfolder), it must be looked at again in between. Returns the first such
 * item behind `from`, or undefined when all may go together. `predicting`: a dry run, where reads outlive commands.
 */
export function firstConflict(task: Task, prepared: Prepared, from: number, predicting: boolean): number | undefined {
  const { views } = prepared;
  if (views === undefined || prepared.items.length - from < 2) return undefined;
  const readers = readersOf(views, from);
  const index = new TouchIndex<View>();
  for (const view of readers.keys()) index.add(view, subjectsOf(view.query, answered(view)));
  let cut: number | undefined;
  for (let i = from; i < (cut ?? prepared.items.length) - 1; i++) {
    const item = { ...prepared, items: prepared.items.slice(i, i + 1) };
    for (const effect of predicting ? effectsOf(task, item) : certainEffects(task, item)) {
      const named = isNamed(effect);
      if (!named && predicting) continue;
      const touched = named ? index.touchedBy(effect) : index.all();
      for (const view of touched) cut = least(cut, nextReader(readers.get(view) ?? [], i));
    }
  }
  return cut;
}

/** Who read what: the items of each view, in order. */
function readersOf(views: NonNullable<Prepared["views"]>, from: number): ReadonlyMap<View, readonly number[]> {
  const readers = new Map<View, number[]>();
  views.forEach((own, i) => {
    if (i < from) return;
    for (const view of own) {
      const items = readers.get(view) ?? [];
      readers.set(view, items);
      items.push(i);
    }
  });
  return readers;
}

/** Items stand in order; the first behind `i`. */
function nextReader(items: readonly number[], i: number): number | undefined {
  if ((items.at(-1) ?? -1) <= i) return undefined;
  let [low, high] = [0, items.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] ?? 0) > i) high = middle;
    else low = middle + 1;
  }
  return items[low];
}

/** The lesser of those that there are. */
export function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
