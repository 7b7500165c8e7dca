import type { z } from "zod";
import { hostPath, oneOf } from "../path.js";

/** The names under which Ansible takes the path of a file that is edited. */
export const pathNames = {
  path: hostPath().optional().describe("The file."),
  dest: hostPath().optional().describe("The same as path."),
  destfile: hostPath().optional().describe("The same as path."),
  name: hostPath().optional().describe("The same as path."),
};

/** The one value given under several names; a problem is reported when there are two, or none where one is needed. */
export function onlyOne<T>(
  issues: z.RefinementCtx,
  given: Readonly<Record<string, T | undefined>>,
  isNeeded: boolean,
): T | undefined {
  const found = oneOf(given);
  if ("value" in found) return found.value;
  const isNone = Object.values(given).every((value) => value === undefined);
  if (isNeeded || !isNone) issues.addIssue({ code: "custom", message: found.problem });
  return undefined;
}
