import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Change, Effect } from "../../src/contract/change.js";
import type { ChangeOutputs, Local, ModuleSpec } from "../../src/contract/module.js";
import type { Query, Read } from "../../src/contract/query.js";
import { type Item, type StepResult, succeeded, type WireStep } from "../../src/contract/step.js";
import type { Connection, Target } from "../../src/contract/transport.js";
import { Overlay } from "../../src/engine/overlay.js";
import { makeRead } from "../../src/engine/read.js";
import { Reader, type ReaderClient } from "../../src/engine/reader.js";
import { WaveQueue } from "../../src/engine/wave.js";
import { connect } from "../../src/transport/index.js";

const TARGET: Target = {
  name: "localhost",
  transport: "local",
  address: "localhost",
  sshOptions: {},
  connectTimeoutMs: 10_000,
  becomeMethod: "sudo",
};

const FREE: ReaderClient = { turn: () => Promise.resolve(), parked: (until) => until, used: () => undefined };
const LANE = {};

/** No files or templates beside the playbook. */
export const noLocal: Local = {
  file: (src) => Promise.reject(new Error(`no file ${src}`)),
  template: (src) => Promise.reject(new Error(`no template ${src}`)),
  tree: (src) => Promise.reject(new Error(`no folder ${src}`)),
  fetch: (url) => Promise.reject(new Error(`nobody fetches ${url} in this test`)),
  target: () => Promise.reject(new Error("no place to write to in this test")),
  variables: () => Promise.reject(new Error("no variables in this test")),
};

/** What one look at the host came to. */
export interface Look<S> {
  readonly state: S;
  readonly changes: readonly Change[];
  readonly waves: number;
}

/** A host of a test: this machine by the local transport unless told otherwise, with a scratch folder on this machine. */
export class LocalHost {
  readonly folder = mkdtempSync(join(tmpdir(), "fettle-test-"));
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async open(target: Target = TARGET): Promise<LocalHost> {
    return new LocalHost(await connect(target));
  }

  async close(): Promise<void> {
    await this.#connection.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Asks afresh, everything in one wave. */
  async ask<V>(queries: readonly Query<V>[]): Promise<readonly V[]> {
    const { reader } = this.#reader();
    return (await Promise.all(queries.map((query) => reader.read(LANE, query, FREE)))) as V[];
  }

  /** Observes and compares, nothing remembered from before. `predicted` is what a dry run believes already. */
  async look<P, S>(
    spec: ModuleSpec<P, S>,
    params: P,
    local: Local = noLocal,
    predicted: readonly Effect[] = [],
  ): Promise<Look<S>> {
    const overlay = predicted.length === 0 ? undefined : new Overlay();
    overlay?.add("the task before", predicted);
    const { reader, waves } = this.#reader(overlay);
    const read: Read = makeRead((query) => reader.read(LANE, query, FREE), overlay !== undefined);
    const state = await spec.observe(read, params, local);
    return { state, changes: spec.diff(state, params), waves: waves() };
  }

  /** Sends the steps of the changes; outputs as a module's result gets them. Stops at the first failure. */
  async send(changes: readonly Change[]): Promise<readonly ChangeOutputs[]> {
    const items: Item[] = [{ steps: changes.flatMap((change) => change.steps.map(onWire)) }];
    const report = await this.#connection.run(LANE, [{ onFailure: "stop", items }]);
    if (report.lost !== undefined) throw report.lost;
    const results: StepResult[] = [...(report.results[0]?.[0] ?? [])];
    return changes.map((change) => results.splice(0, change.steps.length));
  }

  #reader(overlay?: Overlay): { readonly reader: Reader; readonly waves: () => number } {
    let count = 0;
    const queue = new WaveQueue(
      (lane, script) => this.#connection.run(lane, script),
      () => count++,
    );
    return { reader: new Reader(queue, overlay), waves: () => count };
  }
}

function onWire(step: Change["steps"][number]): WireStep {
  // The engine's own tests see new logins.
  if (step.do === "login") return { do: "exec", argv: ["true"] };
  if (step.do !== "exec" && step.do !== "put") throw new Error("this host does not wait");
  return step;
}

/** What the failing step said; undefined when all did what they should. */
export function complaint(outputs: readonly ChangeOutputs[]): string | undefined {
  const failed = outputs.flat().find((result) => !succeeded(result) && result.outcome.kind !== "notRun");
  return failed && `${JSON.stringify(failed.outcome)} ${failed.stderr.bytes.toString()}`;
}
