import { type Query, Unknown } from "../contract/query.js";
import type { LaneKey } from "../contract/transport.js";

/** What one query read for one lane. Attempts keep the views they used; a touched view is stale for good. */
export interface View {
  readonly lane: LaneKey;
  readonly query: Query<unknown>;
  stale: boolean;
  /** Undefined until answered. */
  answer?: Answer;
}

export type Answer = { readonly value: unknown } | { readonly failure: Error };

/** The answer of a view; undefined when there is none that is known. */
export function answered({ answer }: View): unknown {
  return answer !== undefined && "value" in answer && !(answer.value instanceof Unknown) ? answer.value : undefined;
}

export function asAnswer(value: Promise<unknown>): Promise<Answer> {
  return value.then(
    (known) => ({ value: known }),
    (failure: unknown) => ({ failure: failure as Error }),
  );
}

export function valueOf(answer: Answer): unknown {
  if ("failure" in answer) throw answer.failure;
  return answer.value;
}

/** Not known, and not only because an installation may bring something. */
export function isOpen(answer: Answer): boolean {
  return "failure" in answer || (answer.value instanceof Unknown && answer.value.cause.brings !== true);
}
