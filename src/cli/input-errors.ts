import type { FettleError } from "../contract/error.js";

/** Several things that are wrong with the input, found before anything was touched. */
export class InputErrors extends Error {
  constructor(readonly errors: readonly FettleError[]) {
    super(errors.map((error) => error.message).join("\n"));
  }
}
