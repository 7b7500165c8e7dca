import type { Effect } from "../contract/change.js";
import type { Query } from "../contract/query.js";
import { matches, type Subject } from "../contract/subject.js";

type NamedEffect = Exclude<Effect, { kind: "opaque" }>;

/** All that an answer depends on: what the question says, and what only the answer tells. */
export function subjectsOf(query: Query<unknown>, value: unknown): readonly Subject[] {
  const resolved = value === null || value === undefined ? [] : (query.probe.resolved?.(query.key, value) ?? []);
  return resolved.length === 0 ? query.subjects : [...query.subjects, ...resolved];
}

/** The subjects or patterns that an effect names. */
export function namedBy(effect: NamedEffect): readonly Subject[] {
  return effect.kind === "disturbs" ? [effect.subject] : subjectsOf(effect.query, effect.value);
}

interface Entry {
  readonly subjects: Set<Subject>;
  /** Who asks: a change of that user touches the view, but is not what the question is about. */
  asker?: Subject;
  readonly query: Query<unknown>;
}

/** Finds what an effect touches without looking at everything: exact subjects by a map, patterns by a scan. */
export class TouchIndex<T> {
  readonly #entries = new Map<T, Entry>();
  readonly #bySubject = new Map<Subject, Set<T>>();

  add(thing: T, subjects: readonly Subject[], query: Query<unknown>): void {
    const entry = this.#entries.get(thing) ?? { subjects: new Set(), query };
    this.#entries.set(thing, entry);
    for (const subject of subjects) {
      entry.subjects.add(subject);
      let things = this.#bySubject.get(subject);
      if (things === undefined) this.#bySubject.set(subject, (things = new Set()));
      things.add(thing);
    }
  }

  askedBy(thing: T, asker: Subject): void {
    const entry = this.#entries.get(thing);
    if (entry === undefined) return;
    this.add(thing, [asker], entry.query);
    entry.asker = asker;
  }

  remove(thing: T): void {
    for (const subject of this.#entries.get(thing)?.subjects ?? []) this.#bySubject.get(subject)?.delete(thing);
    this.#entries.delete(thing);
  }

  all(): Iterable<T> {
    return this.#entries.keys();
  }

  touchedBy(effect: NamedEffect): Set<T> {
    const touched = new Set<T>();
    for (const named of this.#namedWithMemory(effect)) {
      if (!named.endsWith("*")) for (const thing of this.#bySubject.get(named) ?? []) touched.add(thing);
      else this.#scan(named, touched);
    }
    return touched;
  }

  /** Whether an effect touches a question whose answer is not known. */
  static touches(effect: NamedEffect, query: Query<unknown>, subjects: readonly Subject[]): boolean {
    if (effect.kind === "becomes" && effect.query.id === query.id) return true;
    return namedBy(effect).some((named) => subjects.some((subject) => matches(named, subject)));
  }

  /** What is written under one name is changed under all: add the subjects that a view of the same question knows. */
  #namedWithMemory(effect: NamedEffect): Set<Subject> {
    const named = new Set(namedBy(effect));
    if (effect.kind !== "becomes") return named;
    for (const subject of effect.query.subjects) {
      for (const thing of this.#bySubject.get(subject) ?? []) {
        const entry = this.#entries.get(thing);
        if (entry?.query.id === effect.query.id) {
          for (const known of entry.subjects) if (known !== entry.asker) named.add(known);
        }
      }
    }
    return named;
  }

  #scan(pattern: Subject, into: Set<T>): void {
    for (const [thing, entry] of this.#entries) {
      for (const subject of entry.subjects) {
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
