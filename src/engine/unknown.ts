import type { TaskRef } from "../contract/event.js";
import { NotYet } from "../contract/play.js";
import type { Need } from "./needs.js";
import { disturbs, type Effect } from "../contract/change.js";
import { Unknown } from "../contract/query.js";
import { NeedsRealRun } from "./attempt.js";
import type { Because } from "./prepared.js";
import type { View } from "./reader.js";
import { askedAbout, subjectsOf } from "./touch.js";

/**
 * A verdict that cannot be given: why, and what the task may therefore have changed. That is what it looked at; a
 * task whose parameters are unknown may change anything, as an opaque command.
 */
export function unknownAfter(
  error: unknown,
  views: Iterable<View>,
): { readonly why: Because; readonly touches: readonly Effect[] } | undefined {
  if (error instanceof NeedsRealRun) {
    return { why: { what: error.what, because: error.because }, touches: [{ kind: "opaque", why: error.what }] };
  }
  if (!(error instanceof Unknown)) return undefined;
  const subjects = new Set([...views].flatMap((view) => subjectsOf(view.query, answered(view))));
  return {
    why: { what: askedAbout(error.query), because: error.because },
    touches: [...subjects].map((subject) => disturbs(subject)),
  };
}

/** The answer of a view; undefined when there is none that is known. */
export function answered(view: View): unknown {
  const answer = view.answer;
  return answer !== undefined && "value" in answer && !(answer.value instanceof Unknown) ? answer.value : undefined;
}

/** Dry run: the value of a variable that a task would set when it really ran. */
export class UnknownValue {
  constructor(
    readonly name: string,
    readonly because: TaskRef,
  ) {}

  /** To be thrown by whoever uses the variable. */
  get notYet(): NotYet {
    return new NotYet({ kind: "unknown", what: this.name, because: this.because } satisfies Need);
  }
}
