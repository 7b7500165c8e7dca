import { type Change, disturbs, type Effect } from "../../contract/change.js";
import type { Content, ExecStep, Guard } from "../../contract/step.js";
import { entriesSubject, parentOf, tidy } from "../../probes/file-way.js";
import { pathMayTouch } from "../support/path-may-touch.js";
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
  return { summary, effects: [{ kind: "opaque", why: summary }, ...guardEffects(guards)], steps: [step] };
}

/** What a command says that it makes or removes is certainly another afterwards. */
function guardEffects(guards: readonly Guard[]): readonly Effect[] {
  return guards.flatMap((guard) => {
    if (!("path" in guard) || !guard.path.startsWith("/") || /[*?[\\]/.test(guard.path)) return [];
    const path = tidy(guard.path);
    return [...pathMayTouch(path), disturbs(entriesSubject(parentOf(path)))];
  });
}

export function stdinOf(text: string, addNewline: boolean): Content {
  return { kind: "bytes", bytes: Buffer.from(addNewline ? `${text}\n` : text) };
}

/** One line that names the command; the whole of it is in the result. */
export function shortened(command: string): string {
  const line = command.trim().replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
