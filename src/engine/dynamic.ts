import type { ControllerUse, Definition, Dynamic, ReadDefinitions } from "../contract/play.js";
import { NotYet } from "../contract/play.js";
import type { Coming } from "./coming.js";
import type { SeenFacts } from "./facts.js";
import type { Host } from "./host.js";
import { definedIn, INVENTORY, isVariable, keyOf } from "./names.js";
import type { Need } from "./needs.js";
import type { Position } from "./position.js";
import type { VariableRecord } from "./slot.js";
import type { Variables } from "./variables.js";

/** What an attempt looked up, to see later whether it still holds. */
export interface Lookups {
  /** `again`: looks it up as things are then; throws NotYet. */
  note(record: VariableRecord | undefined, again: () => VariableRecord | undefined): void;
  /** Throws NotYet before the task's turn. Absent: it has come. */
  checkTurn?(): void;
}

/** What the variables of a task come from, besides those that are written down. */
export interface DynamicParts {
  readonly host: string;
  readonly variables: Variables;
  /** Values that the engine knows, as a task at this position sees them. Some throw NotYet. */
  readonly magic: (position: Position, lookups: Lookups) => Readonly<Record<string, unknown>>;
  /** The other hosts that the play takes at the same time. */
  readonly others: () => readonly string[];
  /** A host that the run has met already. */
  readonly known: (name: string) => Host | undefined;
  /** Files of the controller that a dry run only says would be there. */
  readonly coming: Coming;
}

/** What a task at `position` sees; every lookup is noted. */
export function dynamicOf(parts: DynamicParts, position: Position, facts: SeenFacts, lookups: Lookups): Dynamic {
  const { host, variables, known } = parts;
  const noted = (look: () => VariableRecord | undefined): VariableRecord | undefined => {
    const record = look();
    lookups.note(record, look);
    return record;
  };
  // Another host's task may set it (delegate_facts).
  const checkDelegated = (name: string): void => {
    for (const other of variables.delegates ? parts.others() : [])
      known(other)?.variables.checkDelegated(name, position, other);
  };
  const own = (name: string) =>
    noted(() => {
      checkDelegated(name);
      return variables.lookup(name, position);
    });
  const of = (other: string): Dynamic => {
    const lookup = (name: string) =>
      noted(() => {
        checkDelegated(name);
        variables.checkDelegated(name, position);
        return known(other)?.variables.lookupFrom(name, position, other);
      });
    const names = known(other)?.variables.names() ?? [];
    return { ...dynamic(lookup, names), facts: facts.objectOf(other, known(other)), magic: {} };
  };
  return {
    ...dynamic(own, variables.names()),
    facts: facts.object as Dynamic["facts"],
    magic: parts.magic(position, lookups),
    inventory: () => {
      own(INVENTORY);
      for (const other of parts.others()) noted(() => known(other)?.variables.inventoryFrom(position, other));
    },
    controller: controllerUse(lookups, parts.coming),
    other: (name) => (name === host ? undefined : of(name)),
  };
}

function controllerUse(lookups: Lookups, coming: Coming): ControllerUse {
  const saw = (isSame: () => boolean): void => {
    const record: VariableRecord = { value: undefined, assuming: [] };
    lookups.note(record, () => (isSame() ? record : undefined));
  };
  return {
    turn: () => lookups.checkTurn?.(),
    saw,
    coming: (path) => {
      const because = coming.at(path);
      saw(() => coming.at(path) === because);
      if (because !== undefined)
        throw new NotYet({ kind: "unknown", what: `the file ${path}`, because } satisfies Need);
    },
  };
}

function dynamic(
  lookup: (name: string) => VariableRecord | undefined,
  names: readonly string[],
): Pick<Dynamic, "lookup" | "names" | "read"> {
  return {
    lookup,
    names: () => names.filter(isVariable),
    read: (rank): ReadDefinitions => ({
      get: (name) => lookup(keyOf(rank, name))?.value as Definition | undefined,
      names: () => definedIn(rank, names),
    }),
  };
}
