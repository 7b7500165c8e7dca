import type { ModuleSpec, TaskResult } from "../../../src/contract/module.js";
import type { Change } from "../../../src/contract/change.js";
import type { ExecStep, Outcome, StepResult } from "../../../src/contract/step.js";

/** The parameters as a task gives them, after the schema. */
export function parsed<P, S>(spec: ModuleSpec<P, S>, args: unknown): P {
  return spec.params.parse(args);
}

/** What is wrong with the parameters: `path: message` for each. */
export function problems<P, S>(spec: ModuleSpec<P, S>, args: unknown): string[] {
  const checked = spec.params.safeParse(args);
  return checked.success ? [] : checked.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}

/** What a module sees on a host where nothing keeps it from running. */
const clear = { skip: null };

/** The changes of a module that reads nothing but its guards. */
export function changes<P, S>(spec: ModuleSpec<P, S>, args: unknown): readonly Change[] {
  return (spec as ModuleSpec<P>).diff(clear, parsed(spec, args));
}

/** The only step of the only change, which runs something. */
export function execStep(made: readonly Change[]): ExecStep {
  const step = made[0]?.steps[0];
  if (made.length !== 1 || step?.do !== "exec") throw new Error("not one change with one exec step");
  return step;
}

export function ended(outcome: Outcome | number, stdout = "", stderr = "", truncated = false): StepResult {
  const captured = (text: string) => ({ bytes: Buffer.from(text, "latin1"), totalBytes: text.length, truncated });
  return {
    outcome: typeof outcome === "number" ? { kind: "exited", code: outcome, ok: outcome === 0 } : outcome,
    stdout: captured(stdout),
    stderr: captured(stderr),
  };
}

/** What `register` holds when the module's one step ended so; without a step: in a dry run. */
export function resultOf<P, S>(spec: ModuleSpec<P, S>, args: unknown, step?: StepResult): TaskResult {
  const outputs = step === undefined ? undefined : [[step]];
  return (spec as ModuleSpec<P>).result?.(outputs, parsed(spec, args), clear) ?? {};
}
