import { FettleError } from "../contract/error.js";
import type { Scope, Task } from "../contract/play.js";
import { NeedsRealRun } from "./attempt.js";
import type { Because } from "./prepared.js";

type Evaluate = <T>(work: () => T) => Promise<T>;

/** undefined: all conditions of `when` hold; a text: the one that does not; a Because: a dry run cannot tell. */
export async function whenOf(task: Task, scope: Scope, evaluate: Evaluate): Promise<string | Because | undefined> {
  let unknown: Because | undefined;
  for (const condition of task.when) {
    try {
      if (!(await evaluate(() => condition.evaluate(scope)))) return condition.source;
    } catch (error) {
      if (!(error instanceof NeedsRealRun)) throw error;
      unknown = { what: error.what, because: error.because };
    }
  }
  return unknown;
}

/** A list that is not there is no failure where a condition that needs no item is false. Gives that condition. */
export async function whenInstead(task: Task, scope: Scope, error: unknown, evaluate: Evaluate): Promise<string> {
  if (!(error instanceof FettleError)) throw error;
  const skip = await whenOf(task, scope, evaluate).catch((other: unknown) => {
    throw other instanceof FettleError ? error : other;
  });
  if (typeof skip === "string") return skip;
  throw skip === undefined ? error : new NeedsRealRun(skip.what, skip.because);
}
