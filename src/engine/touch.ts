import { disturbs, type Effect, isNamed, type NamedEffect } from "../contract/change.js";
import type { Query } from "../contract/query.js";
import { matches, type Subject, UNBOUNDED } from "../contract/subject.js";

/** All that an answer depends on: what the question says, and what only the answer tells. */
export function subjectsOf(query: Query<unknown>, value: unknown): readonly Subject[] {
  const resolved = value === null || value === undefined ? [] : (query.probe.resolved?.(query.key, value) ?? []);
  return resolved.length === 0 ? query.subjects : [...query.subjects, ...resolved];
}

/** The subjects or patterns that an effect names. */
export function namedBy(effect: NamedEffect): readonly Subject[] {
  if (effect.kind === "disturbs") return [effect.subject];
  const { query, value } = effect;
  return query.probe.changed?.(query.key, value) ?? subjectsOf(query, value);
}

/** Dry run: as what an effect counts. A command touches only the answers that may hang on anything. */
export function predictable(effect: Effect): readonly NamedEffect[] {
  if (effect.kind === "opaque") return [disturbs(UNBOUNDED)].filter(isNamed);
  return isNamed(effect) ? [effect] : [];
}

/** Finds what an effect touches without looking at everything: exact subjects by a map, patterns by a scan. */
export class TouchIndex<T> {
  readonly #subjects = new Map<T, Set<Subject>>();
  readonly #bySubject = new Map<Subject, Set<T>>();

  add(thing: T, subjects: readonly Subject[]): void {
    const known = this.#subjects.get(thing) ?? new Set();
    this.#subjects.set(thing, known);
    for (const subject of subjects) {
      known.add(subject);
      let things = this.#bySubject.get(subject);
      if (things === undefined) this.#bySubject.set(subject, (things = new Set()));
      things.add(thing);
    }
  }

  remove(thing: T): void {
    for (const subject of this.#subjects.get(thing) ?? []) this.#bySubject.get(subject)?.delete(thing);
    this.#subjects.delete(thing);
  }

  all(): Iterable<T> {
    return this.#subjects.keys();
  }

  touchedBy(effect: NamedEffect): Set<T> {
    const touched = new Set<T>();
    for (const thing of this.#bySubject.get(UNBOUNDED) ?? []) touched.add(thing);
    for (const named of namedBy(effect)) {
      if (!named.endsWith("*")) for (const thing of this.#bySubject.get(named) ?? []) touched.add(thing);
      else this.#scan(named, touched);
    }
    return touched;
  }

  /** Whether an effect touches a question whose answer depends on these subjects. */
  static touches(effect: NamedEffect, query: Query<unknown>, subjects: readonly Subject[]): boolean {
    if (effect.kind === "becomes" && effect.query.id === query.id) return true;
    return namedBy(effect).some((named) => subjects.some((subject) => matches(named, subject)));
  }

  #scan(pattern: Subject, into: Set<T>): void {
    for (const [thing, subjects] of this.#subjects) {
      for (const subject of subjects) {
        if (matches(pattern, subject)) {
          into.add(thing);
          break;
        }
      }
    }
  }
}

/** What a question is about, for people: a path, or the kind and name of the thing. */
export function askedAbout({ id, subjects }: Query<unknown>): string {
  const [kind = "", ...rest] = (subjects[0] ?? "").split(":");
  const name = rest.join(":").replace(/^[+@-]/, "");
  if (name === "") return id;
  return kind === "file" ? name : `${kind} ${name}`;
}
