import { type ErrorKind, FettleError } from "../contract/error.js";
import type { RunResult } from "../engine/run.js";

/** The exit statuses of the command line; README.md has the same table. */
export const EXIT = {
  done: 0,
  input: 1,
  changes: 2,
  failed: 3,
  unreachable: 4,
  locked: 5,
  defect: 70,
  interrupted: 130,
} as const;

const OF_KIND: Readonly<Record<ErrorKind, number>> = {
  input: EXIT.input,
  host: EXIT.failed,
  unreachable: EXIT.unreachable,
  locked: EXIT.locked,
  interrupted: EXIT.interrupted,
};

/** For something that ended with an error; anything but a FettleError is a defect of fettle. */
export function statusOfError(error: unknown): number {
  return error instanceof FettleError ? OF_KIND[error.kind] : EXIT.defect;
}

/** A failed host outweighs an unreachable one, and both outweigh changes. */
export function statusOfRun(result: RunResult, detailed: boolean): number {
  if (result.interrupted) return EXIT.interrupted;
  if (result.failed) return EXIT.failed;
  if (result.unreachable) return EXIT.unreachable;
  return detailed && result.changed ? EXIT.changes : EXIT.done;
}
