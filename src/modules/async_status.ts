import * as z from "zod";
import { disturbs } from "../contract/change.js";
import { JOB_FOLDER, jobId } from "../contract/job.js";
import { defineModule, type TaskResult } from "../contract/module.js";
import { job, type Job } from "../probes/job.js";

const params = z.strictObject({
  jid: jobId.describe("The job: `ansible_job_id` of what a task with `async` and `poll: 0` registered."),
  mode: z
    .enum(["status", "cleanup"])
    .default("status")
    .describe("`status`: how it fares. `cleanup`: remove what it left on the host."),
});

const ERASE = `j=$1
${JOB_FOLDER}
rm -rf -- "$d"`;

export const asyncStatus = defineModule<z.output<typeof params>, Job>({
  name: "async_status",
  summary: "Ask after a job that a task with async has started",
  description: [
    "Use it with `until: NAME.finished`, `retries` and `delay` to wait for it. As in Ansible it is asked as the user that the",
    "job runs as, and fails when the job has. What a job printed stays on the host until `mode: cleanup`.",
  ].join("\n"),
  class: "action",
  params,
  returns: {
    ansible_job_id: "The job.",
    started: "true.",
    finished: "Whether it has ended.",
    rc: "Exit status of the command. Only when it has ended.",
    stdout: "What it printed (also `stdout_lines`), of very long output the beginning. Only when it has ended.",
    stderr: "What it printed on standard error (also `stderr_lines`). Only when it has ended.",
    erased: "With `mode: cleanup`: the job whose folder was removed.",
  },
  examples: [
    {
      name: "Wait for it",
      yaml: "- name: until it is done\n  async_status:\n    jid: j123456789012.4711\n  register: job\n  until: job.finished\n  retries: 30\n  delay: 2",
    },
    {
      name: "Remove what it left",
      yaml: "- name: tidy up\n  async_status:\n    jid: j123456789012.4711\n    mode: cleanup",
    },
  ],
  observe: (read, { jid }) => read(job(jid)),
  diff: (seen, { jid, mode }) =>
    mode === "status" || seen.kind === "absent"
      ? []
      : [
          {
            summary: `remove what the job ${jid} left`,
            effects: [disturbs(`system:job/${jid}`)],
            steps: [{ do: "exec", argv: ["sh", "-c", ERASE, "fettle-job", jid] }],
          },
        ],
  result: (_outputs, { jid, mode }, seen) => {
    if (mode === "cleanup") return { ansible_job_id: jid, erased: jid, changed: seen.kind !== "absent" };
    return { ansible_job_id: jid, started: true, ...statusOf(jid, seen) };
  },
});

function statusOf(jid: string, seen: Job): TaskResult {
  switch (seen.kind) {
    case "running":
      return { finished: false, changed: false };
    case "absent":
      return { finished: true, changed: false, failed: true, msg: `there is no job ${jid} of this user` };
    case "gone":
      return { finished: true, changed: false, failed: true, msg: `the job ${jid} has ended without a word` };
    case "done":
      return { finished: true, ...outcomeOf(seen) };
    default:
      return seen satisfies never;
  }
}

function outcomeOf({ status, late, stdout, stderr, truncated }: Job & { kind: "done" }): TaskResult {
  const texts = { stdout: textOf(stdout), stderr: textOf(stderr) };
  return {
    rc: status,
    ...texts,
    stdout_lines: linesOf(texts.stdout),
    stderr_lines: linesOf(texts.stderr),
    changed: true,
    ...(truncated && { truncated: ["stdout", "stderr"] }),
    ...(status !== 0 && { failed: true, msg: late ? "it was ended: its time was up" : "non-zero return code" }),
  };
}

function textOf(bytes: Buffer): string {
  return bytes.toString("utf8").replace(/[\r\n]+$/, "");
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(/\r?\n/);
}
