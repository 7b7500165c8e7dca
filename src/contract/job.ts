import * as z from "zod";

/** How a command lies on a host that runs apart from the link: `async`. */

/** Names of jobs: what Ansible's look like, and never a way out of the folder. */
export const jobId = z.string().regex(/^j[0-9]+\.[0-9]+$/, { error: "is not the id of a job" });

/** Shell: `$d` becomes the folder of the job `$j`, below the home of the user that it runs as. */
export const JOB_FOLDER = "d=${HOME:?}/.fettle/jobs/$j";

/**
 * Shell: says on standard output how the job in `$d` fares: `absent`, `running`, `gone` (it ended without a word: the
 * host was started anew, or somebody killed it), `done STATUS`, `done late STATUS` (its time was up).
 */
export const JOB_STATE = `if [ ! -d "$d" ]; then echo absent
elif [ -f "$d/rc" ]; then echo "done $(cat "$d/rc")"
else p=$(cat "$d/pid" 2>/dev/null)
if [ -z "$p" ] || tr '\\0' ' ' 2>/dev/null <"/proc/$p/cmdline" | grep -qF -- "$d"; then echo running
elif [ -f "$d/rc" ]; then echo "done $(cat "$d/rc")"
else echo gone; fi; fi`;

export type JobState =
  | { readonly kind: "absent" | "running" | "gone" }
  | { readonly kind: "done"; readonly status: number; readonly late: boolean };

/** What JOB_STATE says. undefined: it is none of that. */
export function jobState(line: string): JobState | undefined {
  const said = line.trim();
  if (said === "absent" || said === "running" || said === "gone") return { kind: said };
  const [, late, status] = /^done (late )?(\d+)$/.exec(said) ?? [];
  return status === undefined ? undefined : { kind: "done", status: Number(status), late: late !== undefined };
}
