import { isDeepStrictEqual } from "node:util";
import type { Effect, NamedEffect } from "../contract/change.js";
import { type Query, type TouchCause, Unknown } from "../contract/query.js";
import { matches, type Subject } from "../contract/subject.js";
import { namedBy, predictable, subjectsOf } from "./touch.js";

interface Layer {
  readonly task: string;
  /** false: the task may also come to nothing. */
  readonly certain: boolean;
  readonly effects: readonly { readonly effect: NamedEffect; readonly named: readonly Subject[] }[];
}

/** Dry run only: what would be true after the changes that were predicted so far, in their order. */
export class Overlay {
  readonly #layers: Layer[] = [];

  get isEmpty(): boolean {
    return this.#layers.length === 0;
  }

  /** `task` is the label that an Unknown names. */
  add(task: string, effects: readonly Effect[], sureness: "certain" | "possible" = "certain"): void {
    const named = effects.flatMap(predictable);
    if (named.length === 0) return;
    this.#layers.push({
      task,
      certain: sureness === "certain",
      effects: named.map((effect) => ({ effect, named: namedBy(effect) })),
    });
  }

  /** The answer when the newest layer that concerns the question gives it outright. */
  exact(query: Query<unknown>): { readonly value: unknown } | undefined {
    for (let i = this.#layers.length - 1; i >= 0; i--) {
      const layer = this.#layers[i] as Layer;
      const found = layer.certain ? exactIn(layer, query) : undefined;
      if (found !== undefined) {
        // What was predicted may lie at a place that a later task changed by another name.
        const all = subjectsOf(query, found.value);
        return this.#layers.slice(i + 1).some((later) => touching(later, all).length > 0) ? undefined : found;
      }
      if (touching(layer, query.subjects).length > 0) return undefined;
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
      const causes = touching(layer, all);
      const [cause] = causes;
      if (cause === undefined) continue;
      concerned = true;
      const after = afterwards(layer, query, value, causes);
      value = layer.certain || isDeepStrictEqual(after, value) ? after : unknown(query, value, cause, layer.task);
      if (!(value instanceof Unknown)) all = [...new Set([...all, ...subjectsOf(query, value)])];
    }
    return concerned ? { value } : undefined;
  }

  /** Whether one of these places may be a link, or lie behind one, that a task made or may have made. */
  mayLeadAnywhere(subjects: readonly Subject[]): boolean {
    return this.#layers.some(({ effects }) =>
      effects.some(
        ({ effect }) =>
          effect.kind === "disturbs" &&
          effect.leads === true &&
          subjects.some((subject) => matches(effect.subject, `${subject}/` as Subject)),
      ),
    );
  }
}

/** Within a layer an exact answer wins, in whatever order the module wrote its effects. */
function afterwards(layer: Layer, query: Query<unknown>, value: unknown, causes: readonly TouchCause[]): unknown {
  const exact = exactIn(layer, query);
  if (exact !== undefined) return exact.value;
  return causes.reduce((known, cause) => inferred(query, known, cause, layer.task), value);
}

function exactIn(layer: Layer, query: Query<unknown>): { readonly value: unknown } | undefined {
  for (let i = layer.effects.length - 1; i >= 0; i--) {
    const effect = layer.effects[i]?.effect;
    if (effect?.kind === "becomes" && effect.query.id === query.id) return { value: effect.value };
  }
  return undefined;
}

/** All in a layer that concerns one of the subjects: what one effect leaves known, another may not. */
function touching(layer: Layer, subjects: readonly Subject[]): readonly TouchCause[] {
  return layer.effects.flatMap(({ effect, named }): TouchCause[] => {
    const subject = named.find((name) => subjects.some((own) => matches(name, own)));
    if (subject === undefined) return [];
    if (effect.kind === "becomes") return [{ kind: "becomes", subject, query: effect.query, value: effect.value }];
    return [{ kind: "disturbs", subject, ...(effect.brings === true && { brings: true }) }];
  });
}

function inferred(query: Query<unknown>, value: unknown, cause: TouchCause, task: string): unknown {
  const known = value instanceof Unknown ? undefined : query.probe.infer?.(query.key, value, cause);
  return known === undefined ? unknown(query, value, cause, task) : known;
}

/** An Unknown stays unknown, because of the last that touched it: nothing that follows could be told from it. */
function unknown(query: Query<unknown>, value: unknown, cause: TouchCause, task: string): Unknown {
  if (!(value instanceof Unknown)) return new Unknown(query, task, cause, value);
  const { brings, ...plain } = cause;
  const both = brings === true && value.cause.brings === true;
  return new Unknown(query, task, both ? cause : plain, value.was);
}
