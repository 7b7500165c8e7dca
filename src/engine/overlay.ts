import type { Effect } from "../contract/change.js";
import { type Query, type TouchCause, Unknown } from "../contract/query.js";
import { matches, type Subject } from "../contract/subject.js";
import { namedBy, subjectsOf } from "./touch.js";

type NamedEffect = Exclude<Effect, { kind: "opaque" }>;

interface Layer {
  readonly task: string;
  readonly effects: readonly { readonly effect: NamedEffect; readonly named: readonly Subject[] }[];
}

/**
 * Dry run only: what would be true after the changes that were predicted so far. Later layers win. Within a layer
 * (one change) an exact answer wins over a disturbance, in whatever order the module wrote them.
 */
export class Overlay {
  readonly #layers: Layer[] = [];

  /** `task` is the label that an Unknown names. */
  add(task: string, effects: readonly Effect[]): void {
    const named = effects.filter((effect) => effect.kind !== "opaque");
    if (named.length > 0)
      this.#layers.push({ task, effects: named.map((effect) => ({ effect, named: namedBy(effect) })) });
  }

  /** The answer when the newest layer that concerns the question gives it outright. */
  exact(query: Query<unknown>): { readonly value: unknown } | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const layer = this.#layers[i] as Layer;
      const found = exactIn(layer, query);
      if (found !== undefined) {
        // What was predicted may lie at a place that a later task changed by another name.
        const all = subjectsOf(query, found.value);
        return this.#layers.slice(i + 1).some((later) => touching(later, all) !== undefined) ? undefined : found;
      }
      if (touching(layer, query.subjects) !== undefined) return undefined;
    }
    return undefined;
  }

  /**
   * What the question will read, given what it reads now (`was`, undefined when it cannot be read now) and all that
   * its answer depends on. undefined: no prediction concerns it.
   */
  answer(query: Query<unknown>, was: unknown, subjects: readonly Subject[]): { readonly value: unknown } | undefined {
    let all = subjects.length === 0 ? query.subjects : subjects;
    let value: unknown = was;
    let concerned = false;
    for (const layer of this.#layers) {
      const exact = exactIn(layer, query);
      const cause = exact === undefined ? touching(layer, all) : undefined;
      if (exact === undefined && cause === undefined) continue;
      concerned = true;
      if (exact !== undefined) all = [...new Set([...all, ...subjectsOf(query, exact.value)])];
      value = exact === undefined && cause !== undefined ? inferred(query, value, cause, layer.task) : exact?.value;
    }
    return concerned ? { value } : undefined;
  }
}

function exactIn(layer: Layer, query: Query<unknown>): { readonly value: unknown } | undefined {
  for (let i = layer.effects.length - 1; i >= 0; i--) {
    const effect = layer.effects[i]?.effect;
    if (effect?.kind === "becomes" && effect.query.id === query.id) return { value: effect.value };
  }
  return undefined;
}

function touching(layer: Layer, subjects: readonly Subject[]): TouchCause | undefined {
  for (const { effect, named } of layer.effects) {
    const subject = named.find((name) => subjects.some((own) => matches(name, own)));
    if (subject === undefined) continue;
    return effect.kind === "becomes"
      ? { kind: "becomes", subject, query: effect.query, value: effect.value }
      : { kind: "disturbs", subject, ...(effect.brings === true && { brings: true }) };
  }
  return undefined;
}

/** An Unknown stays unknown: nothing that follows could be told from it. */
function inferred(query: Query<unknown>, value: unknown, cause: TouchCause, task: string): unknown {
  if (value instanceof Unknown) {
    const { brings, ...plain } = cause;
    const both = brings === true && value.cause.brings === true;
    return new Unknown(query, task, both ? cause : plain, value.was);
  }
  const known = query.probe.infer?.(query.key, value, cause);
  return known === undefined ? new Unknown(query, task, cause, value) : known;
}
