/** One step of an edit script: lines of `before` and `after` by index. */
export type Edit =
  | { readonly kind: "same"; readonly before: number; readonly after: number }
  | { readonly kind: "removed"; readonly before: number }
  | { readonly kind: "added"; readonly after: number };

/** Beyond so many differing lines the search for the shortest script costs too much: all old, then all new. */
const maxDistance = 2000;

/** The shortest edit script between two lists of lines (E. Myers, "An O(ND) Difference Algorithm", 1986). */
export function editScript(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const middle = searched(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return [
    ...range(head).map((i): Edit => ({ kind: "same", before: i, after: i })),
    ...middle.map((edit) => shifted(edit, head)),
    ...range(tail).map((i): Edit => ({
      kind: "same",
      before: before.length - tail + i,
      after: after.length - tail + i,
    })),
  ];
}

/** Per diagonal k = x - y, the furthest x with the edits made so far. */
class Reach {
  readonly #x: Int32Array;
  readonly #middle: number;

  constructor(distance: number, from?: Reach) {
    this.#middle = distance + 1;
    this.#x = new Int32Array(2 * distance + 3).fill(-1);
    if (from === undefined) this.#x[this.#middle + 1] = 0;
    else this.#x.set(from.#x, 1);
  }

  at(k: number): number {
    return this.#x[this.#middle + k] ?? -1;
  }

  set(k: number, x: number): void {
    this.#x[this.#middle + k] = x;
  }
}

function searched(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const trace: Reach[] = [];
  for (let distance = 0; distance <= Math.min(before.length + after.length, maxDistance); distance++) {
    const reach = new Reach(distance, trace.at(-1));
    trace.push(reach);
    for (let k = -distance; k <= distance; k += 2) {
      let x = goesDown(reach, k, distance) ? reach.at(k + 1) : reach.at(k - 1) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      reach.set(k, x);
      if (x >= before.length && x - k >= after.length) return backtrack(trace, before.length, after.length);
    }
  }
  return [
    ...before.map((_, i): Edit => ({ kind: "removed", before: i })),
    ...after.map((_, i): Edit => ({ kind: "added", after: i })),
  ];
}

/** Walks from the end to the start by what each distance could reach. A pass writes only every second diagonal, so
 * the others still hold what the pass before it reached. */
function backtrack(trace: readonly Reach[], beforeLength: number, afterLength: number): Edit[] {
  const edits: Edit[] = [];
  let [x, y] = [beforeLength, afterLength];
  for (let distance = trace.length - 1; distance >= 0; distance--) {
    const reach = trace[distance] as Reach;
    const k = x - y;
    const from = goesDown(reach, k, distance) ? k + 1 : k - 1;
    const startX = distance === 0 ? 0 : reach.at(from);
    const startY = distance === 0 ? 0 : startX - from;
    while (x > startX && y > startY) edits.push({ kind: "same", before: --x, after: --y });
    if (distance > 0) edits.push(x === startX ? { kind: "added", after: --y } : { kind: "removed", before: --x });
  }
  return edits.reverse();
}

function goesDown(reach: Reach, k: number, distance: number): boolean {
  return k === -distance || (k !== distance && reach.at(k - 1) < reach.at(k + 1));
}

function shifted(edit: Edit, by: number): Edit {
  switch (edit.kind) {
    case "same":
      return { kind: "same", before: edit.before + by, after: edit.after + by };
    case "removed":
      return { kind: "removed", before: edit.before + by };
    case "added":
      return { kind: "added", after: edit.after + by };
    default:
      return edit satisfies never;
  }
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
