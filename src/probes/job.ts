import { JOB_FOLDER, JOB_STATE, type JobState, jobState } from "../contract/job.js";
import { defineProbe, ProbeFailure } from "../contract/query.js";
import { Cursor } from "./shell.js";

/** Of longer output only so much is read. */
export const maxOutputBytes = 256 * 1024;

/** A command that runs apart from the link, and what it has printed once it has ended. */
export type Job = JobState & { readonly stdout: Buffer; readonly stderr: Buffer; readonly truncated: boolean };

/** By its id, in the home of the user who asks. */
export const job = defineProbe<string, Job>({
  kind: "job",
  identify: (id) => id,
  subjects: (id) => [`system:job/${id}`],
  script: (ids) => ({
    text: `size() { [ -f "$1" ] && wc -c <"$1" | tr -d ' ' || echo 0; }
one() { j=$1; ${JOB_FOLDER}
s=$(${JOB_STATE})
o=0 e=0; case $s in done*) o=$(size "$d/out") e=$(size "$d/err") ;; esac
printf '%s\\0%s\\0%s\\0' "$s" "$o" "$e"
[ "$o" = 0 ] || head -c ${maxOutputBytes} -- "$d/out"
[ "$e" = 0 ] || head -c ${maxOutputBytes} -- "$d/err"; }
${ids.map((id) => `one ${id}`).join("\n")}`,
  }),
  parse: (output, ids) => {
    const cursor = new Cursor(output);
    return ids.map(() => readJob(cursor));
  },
});

function readJob(cursor: Cursor): Job {
  const state = jobState(cursor.until("\0"));
  if (state === undefined) throw new ProbeFailure("the answer is not understood");
  const stdout = Number(cursor.until("\0"));
  const stderr = Number(cursor.until("\0"));
  const take = (bytes: number): Buffer => Buffer.from(cursor.take(Math.min(bytes, maxOutputBytes)), "latin1");
  const truncated = stdout > maxOutputBytes || stderr > maxOutputBytes;
  return { ...state, stdout: take(stdout), stderr: take(stderr), truncated };
}
