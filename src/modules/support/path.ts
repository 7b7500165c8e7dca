import * as z from "zod";
import { tidy } from "../../probes/file-way.js";

/** An absolute path on the host. `keepSlash`: a slash at the end means something and is kept. */
export const hostPath = ({ keepSlash = false } = {}) =>
  z.string({ error: "must be text" }).transform((path, issues) => {
    const problem = pathProblem(path);
    if (problem !== undefined) {
      issues.addIssue({ code: "custom", message: problem });
      return z.NEVER;
    }
    const clean = tidy(path);
    return keepSlash && path.endsWith("/") && clean !== "/" ? `${clean}/` : clean;
  });

function pathProblem(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.includes("\0")) return "holds a NUL byte";
  return path.startsWith("/") ? undefined : `${JSON.stringify(path)} is not absolute; begin it with /`;
}

/** The one value that is given under several names. */
export function oneOf<T>(given: Readonly<Record<string, T | undefined>>): { value: T } | { problem: string } {
  const names = Object.keys(given);
  const values = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const [first, second] = values;
  if (first === undefined) return { problem: `needs ${names[0] ?? ""}` };
  if (second !== undefined) return { problem: `has both ${first.name} and ${second.name}, which mean the same` };
  return { value: first.value };
}
