import type { Scope, Task } from "../contract/play.js";
import type { Prepared } from "./prepared.js";

export type Settings = Pick<
  Prepared,
  | "environment"
  | "ignoreErrors"
  | "noLog"
  | "checkMode"
  | "timeoutMs"
  | "retry"
  | "pauseMs"
  | "anyErrorsFatal"
  | "diff"
  | "job"
  | "delegateFacts"
>;

/** What a task's keywords say on a host. Throws an input error. */
export function settingsOf(task: Task, scope: Scope): Settings {
  const seconds = task.timeout?.evaluate(scope);
  const pause = task.loop?.pause?.evaluate(scope);
  const retry = retryOf(task, scope);
  const diff = task.diff?.evaluate(scope);
  const checked = task.checkMode?.evaluate(scope);
  const environment: Readonly<Record<string, string>>[] = task.environment.map((one) => one.evaluate(scope));
  return {
    environment: Object.assign({}, ...environment) as Record<string, string>,
    ignoreErrors: task.ignoreErrors?.evaluate(scope) ?? false,
    noLog: task.noLog?.evaluate(scope) ?? false,
    anyErrorsFatal: task.anyErrorsFatal?.evaluate(scope) ?? false,
    ...(diff !== undefined && { diff }),
    ...(task.delegateFacts?.evaluate(scope) === true && { delegateFacts: true }),
    ...(checked !== undefined && { checkMode: checked }),
    ...(seconds !== undefined && seconds > 0 && { timeoutMs: seconds * 1000 }),
    ...(retry !== undefined && { retry }),
    ...jobOf(task, scope),
    ...(pause !== undefined && pause > 0 && { pauseMs: pause * 1000 }),
  };
}

/** As in Ansible: every 15 seconds when nothing is said. */
function jobOf(task: Task, scope: Scope): Pick<Settings, "job"> {
  const seconds = task.async?.evaluate(scope) ?? 0;
  if (seconds === 0) return {};
  return { job: { seconds: Math.ceil(seconds), pollMs: (task.poll?.evaluate(scope) ?? 15) * 1000 } };
}

/** As in Ansible: `retries` is how often it is tried after the first time, three times when nothing is said. */
function retryOf({ until, retries, delay }: Task, scope: Scope): Settings["retry"] {
  if (until.length === 0 && retries === undefined) return undefined;
  return {
    attempts: Math.max(1, (retries?.evaluate(scope) ?? 3) + 1),
    delayMs: (delay?.evaluate(scope) ?? 5) * 1000,
  };
}
