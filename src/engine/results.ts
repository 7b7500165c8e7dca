import type { Change } from "../contract/change.js";
import { type FettleError, hostError } from "../contract/error.js";
import type { ChangeOutputs } from "../contract/module.js";
import { type Step, type StepResult, succeeded } from "../contract/step.js";

const DETAIL_BYTES = 2000;

/** The first step of an item that did not do what it was asked to, as an error; undefined when all did. */
export function stepFailure(changes: readonly Change[], outputs: readonly ChangeOutputs[]): FettleError | undefined {
  for (const [i, change] of changes.entries()) {
    for (const [j, result] of (outputs[i] ?? []).entries()) {
      const step = change.steps[j];
      if (step !== undefined && !succeeded(result)) return explain(change, step, result);
    }
  }
  return undefined;
}

/** Whether every step was skipped by its guards: nothing was changed after all. */
export function allGuarded(outputs: readonly ChangeOutputs[]): boolean {
  const results = outputs.flat();
  return results.length > 0 && results.every((result) => result.outcome.kind === "guarded");
}

export function isLost(outputs: readonly ChangeOutputs[]): boolean {
  return outputs.flat().some((result) => result.outcome.kind === "lost");
}

function explain(change: Change, step: Step, result: StepResult): FettleError {
  const detail = tail(result.stderr.bytes) || tail(result.stdout.bytes);
  return hostError(`${nameOf(change, step)} ${ending(result)}`, detail === "" ? {} : { detail });
}

function ending({ outcome }: StepResult): string {
  switch (outcome.kind) {
    case "exited":
      return `failed with exit status ${outcome.code}`;
    case "timedOut":
      return `was ended: it took longer than ${outcome.afterMs / 1000} s`;
    case "lost":
      return "was sent, and nobody knows whether it ended";
    case "notRun":
      return "did not run";
    case "guarded":
      return "was skipped";
    default:
      return outcome satisfies never;
  }
}

/** What it was for, in the words of the plan: the command that did not do it says little. */
function nameOf({ summary }: Change, step: Step): string {
  const check = step.do === "put" && step.validate !== undefined ? ` (checked by ${step.validate.join(" ")})` : "";
  return `${summary.replace(/^run /, "")}${check}`;
}

function tail(bytes: Buffer): string {
  return bytes
    .subarray(Math.max(0, bytes.length - DETAIL_BYTES))
    .toString("utf8")
    .trimEnd();
}
