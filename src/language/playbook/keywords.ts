import { didYouMean, type FettleError } from "../../contract/error.js";
import type { Source } from "../source.js";
import type { Entry, MapNode } from "../nodes.js";

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
] as const;

export const TASK = [
  ...INHERITED,
  "args",
  "loop",
  "loop_control",
  "register",
  "notify",
  "changed_when",
  "failed_when",
] as const;

export const HANDLER = [...TASK, "listen"] as const;

export const BLOCK = [...INHERITED, "block", "notify"] as const;

export const ROLE = [...INHERITED, "role", "public"] as const;

export const PLAY = [
  ...["name", "hosts", "become", "become_user", "become_method", "remote_user", "connection", "port", "gather_facts"],
  ...["vars", "vars_files", "roles", "pre_tasks", "tasks", "post_tasks", "handlers", "tags", "environment", "timeout"],
  ...["force_handlers", "strategy", "check_mode", "no_log", "ignore_errors"],
] as const;

/** Ansible's, known and refused by name for now. */
const LATER = new Set([
  ...["any_errors_fatal", "async", "poll", "collections", "debugger", "delay", "retries", "until", "delegate_facts"],
  ...["delegate_to", "diff", "ignore_unreachable", "max_fail_percentage", "module_defaults", "order", "run_once"],
  ...["serial", "throttle", "vars_prompt", "rescue", "always", "action", "local_action", "gather_subset", "fact_path"],
  ...["gather_timeout", "remote_user", "port", "connection", "become_flags", "become_exe"],
  ...["with_items", "with_dict", "with_list", "with_fileglob", "with_together", "with_sequence", "with_subelements"],
  ...["with_nested", "with_first_found", "with_indexed_items", "with_lines", "with_random_choice", "with_flattened"],
  ...["include_tasks", "include_role", "import_role", "include_vars", "include", "import_playbook"],
]);

const REMEDIES: Readonly<Record<string, string>> = {
  with_items: "write loop: with a list or an expression",
  import_role: "name the role under roles:",
  include_role: "name the role under roles:",
  include_tasks: "use import_tasks: with a when:",
  import_playbook: "name several playbooks on the command line",
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
