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
  "diff",
  "ignore_unreachable",
  "delegate_facts",
  "module_defaults",
  "collections",
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
  "async",
  "poll",
  "delay",
] as const;

export const HANDLER = [...TASK, "listen"] as const;

export const BLOCK = [...INHERITED, "block", "rescue", "always", "notify"] as const;

/** What `apply` of an include says of the tasks. */
export const APPLY = [...INHERITED, "notify"] as const;

export const ROLE = [...INHERITED, "role", "public"] as const;

export const PLAY = [
  ...["name", "hosts", "become", "become_user", "become_method", "remote_user", "connection", "port", "gather_facts"],
  ...["vars", "vars_files", "roles", "pre_tasks", "tasks", "post_tasks", "handlers", "tags", "environment", "timeout"],
  ...["force_handlers", "strategy", "check_mode", "no_log", "ignore_errors", "serial", "order", "run_once"],
  ...["max_fail_percentage", "any_errors_fatal", "diff", "module_defaults", "collections", "throttle"],
  ...["gather_subset", "gather_timeout", "vars_prompt", "ignore_unreachable"],
] as const;

/** Keywords of Ansible's that are not there, and what to write instead. */
const REFUSED: Readonly<Record<string, string>> = {
  debugger: "remove it; `--step` asks before each task, and -vv shows what was sent",
  remote_user: "set it for the play, or ansible_user for the host",
  port: "set it for the play, or ansible_port for the host",
  connection: "set it for the play; for one task on the controller write delegate_to: localhost",
  become_flags: "remove it: sudo is called with what it needs",
  become_exe: "remove it: sudo is looked for in the PATH",
  fact_path: "remove it; read a file of facts by slurp",
  with_env: 'write loop: [env("NAME")]',
  with_url: "read it by uri: with register:, and loop over that",
  accelerate: "remove it",
  accelerate_ipv6: "remove it",
  accelerate_port: "remove it",
  include: "write include_tasks: or import_tasks:",
  async: "write it at a task",
  poll: "write it at a task",
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
  const instead = REFUSED[key];
  if (instead !== undefined) return source.error(keyPlace, `${what} cannot have "${key}" here`, instead);
  const meant = didYouMean(key, known) ?? onlyOneThatBegins(key, known);
  const remedy = meant === undefined ? elsewhere(key, known, what) : `did you mean "${meant}"?`;
  return source.error(keyPlace, `${what} has no key "${key}"`, remedy);
}

/** `gather`: gather_facts. */
function onlyOneThatBegins(key: string, known: readonly string[]): string | undefined {
  const found = known.filter((one) => key.length > 3 && one.startsWith(key));
  return found.length === 1 ? found[0] : undefined;
}

/** Where a key belongs that is none here; else what there is. */
function elsewhere(key: string, known: readonly string[], what: string): string {
  if (what === "a block" && key === "loop") return "put its tasks into a file, and loop over include_tasks";
  if ((TASK as readonly string[]).includes(key))
    return what === "a block" ? "write it at the tasks in the block" : "write it at a task or block";
  if ((PLAY as readonly string[]).includes(key)) return "write it at the play";
  if (what === "a block") return "it takes block, rescue, always, and keywords of tasks; a module is a task of its own";
  if (what === "a play") return "it takes hosts, vars, roles, tasks, handlers, become …";
  if (known.length <= 12) return `it takes ${known.join(", ")}`;
  if (what === "a task" || what === "a handler") return "a parameter of the module is indented below the module's name";
  return `it takes ${known.slice(0, 8).join(", ")} …`;
}

export function isRefused(key: string): boolean {
  return Object.hasOwn(REFUSED, key);
}
