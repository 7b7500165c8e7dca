import { FettleError } from "../contract/error.js";
import { LoadErrors } from "../language/index.js";
import { createRedactor, type Redact, redactDeep } from "../ui/redact.js";

/** The same error with nothing secret in it: causes quote values. */
export function withoutSecrets(error: unknown, secrets: readonly string[]): unknown {
  const redact = createRedactor(() => secrets);
  if (error instanceof LoadErrors) return new LoadErrors(error.errors.map((one) => redacted(one, redact)));
  if (error instanceof FettleError) return redacted(error, redact);
  if (error instanceof Error) error.stack = redact(error.stack ?? error.message);
  return error;
}

function redacted({ details }: FettleError, redact: Redact): FettleError {
  // The place is the user's way to it, and holds the names of files only.
  const { kind, place, ...texts } = details;
  return new FettleError({ kind, ...(place !== undefined && { place }), ...redactDeep(texts, redact) });
}
