import { type FettleError, hostError } from "../contract/error.js";
import type { TaskResult } from "../contract/module.js";

export function failureOf(
  broken: FettleError | undefined,
  own: string | undefined,
  data: Readonly<Record<string, unknown>>,
): FettleError {
  if (broken === undefined) return hostError(own ?? "failed_when says that it failed", evidence(data));
  return own === undefined ? broken : hostError(own);
}

export function brokenResult(error: FettleError): TaskResult {
  return {
    failed: true,
    msg: error.details.cause,
    ...(error.details.detail !== undefined && { stderr: error.details.detail }),
  };
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function evidence(data: Readonly<Record<string, unknown>>): { detail?: string } {
  const detail = text(data["stderr"]) || text(data["stdout"]);
  return detail === undefined || detail === "" ? {} : { detail };
}
