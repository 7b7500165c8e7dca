import type { Event, Mode } from "../contract/event.js";
import { run, type RunResult } from "../engine/run.js";
import type { LoadedPlay } from "../language/index.js";
import { sourcesOf } from "../modules/support/facts/subsets.js";
import { factSources } from "../probes/facts/index.js";
import { createRenderer, type Renderer, wantsColor } from "../ui/index.js";
import { interruptible } from "./interrupt.js";
import type { OutputOptions, RunOptions } from "./options.js";
import { stepping } from "./step.js";
import type { Session } from "./session.js";

export interface RunRequest {
  readonly mode: Mode;
  readonly title: string;
  readonly showDiffs: boolean;
  /** Show what modules return (`exec`). */
  readonly showResults: boolean;
}

/** Runs plays and shows what happens. */
export async function runPlays(
  session: Session,
  plays: readonly LoadedPlay[],
  request: RunRequest,
  options: RunOptions & OutputOptions,
): Promise<RunResult> {
  const renderer = rendererFor(session, request, options);
  try {
    const unknown = plays.flatMap((play) => play.unknownHosts);
    for (const { message } of unknown) renderer.emit({ type: "warning", text: message });
    return await runEmitting(session, plays, request, options, (event) => renderer.emit(event));
  } finally {
    await renderer.close();
  }
}

/** Runs plays; the events go wherever the caller wants them. */
export async function runEmitting(
  session: Session,
  plays: readonly LoadedPlay[],
  { mode, title }: Pick<RunRequest, "mode" | "title">,
  { forks, speculation, step }: RunOptions,
  emit: (event: Event) => void,
): Promise<RunResult> {
  const confirm = step === true ? stepping() : undefined;
  await session.askPasswords();
  await session.askVariables(plays);
  const logins = session.loginsOf(plays);
  // As an event: what the live view does not write itself appears only when it has ended.
  const say = (text: string): void => emit({ type: "warning", text });
  return interruptible(say, (signal) =>
    run(plays, {
      mode,
      title,
      forks,
      speculate: speculation && confirm === undefined,
      ...(confirm !== undefined && { confirm }),
      emit,
      connect: (host, play, { timeoutMs }) => logins.connect(host, play, signal, timeoutMs),
      loginKey: (host, play) => logins.key(host, play),
      factSources,
      factSubset: sourcesOf,
      inventory: session.inventory,
      keepSecret: (value) => session.keepSecret(value),
      signal,
    }),
  );
}

function rendererFor(session: Session, request: RunRequest, options: RunOptions & OutputOptions): Renderer {
  const { output, verbose, step } = options;
  const stream = process.stdout;
  return createRenderer({
    // What asks needs the terminal for itself.
    kind: output ?? (stream.isTTY && step !== true ? "live" : "plain"),
    stream,
    verbosity: verbose,
    showDiffs: request.showDiffs,
    showResults: request.showResults,
    color: wantsColor(stream, process.env),
    secrets: session.secrets,
  });
}
