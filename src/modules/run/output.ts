import type { ChangeOutputs, TaskResult } from "../../contract/module.js";
import type { Seen } from "./skip.js";
import type { Captured, Guard, Outcome, StepResult } from "../../contract/step.js";

/** What `register` holds after a command: descriptions for the reference. */
export const commandReturns = {
  rc: "Exit status of the command. Absent when it did not end by itself (timeout).",
  stdout: "What it printed, invalid UTF-8 replaced. Of very long output the head and the tail.",
  stderr: "What it printed on standard error.",
  stdout_lines: "`stdout` as a list of lines.",
  stderr_lines: "`stderr` as a list of lines.",
  cmd: "What was run: a list of words, or the shell's text.",
  truncated: "Names of the fields whose middle is missing, for example `[stdout, stdout_lines]`. Absent: all is there.",
  msg: "Why it failed or did not run.",
};

interface Ran {
  readonly cmd: string | readonly string[];
  readonly strip: boolean;
}

/**
 * The result of a change with one exec step. Without outputs nothing ran: in a dry run (`undefined`), or because
 * what was `seen` on the host told so already.
 */
export function commandResult(outputs: readonly ChangeOutputs[] | undefined, ran: Ran, seen?: Seen): TaskResult {
  if (seen?.skip) return notRun(ran, seen.skip);
  const step = outputs?.[0]?.at(-1);
  if (step === undefined) return { cmd: ran.cmd };
  if (step.outcome.kind === "guarded") return notRun(ran, step.outcome.guard);
  const stdout = decode(step.stdout, ran.strip);
  const stderr = decode(step.stderr, ran.strip);
  return {
    cmd: ran.cmd,
    stdout,
    stderr,
    stdout_lines: lines(stdout),
    stderr_lines: lines(stderr),
    ...cutFields(step),
    ...judge(step.outcome, stderr, stdout),
  };
}

function judge(outcome: Exclude<Outcome, { kind: "guarded" }>, stderr: string, stdout: string): TaskResult {
  switch (outcome.kind) {
    case "exited":
      if (outcome.code === 0) return { rc: 0, changed: true };
      return { rc: outcome.code, changed: true, failed: true, msg: `non-zero return code${tail(stderr, stdout)}` };
    case "timedOut":
      return { failed: true, msg: `timed out after ${outcome.afterMs / 1000} s${tail(stderr, "")}` };
    case "notRun":
      return { failed: true, msg: "did not run: an earlier step failed" };
    case "lost":
      return { failed: true, msg: "the connection was lost while it ran: nobody knows how it ended" };
    default:
      return outcome satisfies never;
  }
}

/** The last line is nearly always the cause; a command that says nothing on stderr may say it on stdout. */
function tail(stderr: string, stdout: string): string {
  const last = lines(stderr.trim() || stdout.trim()).at(-1) ?? "";
  return last === "" ? "" : `: ${last.length > 300 ? `${last.slice(0, 300)}…` : last}`;
}

function notRun(ran: Ran, guard: Guard): TaskResult {
  const msg = `did not run, since ${because(guard)}`;
  return { changed: false, cmd: ran.cmd, rc: 0, stdout: "", stderr: "", stdout_lines: [], stderr_lines: [], msg };
}

function because(guard: Guard): string {
  switch (guard.kind) {
    case "creates":
      return `${guard.path} exists`;
    case "removes":
      return `${guard.path} does not exist`;
    case "unless":
      return `\`${guard.command}\` succeeded`;
    case "only_if":
      return `\`${guard.command}\` failed`;
    default:
      return guard satisfies never;
  }
}

/** Bytes of a host as text. */
export function decode(captured: Captured, strip = false): string {
  const text = captured.bytes.toString("utf8");
  return strip ? text.replace(/[\r\n]+$/, "") : text;
}

function lines(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split(/\r?\n/);
}

function cutFields(step: StepResult): { readonly truncated?: readonly string[] } {
  const names = [
    ...(step.stdout.truncated ? ["stdout", "stdout_lines"] : []),
    ...(step.stderr.truncated ? ["stderr", "stderr_lines"] : []),
  ];
  return names.length === 0 ? {} : { truncated: names };
}
