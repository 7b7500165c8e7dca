import type { Change } from "../../contract/change.js";
import type { Content, ExecStep } from "../../contract/step.js";
import { type GuardParams, guardsOf } from "./params.js";

interface Stdin {
  readonly stdin?: string | undefined;
  readonly stdin_add_newline?: boolean | undefined;
}

/** The one change of a module that runs a user's command: what it does to the host is not known. */
export function commandChange(argv: readonly string[], shown: string, params: GuardParams & Stdin): Change {
  const guards = guardsOf(params);
  const step: ExecStep = {
    do: "exec",
    argv,
    ...(params.chdir === undefined ? {} : { cwd: params.chdir }),
    ...(params.stdin === undefined ? {} : { stdin: stdinOf(params.stdin, params.stdin_add_newline ?? true) }),
    ...(guards.length === 0 ? {} : { guards }),
  };
  const summary = `run ${shortened(shown)}`;
  return { summary, effects: [{ kind: "opaque", why: summary }], steps: [step] };
}

export function stdinOf(text: string, addNewline: boolean): Content {
  return { kind: "bytes", bytes: Buffer.from(addNewline ? `${text}\n` : text) };
}

/** One line that names the command; the whole of it is in the result. */
export function shortened(command: string): string {
  const line = command.trim().replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
