import { createHash } from "node:crypto";
import { defineProbe } from "../contract/query.js";
import type { Handler } from "../contract/play.js";
import { type FettleError, hostError } from "../contract/error.js";
import type { ExecStep, Group, ScriptResults } from "../contract/step.js";
import type { LaneKey } from "../contract/transport.js";
import { type Around, type BatchEntry, hasSteps } from "./batch.js";
import { groupBy } from "./group-by.js";
import type { Handlers } from "./handlers.js";
import type { Prepared } from "./prepared.js";
import type { Slot } from "./slot.js";

/**
 * Handlers that are still to run are marked on the host, so that a run that dies between a change and its handler
 * leaves a note for the next one. The marks are files named by the handlers' keys, in a folder of the lane's user.
 */
const FOLDER = `if [ "$(id -u)" = 0 ]; then d=/var/lib/fettle/handlers; else d=$HOME/.local/state/fettle/handlers; fi`;

/** The keys of handlers that an earlier run marked and did not run. */
export const marks = defineProbe<"marks", readonly string[]>({
  kind: "handlerMarks",
  identify: (key) => key,
  subjects: () => ["system:fettle/marks"],
  script: () => ({
    text: `${FOLDER}\ncd "$d" 2>/dev/null || exit 0\nfor f in *; do [ -f "$f" ] && printf '%s\\n' "$f"; done; :`,
  }),
  parse: (output) => [
    output
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map(keyOf),
  ],
});

/** A key as the name of a file. */
function fileName(key: string): string {
  const name = encodeURIComponent(key);
  return name.length <= 200 ? name : createHash("sha256").update(key).digest("hex");
}

/** Names that are no keys (a hash, somebody else's file) match no handler. */
function keyOf(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The marks that a play has made on a host and not yet removed. */
export class Marks {
  readonly #handlers: Handlers;
  readonly #made = new Map<string, LaneKey>();
  readonly #running = new Map<Slot, string>();
  /** Where the handlers that are under way take away their own marks. */
  readonly #ending = new Map<Slot, LaneKey>();
  /** Keys that this play has marked at some time. */
  readonly #own = new Set<string>();
  readonly #fresh = new Map<Slot, readonly string[]>();
  /** Handlers that failed, and the failure was rescued. */
  readonly #rescued = new Map<string, LaneKey>();
  /** Keys of an earlier run whose handlers have been notified. */
  readonly #madeGood = new Set<string>();

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  isOwn(key: string): boolean {
    return this.#own.has(key);
  }

  /** The handler runs in this slot. */
  ran(slot: Slot, handler: Handler): void {
    this.#running.set(slot, handler.key);
  }

  /** What goes before and after a task's own steps. */
  around(slot: Slot, prepared: Prepared): Around {
    for (const key of prepared.marks)
      if (this.#handlers.withKey(key, slot.position) !== undefined) this.#made.set(key, prepared.lane);
    const keys = prepared.topics.flatMap((topic) =>
      this.#handlers.named(topic, slot.position).map((handler) => handler.key),
    );
    const fresh = keys.filter((key) => !this.#made.has(key));
    const sends = prepared.items.some(hasSteps);
    if (sends) {
      for (const key of fresh) {
        this.#made.set(key, prepared.lane);
        this.#own.add(key);
      }
      this.#fresh.set(slot, fresh);
    }
    const own = this.#running.get(slot);
    const made = own === undefined ? undefined : this.#made.get(own);
    const done = own !== undefined && made !== undefined && sends && made.becomeUser === prepared.lane.becomeUser;
    if (done) {
      this.#made.delete(own);
      this.#ending.set(slot, prepared.lane);
    }
    return {
      ...(fresh.length > 0 && sends && { before: markGroup(fresh) }),
      ...(done && { after: unmarkGroup([own]) }),
    };
  }

  /** The handler was to go along with something that failed: its mark is there as before. */
  didNotRun(slot: Slot): void {
    this.#stays(slot, this.#made);
  }

  /** The handler failed, and its failure is taken care of, unless the host fails all the same. */
  rescued(slot: Slot): void {
    this.#stays(slot, this.#rescued);
  }

  /** The host has come to the end of a section: what was rescued needs no other run. */
  forgetRescued(): void {
    for (const [key, lane] of this.#rescued) this.#made.set(key, lane);
    this.#rescued.clear();
  }

  /** Whether the mark of an earlier run is seen for the first time. */
  makesGood(key: string): boolean {
    if (this.#madeGood.has(key)) return false;
    this.#madeGood.add(key);
    return true;
  }

  #stays(slot: Slot, where: Map<string, LaneKey>): void {
    const [key, lane] = [this.#running.get(slot), this.#ending.get(slot)];
    if (key !== undefined && lane !== undefined) where.set(key, lane);
  }

  /** The task's change proved to be none: takes back the marks that it made. */
  takeBack(slot: Slot): Group | undefined {
    const keys = this.#fresh.get(slot) ?? [];
    for (const key of keys) this.#made.delete(key);
    return keys.length === 0 ? undefined : unmarkGroup(keys);
  }

  /** Removes what is left, by lane. */
  takeRest(): readonly { readonly lane: LaneKey; readonly group: Group }[] {
    const lanes = groupBy(this.#made, ([, lane]) => lane.becomeUser);
    this.#made.clear();
    return [...lanes.values()].flatMap((made) => {
      const lane = made[0]?.[1];
      return lane === undefined ? [] : [{ lane, group: unmarkGroup(made.map(([key]) => key)) }];
    });
  }
}

/** To be sent right before the change that notifies these handlers. */
export function markGroup(keys: readonly string[]): Group {
  return {
    onFailure: "stop",
    items: [{ steps: [step('umask 077 && mkdir -p "$d" && cd "$d" && for k; do : >"$k" || exit 1; done', keys)] }],
  };
}

/** To be sent when the handlers have run, or when nothing changed after all. */
export function unmarkGroup(keys: readonly string[]): Group {
  return { onFailure: "continue", items: [{ steps: [step('cd "$d" 2>/dev/null && rm -f -- "$@"; :', keys)] }] };
}

function step(work: string, keys: readonly string[]): ExecStep {
  return { do: "exec", argv: ["sh", "-c", `${FOLDER}; ${work}`, "fettle", ...keys.map(fileName)] };
}

/** Why the mark before a task could not be made, so that the task was not run; undefined when it was. */
export function markFailure({ markGroup: at }: BatchEntry, results: ScriptResults): FettleError | undefined {
  const result = at === undefined ? undefined : results[at]?.[0]?.[0];
  if (result?.outcome.kind !== "exited" || result.outcome.ok) return undefined;
  return hostError("the handler that this task notifies could not be marked on the host, so nothing was changed", {
    detail: result.stderr.bytes.toString("utf8").trim(),
    remedy: "the marks are files in /var/lib/fettle (without root in ~/.local/state/fettle)",
  });
}

/** Whether a failed task surely changed nothing: all that it tried was to write files, which is done whole or not at all. */
export function changedNothing(entry: BatchEntry, groups: readonly Group[], results: ScriptResults): boolean {
  const { group } = entry;
  if (group === undefined || entry.from > 0) return false;
  return (groups[group]?.items ?? []).every((item, i) =>
    item.steps.every((step, j) => {
      const result = results[group]?.[i]?.[j];
      if (result === undefined || result.outcome.kind === "notRun") return true;
      return step.do === "put" && result.outcome.kind === "exited" && !result.outcome.ok;
    }),
  );
}
