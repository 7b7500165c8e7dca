import type { Change } from "../../../contract/change.js";
import type { Query, Read } from "../../../contract/query.js";

/** Reads as if the changes had been made, as far as they name answers: what comes later in a task builds on them. */
export function assuming(read: Read, changes: readonly Change[]): Read {
  const effects = changes.flatMap((change) => change.effects);
  const answers = new Map(
    effects.flatMap((effect) => (effect.kind === "becomes" ? [[effect.query.id, effect.value] as const] : [])),
  );
  return answering(read, (query) => (answers.has(query.id) ? { value: answers.get(query.id) } : undefined));
}

/** Reads with some answers given. An answer that is an Unknown is for `maybe` only. */
export function answering(read: Read, answer: (query: Query<unknown>) => { value: unknown } | undefined): Read {
  const from =
    (ask: Read["maybe"]) =>
    async <V>(query: Query<V>): Promise<V> => {
      const known = answer(query);
      return (known === undefined ? await ask(query) : known.value) as V;
    };
  return Object.assign(from(read), {
    maybe: from((query) => read.maybe(query)),
    foresee: from((query) => read.foresee(query) as Promise<never>),
  });
}
