import { NotYet } from "../contract/play.js";
import { type Attempt, Blocked } from "./attempt.js";
import type { Lookups } from "./dynamic.js";
import type { Need } from "./needs.js";
import type { Reader } from "./reader.js";

/** What an attempt looks up; what acts on the controller waits for its turn, and for the batch to be gone. */
export function lookupsOf(attempt: Attempt, reader: Reader): Lookups {
  return {
    note: (record, again) => {
      attempt.note(record, again);
    },
    checkTurn: () => {
      if (!attempt.isGranted || reader.isPending) throw new NotYet({ kind: "turn" } satisfies Need);
    },
  };
}

/** Resolves when checkTurn lets it pass. Throws Blocked when another attempt has taken its place: that one acts. */
export async function atTurn(attempt: Attempt, reader: Reader): Promise<void> {
  await reader.quiet(attempt);
  if (attempt.isAbandoned) throw new Blocked("its turn");
}
