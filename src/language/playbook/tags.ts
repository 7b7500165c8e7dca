/** Which tasks `--tags` and `--skip-tags` leave. */
export interface TagFilter {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** As Ansible: `always` runs unless it is skipped by name, `never` only when a tag of the task is asked for; with both it runs. */
export function isSelected(tags: readonly string[], { only, skip }: TagFilter): boolean {
  const own = new Set(tags);
  return isAsked(own, only) && !isSkipped(own, skip);
}

function isAsked(own: ReadonlySet<string>, only: readonly string[]): boolean {
  if (only.some((tag) => own.has(tag))) return true;
  const all = only.length === 0 || only.includes("all");
  if (own.has("always")) return true;
  if (own.has("never")) return false;
  if (all) return true;
  return (only.includes("tagged") && own.size > 0) || (only.includes("untagged") && own.size === 0);
}

function isSkipped(own: ReadonlySet<string>, skip: readonly string[]): boolean {
  if (skip.some((tag) => own.has(tag))) return true;
  if (skip.includes("all")) return !own.has("always");
  return (skip.includes("tagged") && own.size > 0) || (skip.includes("untagged") && own.size === 0);
}
