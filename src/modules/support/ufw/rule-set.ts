import type { UfwRule } from "../../../probes/ufw-rule.js";
import { type Family, keyOf } from "./compile.js";
import type { RuleEdit } from "./edit.js";

/** What a comment begins with when the rule is fettle's to change and to remove. */
export const OWN = "fettle:";

export function ownComment(comment: string): string {
  return comment.startsWith(OWN) ? comment : `${OWN} ${comment}`.trimEnd();
}

const isOwn = (rule: UfwRule): boolean => rule.comment.startsWith(OWN);

/**
 * Makes the rules of a list be there, in that order. A rule that somebody else made and that says the same is left as
 * it is. `prune`: those of fettle's own that are not in the list go, after the others have come.
 */
export function setAll(edit: RuleEdit, family: Family, wanted: readonly UfwRule[], prune: boolean): void {
  const moved = outOfOrder(edit.list(family), wanted);
  for (const [i, rule] of wanted.entries()) {
    let there = edit.find(family, rule);
    if (there >= 0 && moved.has(keyOf(rule))) {
      edit.remove(family, there);
      there = -1;
    }
    const is = edit.list(family)[there];
    if (is === undefined) edit.set(family, rule, placeOf(edit, family, wanted, i, moved));
    else if (!saysTheSame(is, rule)) edit.set(family, rule);
  }
  if (!prune) return;
  const keys = new Set(wanted.map(keyOf));
  for (let i = edit.list(family).length - 1; i >= 0; i--) {
    const rule = edit.list(family)[i];
    if (rule !== undefined && isOwn(rule) && !keys.has(keyOf(rule))) edit.remove(family, i);
  }
}

function saysTheSame(is: UfwRule, wanted: UfwRule): boolean {
  return is.action === wanted.action && is.log === wanted.log && (is.comment === wanted.comment || !isOwn(is));
}

/** Behind the one before it; the first of all before the next one that is there already. Absent: at the end. */
function placeOf(
  edit: RuleEdit,
  family: Family,
  wanted: readonly UfwRule[],
  index: number,
  moved: ReadonlySet<string>,
): number | undefined {
  const before = wanted[index - 1];
  if (before !== undefined) return edit.find(family, before) + 1;
  const next = wanted.slice(1).find((rule) => edit.find(family, rule) >= 0 && !moved.has(keyOf(rule)));
  return next === undefined ? undefined : edit.find(family, next);
}

/** Keys of the fewest rules that must move so that the others stand in the wanted order. */
function outOfOrder(list: readonly UfwRule[], wanted: readonly UfwRule[]): ReadonlySet<string> {
  const keys = list.map(keyOf);
  const there = wanted.map(keyOf).filter((key) => keys.includes(key));
  // The longest run of them that is in order already stays.
  const runs: string[][] = [];
  for (const [i, key] of there.entries()) {
    const at = keys.indexOf(key);
    const before = runs.slice(0, i).filter((run) => keys.indexOf(run.at(-1) ?? "") < at);
    const longest = before.reduce<readonly string[]>((best, run) => (run.length > best.length ? run : best), []);
    runs.push([...longest, key]);
  }
  const staying = new Set(runs.reduce<readonly string[]>((best, run) => (run.length > best.length ? run : best), []));
  return new Set(there.filter((key) => !staying.has(key)));
}
