import type { Event, Mode } from "../../src/contract/event.js";
import type { Handler, Task } from "../../src/contract/play.js";
import type { Target } from "../../src/contract/transport.js";
import { run } from "../../src/engine/run.js";
import { connect } from "../../src/transport/index.js";
import { LocalHost } from "../support/local-host.js";
import { makePlay } from "../support/plays.js";
import type { LabHost } from "../lab/index.js";

/** How fettle gets into a host of the lab, as root. */
export function rootAt(host: LabHost): Target {
  return {
    name: host.name,
    transport: "ssh2",
    address: host.address,
    user: "root",
    privateKeyFile: host.keyPath,
    sshOptions: { userknownhostsfile: host.knownHostsPath },
    connectTimeoutMs: 20_000,
    becomeMethod: "sudo",
  };
}

/** A logged-in host of the lab, as the laws want one. */
export function enter(host: LabHost): Promise<LocalHost> {
  return LocalHost.open(rootAt(host));
}

export interface Played {
  /** `name: status` of each task, in order. */
  readonly verdicts: readonly string[];
  /** Tasks that the closing wave named. */
  readonly unsettled: number;
  /** What failed tasks say. */
  readonly errors: readonly string[];
}

/** Runs a play on a host by the engine. */
export async function play(
  host: LabHost,
  mode: Mode,
  tasks: readonly Task[],
  handlers: readonly Handler[],
  target: Target = rootAt(host),
) {
  const events: Event[] = [];
  await run([makePlay(tasks, { hosts: [host.name], handlers })], {
    mode,
    title: "test",
    forks: 2,
    speculate: true,
    emit: (event) => events.push(event),
    connect: () => connect(target),
    factSources: [],
    signal: new AbortController().signal,
  });
  const verdicts = events.flatMap((event) =>
    event.type === "taskSettled" ? [`${event.task.name}: ${event.status}`] : [],
  );
  const errors = events.flatMap((event) =>
    event.type === "taskSettled" ? event.items.flatMap(({ error }) => error?.cause ?? []) : [],
  );
  return { verdicts, errors, unsettled: events.filter(({ type }) => type === "notIdempotent").length } satisfies Played;
}
