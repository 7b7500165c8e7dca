import { FettleError } from "../contract/error.js";
import type { Emit, HostCounters, Mode, Recap, Status } from "../contract/event.js";
import type { FactSource, InventoryChange } from "../contract/module.js";
import type { Play } from "../contract/play.js";
import type { Script } from "../contract/step.js";
import type { Connection, Counters, LaneKey, RunOptions, ScriptReport } from "../contract/transport.js";
import type { Batch } from "./batch.js";
import type { Coming } from "./coming.js";
import { certainFacts, Facts, type SeenFacts } from "./facts.js";
import type { Need } from "./needs.js";
import type { News } from "./news.js";
import { Overlay } from "./overlay.js";
import { Reader } from "./reader.js";
import { subjectsOf } from "./touch.js";
import { Variables } from "./variables.js";
import { askGroups, WaveQueue } from "./wave.js";

/** The inventory of the run, to which tasks may add. */
export interface RunInventory {
  /** Whether what this host asks for would add anything. */
  isNew(host: string, change: InventoryChange): boolean;
  add(host: string, change: InventoryChange): void;
  /** Reads its sources anew; what tasks have added stays. Throws an input error. */
  refresh(): void;
}

/** How patient a login is, other than the settings of the host say. */
export interface LoginLimits {
  readonly timeoutMs?: number;
}

/** What a host needs from the run. */
export interface HostDeps {
  readonly mode: Mode;
  readonly emit: Emit;
  readonly connect: (host: string, play: Play, limits: LoginLimits) => Promise<Connection>;
  /** Runs work that occupies a fork slot. */
  readonly fork: <T>(work: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
  /** Another host, to which a task of the play is delegated. */
  readonly hostOf: (name: string, play: Play) => Host;
  /** A host that the run has met already. */
  readonly known: (name: string) => Host | undefined;
  /** The inventory of the run. Absent: nothing can be added to it. */
  readonly inventory?: RunInventory;
  /** What hosts tell each other while a play runs. */
  readonly news: News;
  /** Delegated changes go one after another. */
  readonly delegate: <T>(work: () => Promise<T>) => Promise<T>;
  /** Files of the controller that a dry run only says would be there. */
  readonly coming: Coming;
  readonly keepSecret?: (value: string) => void;
  readonly factSources: readonly FactSource[];
  readonly factSubset?: (words: readonly string[]) => readonly FactSource[];
}

/** One host for the whole run: its connection, what was read of it, its variables, and how it fares. */
export class Host {
  readonly variables: Variables;
  readonly facts: Facts;
  readonly overlay: Overlay | undefined;
  readonly waves: WaveQueue;
  readonly reader: Reader;
  readonly recap: Recap = {
    ok: 0,
    changed: 0,
    unreachable: 0,
    failed: 0,
    skipped: 0,
    rescued: 0,
    ignored: 0,
    unknown: 0,
  };
  /** Dry run: labels of opaque tasks whose effects nobody can predict. */
  readonly opaque: string[] = [];
  /** Something was changed or (dry run) would be or may be. */
  changes = false;
  down: "failed" | "unreachable" | undefined;
  #play: Play | undefined;
  #loginKey: string | undefined;
  #connection: Promise<Connection> | undefined;
  /** Counters of connections that were closed. */
  readonly #before: Counters[] = [];
  #waveCount = 0;
  #batchCount = 0;

  constructor(
    readonly name: string,
    readonly deps: HostDeps,
  ) {
    this.variables = new Variables(deps.news);
    this.facts = new Facts(deps.factSources);
    this.overlay = deps.mode === "plan" ? new Overlay() : undefined;
    this.waves = new WaveQueue(
      (lane, script) => this.send(lane, script),
      (queries, lanes) => {
        this.#waveCount++;
        deps.emit({ type: "waveSent", host: name, queries, lanes });
      },
    );
    this.reader = new Reader(this.waves, this.overlay);
  }

  /** A play has begun that knows how to log in. */
  get isEntered(): boolean {
    return this.#play !== undefined;
  }

  /** A play begins. One that logs in as somebody else sees the host anew: what was read, that user may not read. */
  async enter(play: Play, loginKey: string | undefined): Promise<void> {
    const isSame = this.#play === undefined || this.#loginKey === loginKey;
    [this.#play, this.#loginKey] = [play, loginKey];
    if (isSame) return;
    await this.reconnect();
    this.reader.forget();
  }

  /** Starts to log in, without waiting; an error shows when the host is first needed. */
  connect(limits: LoginLimits = {}): Promise<Connection> {
    this.#connection ??= this.#login(limits);
    this.#connection.catch(() => undefined);
    return this.#connection;
  }

  async #login(limits: LoginLimits): Promise<Connection> {
    if (this.#play === undefined) throw new Error(`no play has entered ${this.name}`);
    const start = Date.now();
    this.deps.emit({ type: "hostConnecting", host: this.name });
    const connection = await this.deps.connect(this.name, this.#play, limits);
    this.deps.emit({ type: "hostConnected", host: this.name, ms: Date.now() - start });
    return connection;
  }

  /** Logs in anew when the host is next needed: the user's groups are those of now. */
  async reconnect(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    this.#connection = undefined;
    if (connection === undefined) return;
    this.#before.push(connection.counters);
    await connection.close();
  }

  /** Another connection of the same kind, which is the caller's to close. */
  another(limits: LoginLimits): Promise<Connection> {
    if (this.#play === undefined) throw new Error(`no play has entered ${this.name}`);
    return this.deps.connect(this.name, this.#play, limits);
  }

  async send(lane: LaneKey, script: Script, options: RunOptions = {}): Promise<ScriptReport> {
    const connection = await this.connect();
    return this.deps.fork(() => connection.run(lane, script, { signal: this.deps.signal, ...options }));
  }

  /** Facts that a condition on a result needs, read at once. */
  async readFacts({ names, sources, host }: Need & { kind: "reads" }, seen: SeenFacts, of: Host = this): Promise<void> {
    for (const source of sources) {
      const { query } = source;
      const asked = askGroups([query]);
      const { results, lost } = await of.send(seen.laneOf(source), asked.groups);
      if (lost !== undefined) throw lost;
      for (const answer of asked.answers(results).values()) {
        if ("failure" in answer) throw answer.failure;
        const predicted = of.overlay?.answer(query, answer.value, subjectsOf(query, answer.value));
        seen.add(certainFacts((predicted ?? answer).value, names), host);
      }
    }
  }

  countBatch(batch: Batch): void {
    this.#batchCount++;
    const tasks = batch.entries.map(({ slot }) => slot.ref);
    this.deps.emit({ type: "batchSent", host: this.name, tasks, steps: batch.stepCount });
  }

  /** `touches`: the task is of a kind that can change the host. */
  count(status: Status | "rescued", touches: boolean): void {
    if (touches && (status === "changed" || status === "unknown")) this.changes = true;
    this.recap[status]++;
    // As in the tools people know, a changed task is also an ok one.
    if (status === "changed") this.recap.ok++;
    if (status === "ignored") this.recap.ok++;
  }

  /** The host cannot be reached any more: it drops out of the run. */
  unreachable(error: unknown): void {
    if (!(error instanceof FettleError)) throw error;
    if (this.down !== undefined) return;
    if (error.kind === "unreachable") {
      this.down = "unreachable";
      this.recap.unreachable++;
      this.deps.emit({ type: "hostUnreachable", host: this.name, error: error.details });
    } else this.down = "failed";
  }

  async counters(): Promise<HostCounters> {
    const connection = await this.#connection?.catch(() => undefined);
    const all = connection === undefined ? this.#before : [...this.#before, connection.counters];
    const sum = (key: keyof Counters): number => all.reduce((total, one) => total + one[key], 0);
    const [roundTrips, bytesSent, bytesReceived] = [sum("roundTrips"), sum("bytesSent"), sum("bytesReceived")];
    return { roundTrips, bytesSent, bytesReceived, waves: this.#waveCount, batches: this.#batchCount };
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    await connection?.close();
  }
}
