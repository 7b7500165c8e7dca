import { didYouMean, type FettleError } from "../../contract/error.js";
import type { Source } from "../source.js";
import type { Entry, MapNode } from "../nodes.js";
import { WITH_LOOPS } from "./with-loops.js";

/** Keywords that tasks, blocks and roles share, and that what stands inside inherits. */
export const INHERITED = [
  "name",
  "when",
  "tags",
  "become",
  "become_user",
  "become_method",
  "vars",
  "environment",
  "ignore_errors",
  "no_log",
  "check_mode",
  "timeout",
  "delegate_to",
  "run_once",
  "throttle",
  "any_errors_fatal",
] as const;

export const TASK = [
  ...INHERITED,
  "args",
  "loop",
  ...WITH_LOOPS,
  "loop_control",
  "register",
  "notify",
  "changed_when",
  "failed_when",
  "until",
  "retries",
  "delay",
] as const;

export const HANDLER = [...TASK, "listen"] as const;

export const BLOCK = [...INHERITED, "block", "rescue", "always", "notify"] as const;

export const ROLE = [...INHERITED, "role", "public"] as const;

export const PLAY = [
  ...["name", "hosts", "become", "become_user", "become_method", "remote_user", "connection", "port", "gather_facts"],
  ...["vars", "vars_files", "roles", "pre_tasks", "tasks", "post_tasks", "handlers", "tags", "environment", "timeout"],
  ...["force_handlers", "strategy", "check_mode", "no_log", "ignore_errors", "serial", "order", "run_once"],
  ...["max_fail_percentage", "any_errors_fatal"],
] as const;

/** Ansible's, known and refused by name for now. */
const LATER = new Set([
  ...["async", "poll", "collections", "debugger", "delegate_facts"],
  ...["diff", "ignore_unreachable", "module_defaults"],
  ...["vars_prompt", "action", "local_action", "gather_subset", "fact_path"],
  ...["gather_timeout", "remote_user", "port", "connection", "become_flags", "become_exe"],
  ...["with_lines", "with_inventory_hostnames", "with_env", "with_url"],
  "include",
]);

const REMEDIES: Readonly<Record<string, string>> = {
  include: "write include_tasks: or import_tasks:",
};

/** Refuses keys that are not known, each with the one that may be meant. */
export function unknownKeys(
  node: MapNode,
  known: readonly string[],
  what: string,
  source: Source,
): readonly FettleError[] {
  return node.entries.filter(({ key }) => !known.includes(key)).map((entry) => unknownKey(entry, known, what, source));
}

export function unknownKey(entry: Entry, known: readonly string[], what: string, source: Source): FettleError {
  const { key, keyPlace } = entry;
  if (LATER.has(key)) return source.error(keyPlace, `"${key}" is not supported yet`, REMEDIES[key]);
  const meant = didYouMean(key, known);
  return source.error(
    keyPlace,
    `${what} has no key "${key}"`,
    meant === undefined ? undefined : `did you mean "${meant}"?`,
  );
}

export function isLater(key: string): boolean {
  return LATER.has(key);
}
