import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { Event, Mode } from "../../src/contract/event.js";
import type { Play } from "../../src/contract/play.js";
import type { Connection } from "../../src/contract/transport.js";
import { run } from "../../src/engine/run.js";
import { connect } from "../../src/transport/index.js";
import { LOCAL } from "../unit/engine/support.js";
import { picture, plant } from "./tree.js";

export interface Verdict {
  readonly task: string;
  readonly status: string;
  /** The status of each item of a loop; of the only one without. */
  readonly items: readonly string[];
  /** Errors and reasons, for a person. */
  readonly why: string;
  /** Dry run: it assumes that opaque tasks change nothing else. */
  readonly assuming: boolean;
}

export interface Ending {
  readonly verdicts: readonly Verdict[];
  readonly tree: readonly string[];
  readonly roundTrips: number;
  readonly notIdempotent: readonly string[];
}

/** This machine by one connection that stays open, and a tree on it. */
export class Machine {
  readonly #folder = mkdtempSync(join(tmpdir(), "fettle-tree-"));
  readonly root = join(this.#folder, "t");
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async open(): Promise<Machine> {
    return new Machine(await connect(LOCAL));
  }

  async close(): Promise<void> {
    await this.#connection.close();
    rmSync(this.#folder, { recursive: true, force: true });
    const marks = process.getuid?.() === 0 ? "/var/lib/fettle" : join(homedir(), ".local/state/fettle");
    const folder = join(marks, "handlers");
    const own = readdirSync(folder).filter((name) => name.startsWith(encodeURIComponent(this.root)));
    for (const name of own) rmSync(join(folder, name));
  }

  plant(): readonly string[] {
    plant(this.root);
    return picture(this.root);
  }

  async play(play: Play, mode: Mode, speculate: boolean): Promise<Ending> {
    const events: Event[] = [];
    const before = this.#connection.counters.roundTrips;
    await run([play], {
      mode,
      title: "test",
      forks: 5,
      speculate,
      emit: (event) => events.push(event),
      // The run closes its hosts; this connection is for many runs.
      connect: () => Promise.resolve({ ...this.#connection, close: () => Promise.resolve() }),
      factSources: [],
      signal: new AbortController().signal,
    });
    return {
      verdicts: events.flatMap((event) => (event.type === "taskSettled" ? [this.#verdict(event)] : [])),
      tree: picture(this.root),
      roundTrips: this.#connection.counters.roundTrips - before,
      notIdempotent: events.flatMap((event) => (event.type === "notIdempotent" ? [event.task.name] : [])),
    };
  }

  #verdict({ task, status, items, assuming }: Event & { type: "taskSettled" }): Verdict {
    const why = items
      .map(({ error, unknown }) => error?.cause ?? unknown?.because ?? "")
      .join("; ")
      .replaceAll(this.root, "ROOT");
    return { task: task.name, status, items: items.map((item) => item.status), why, assuming: assuming.length > 0 };
  }
}
