import type { Change } from "../../../contract/change.js";
import { disturbs } from "../../../contract/change.js";
import type { ChangeOutputs, TaskResult } from "../../../contract/module.js";
import type { StepResult } from "../../../contract/step.js";
import { decode } from "../../run/output.js";
import { listsSubject } from "../../../probes/apt.js";
import { updateEffects } from "../apt/effects.js";
import { aptUpdate } from "../apt/get.js";
import { deliveryChanges } from "../deliver.js";
import { absentChanges } from "../file/absent.js";
import { absent, keyPath, type Repository, type RepositoryState, sourcePath } from "./observe.js";

/** Seconds for which the lists are then known to be good: what `update_cache` of apt asks for. */
const FRESH = 300;

/** The key goes first: whoever looks at the source needs it. When a repository goes, the source goes first. */
export function repositoryChanges(state: RepositoryState, given: Repository): readonly Change[] {
  const changes =
    state.kind === "absent"
      ? state.files.flatMap((file) => absentChanges(file, absent(file.path)))
      : [...(state.key === undefined ? [] : deliveryChanges(state.key)), ...sourceChanges(state, given)];
  if (changes.length === 0 || !given.update_cache) return changes;
  const update = {
    summary: "fetch the package lists",
    effects: updateEffects(FRESH),
    steps: [aptUpdate(given.source)],
  };
  return [...changes, update];
}

/** To check it, its lists were fetched. */
function sourceChanges(
  { source }: Extract<RepositoryState, { kind: "present" }>,
  given: Repository,
): readonly Change[] {
  const changes = deliveryChanges(source);
  if (!given.update_cache) return changes;
  return changes.map((change) => ({ ...change, effects: [...change.effects, disturbs(listsSubject)] }));
}

export const repositoryReturns = {
  dest: "The file of the source.",
  key_filename: "The file of its key, when `signed_by` brought one.",
  repo: "What is in the file of the source.",
};

export function repositoryResult(
  outputs: readonly ChangeOutputs[] | undefined,
  { name, state: wish }: Repository,
  state: RepositoryState,
): TaskResult {
  const hasKey = state.kind === "present" && state.key !== undefined;
  const broken = outputs?.flat().find(({ outcome }) => outcome.kind === "exited" && !outcome.ok);
  return {
    dest: sourcePath(name),
    state: wish,
    ...(hasKey && { key_filename: keyPath(name) }),
    ...(state.kind === "present" && { repo: state.text }),
    ...(broken !== undefined && { failed: true, msg: complaint(broken) }),
  };
}

/** apt's errors, which say more than that a command failed. */
function complaint({ stderr }: StepResult): string {
  const lines = decode(stderr, true).split("\n");
  const errors = lines.filter((line) => line.startsWith("E: ")).map((line) => line.slice(3));
  const warnings = lines.filter((line) => line.startsWith("W: ")).map((line) => line.slice(3));
  const said = errors.length + warnings.length > 0 ? [...errors, ...warnings] : lines;
  return `apt does not take the repository: ${said.join("; ")}`;
}
