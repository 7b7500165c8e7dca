import { homedir } from "node:os";
import { join } from "node:path";
import type { Event } from "../../../src/contract/event.js";
import type { Play } from "../../../src/contract/play.js";
import type { Target } from "../../../src/contract/transport.js";
import { run, type RunDeps } from "../../../src/engine/run.js";
import { direct } from "../../support/direct.js";

/** This machine by the local transport. */
export const LOCAL: Target = {
  name: "here",
  transport: "local",
  address: "localhost",
  sshOptions: {},
  connectTimeoutMs: 10_000,
  becomeMethod: "sudo",
};

/** Where a run on this machine marks its handlers. */
export const MARKS = join(
  process.getuid?.() === 0 ? "/var/lib/fettle" : join(homedir(), ".local/state/fettle"),
  "handlers",
);

/** Runs plays; what was seen of it. `trips` are those of the first host. */
export async function start(plays: readonly Play[], more: Partial<RunDeps> = {}) {
  const events: Event[] = [];
  const result = await run(plays, {
    mode: "apply",
    title: "test",
    forks: 5,
    speculate: true,
    connect: () => Promise.resolve(direct()),
    factSources: [],
    signal: new AbortController().signal,
    ...more,
    emit: (event) => {
      events.push(event);
      more.emit?.(event);
    },
  });
  const settled = events.filter((event) => event.type === "taskSettled");
  return {
    events,
    result,
    settled,
    statuses: settled.map((event) => event.status),
    trips: Object.values(result.counters)[0]?.roundTrips ?? 0,
  };
}
