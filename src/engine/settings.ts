import type { Place } from "../contract/error.js";
import type { Scope, Task } from "../contract/play.js";
import type { Prepared } from "./prepared.js";

type Settings = Pick<Prepared, "environment" | "topics" | "ignoreErrors" | "noLog" | "checkMode" | "timeoutMs">;

/** What a task's keywords say on a host. Throws an input error, also for a topic that no handler answers to. */
export function settingsOf(task: Task, scope: Scope, checkTopic: (topic: string, place: Place) => void): Settings {
  const seconds = task.timeout?.evaluate(scope);
  const checked = task.checkMode?.evaluate(scope);
  const environment: Readonly<Record<string, string>>[] = task.environment.map((one) => one.evaluate(scope));
  return {
    environment: Object.assign({}, ...environment) as Record<string, string>,
    topics: task.notify.map((topic) => {
      const name = topic.evaluate(scope);
      checkTopic(name, topic.place);
      return name;
    }),
    ignoreErrors: task.ignoreErrors?.evaluate(scope) ?? false,
    noLog: task.noLog?.evaluate(scope) ?? false,
    ...(checked !== undefined && { checkMode: checked }),
    ...(seconds !== undefined && seconds > 0 && { timeoutMs: seconds * 1000 }),
  };
}
