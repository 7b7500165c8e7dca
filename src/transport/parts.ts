import type { Group, Script, ScriptResults, StepResult, WireStep } from "../contract/step.js";
import { succeeded } from "../contract/step.js";

/** A shell holds a script in memory, and slow ones copy it a few times. What a script's data come to does not matter. */
export const MAX_SCRIPT_BYTES = 1024 * 1024;
/** What surrounds a step's own text, roughly. */
const STEP_BYTES = 300;

/** A step and where it stands in the script that was asked for. */
export interface Position {
  readonly group: number;
  readonly item: number;
  readonly step: number;
  readonly spec: WireStep;
}

const NOTHING = { bytes: Buffer.alloc(0), totalBytes: 0, truncated: false };
const NOT_RUN: StepResult = { outcome: { kind: "notRun" }, stdout: NOTHING, stderr: NOTHING };

/**
 * A script cut into parts of a bearable size, with the meaning of the whole: a part leaves out the steps of items that
 * failed in an earlier one, and nothing follows a group at which the script stops.
 */
export class Parts {
  readonly #script: Script;
  readonly #positions: readonly Position[];
  readonly #results = new Map<Position, StepResult>();
  readonly #failedItems = new Set<string>();
  #next = 0;
  #lastGroup = Infinity;

  constructor(script: Script) {
    this.#script = script;
    this.#positions = script.flatMap((group, g) =>
      group.items.flatMap((item, i) => item.steps.map((spec, s) => ({ group: g, item: i, step: s, spec }))),
    );
  }

  /** The steps of the next part, or undefined when nothing is left to run. */
  next(): readonly Position[] | undefined {
    const part: Position[] = [];
    let bytes = 0;
    for (const position of this.#positions.slice(this.#next)) {
      if (position.group > this.#lastGroup) break;
      bytes += STEP_BYTES + textBytes(position.spec);
      if (bytes > MAX_SCRIPT_BYTES && part.length > 0) break;
      this.#next++;
      if (!this.#failedItems.has(itemKey(position))) part.push(position);
    }
    return part.length === 0 ? undefined : part;
  }

  /** Notes what a part came to. */
  take(part: readonly Position[], results: readonly StepResult[]): void {
    part.forEach((position, i) => {
      const result = results[i] ?? NOT_RUN;
      this.#results.set(position, result);
      if (succeeded(result) || result.outcome.kind === "notRun") return;
      this.#failedItems.add(itemKey(position));
      if (this.#script[position.group]?.onFailure === "stop")
        this.#lastGroup = Math.min(this.#lastGroup, position.group);
    });
  }

  results(): ScriptResults {
    const all = this.#positions.map((position) => this.#results.get(position) ?? NOT_RUN).values();
    const next = (): StepResult => all.next().value ?? NOT_RUN;
    return this.#script.map((group) => group.items.map((item) => item.steps.map(next)));
  }

  /** A part as a script of its own. */
  scriptOf(part: readonly Position[]): Script {
    const groups: Group[] = [];
    for (const [g, positions] of byKey(part, (one) => one.group)) {
      const items = [...byKey(positions, (one) => one.item).values()].map((own) => ({
        steps: own.map((one) => one.spec),
      }));
      groups.push({ onFailure: this.#script[g]?.onFailure ?? "stop", items });
    }
    return groups;
  }
}

function itemKey({ group, item }: Position): string {
  return `${group}/${item}`;
}

function byKey(positions: readonly Position[], keyOf: (one: Position) => number): ReadonlyMap<number, Position[]> {
  const found = new Map<number, Position[]>();
  for (const one of positions) {
    const list = found.get(keyOf(one));
    if (list === undefined) found.set(keyOf(one), [one]);
    else list.push(one);
  }
  return found;
}

/** What a step adds to the script's text. Input and big contents are data behind it. */
function textBytes(step: WireStep): number {
  switch (step.do) {
    case "ask":
      return step.text.length;
    case "put":
      return step.content.kind === "bytes" ? Math.min(step.content.bytes.length, 64 * 1024) : 0;
    case "exec": {
      const words = [...step.argv, ...Object.values(step.environment ?? {})];
      return words.reduce((sum, word) => sum + word.length, 0);
    }
    default:
      return step satisfies never;
  }
}
