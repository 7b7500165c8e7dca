import type { TaskRef } from "../contract/event.js";
import type { FactSource } from "../contract/module.js";

/** Why an evaluation could not finish: what the engine puts into a NotYet. */
export type Need =
  /** Facts that were not read yet: read them and evaluate again. */
  | {
      readonly kind: "reads";
      readonly names: readonly string[];
      readonly sources: readonly FactSource[];
      /** Of this host. Absent: its own. */
      readonly host?: string;
    }
  /** A variable whose task has not run yet: evaluate again when it has. `host`: another one's, absent its own. */
  | { readonly kind: "variable"; readonly name: string; readonly host?: string }
  /** The register of a loop, asked for by an item before the one in front of it has run. */
  | { readonly kind: "item" }
  /** Something that is only done at the task's turn, with all before it done. */
  | { readonly kind: "turn" }
  /** Dry run: a value that only a real run of that task gives. */
  | { readonly kind: "unknown"; readonly what: string; readonly because: TaskRef };
