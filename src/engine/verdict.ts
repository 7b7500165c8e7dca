import type { FettleError } from "../contract/error.js";
import type { Expression, Scope, Task } from "../contract/play.js";
import { asFettleError, NeedsRealRun } from "./attempt.js";
import type { Evaluate } from "./outcome.js";

/** In the words of `register`. What is absent is not known in a dry run. */
interface Verdict {
  readonly changed?: boolean;
  readonly failed?: boolean;
  readonly failed_when_result?: boolean;
}

/** Applies `failed_when` and `changed_when`. `changed`, `failed`: what holds without them. */
export async function verdictOf(
  task: Task,
  scope: Scope,
  evaluate: Evaluate,
  result: Readonly<Record<string, unknown>>,
  changed: boolean | undefined,
  failed: boolean | undefined,
): Promise<Verdict | FettleError> {
  const seen = task.register === undefined ? scope : scope.with({ [task.register]: result });
  try {
    const fails = await all(task.failedWhen, seen, evaluate, failed);
    const changes = await all(task.changedWhen, seen, evaluate, changed);
    return {
      ...(changes !== undefined && { changed: changes }),
      ...(fails !== undefined && { failed: fails }),
      ...(fails !== undefined && task.failedWhen.length > 0 && { failed_when_result: fails }),
    };
  } catch (error) {
    return asFettleError(error);
  }
}

async function all(
  conditions: readonly Expression<boolean>[],
  scope: Scope,
  evaluate: Evaluate,
  otherwise: boolean | undefined,
): Promise<boolean | undefined> {
  if (conditions.length === 0) return otherwise;
  try {
    for (const condition of conditions) if (!(await evaluate(() => condition.evaluate(scope)))) return false;
    return true;
  } catch (error) {
    if (error instanceof NeedsRealRun) return undefined;
    throw error;
  }
}
