import type { Query } from "./query.js";
import type { Step } from "./step.js";
import type { SubjectPattern } from "./subject.js";

/** What is true on the host after a change. The dry run's overlay and the engine's read cache live off these. */
export type Effect =
  /** Afterwards this question has this answer. Other questions about the same subjects are no longer known. */
  | { readonly kind: "becomes"; readonly query: Query<unknown>; readonly value: unknown }
  /** Afterwards questions about these subjects are not known. */
  | {
      readonly kind: "disturbs";
      readonly subject: SubjectPattern;
      /** Things may come where nothing was, as by an installation: what was absent may be there, in whatever form. */
      readonly brings?: true;
      /** A symbolic link may come to be above these: they may lie anywhere then. */
      readonly leads?: true;
    }
  /** An arbitrary command ran: anything may be different. */
  | { readonly kind: "opaque"; readonly why: string }
  /** It waited for others: what was read before may be different by now. A dry run cannot wait, and predicts nothing. */
  | { readonly kind: "waited" };

/** Effects that say what they are about. */
export type NamedEffect = Exclude<Effect, { kind: "opaque" | "waited" }>;

export function isNamed(effect: Effect): effect is NamedEffect {
  return effect.kind === "becomes" || effect.kind === "disturbs";
}

export function becomes<V>(query: Query<V>, value: V): Effect {
  return { kind: "becomes", query, value };
}

export function disturbs(subject: SubjectPattern): Effect {
  return { kind: "disturbs", subject };
}

/** Where a symbolic link is made or may be: what lies below it is then something else. */
export function leads(path: string): Effect {
  return { kind: "disturbs", subject: `file:${path === "/" ? "" : path}/**`, leads: true };
}

/** One side of a diff: text is shown as a unified diff, a record by its differing keys, `null` is absent. */
export type Shown = string | Readonly<Record<string, string | number | boolean | null>> | null;

/** As `disturbs`, by something that may put things where nothing was. */
export function brings(subject: SubjectPattern): Effect {
  return { kind: "disturbs", subject, brings: true };
}

export interface Change {
  /** One line, lower case, no host name: `write /etc/motd`, `start nginx`. */
  readonly summary: string;
  /** Both sides for the diff; left out where there is nothing to show. `title` is the path or thing's name. */
  readonly title?: string;
  readonly before?: Shown;
  readonly after?: Shown;
  /** Never show before and after: the content is secret. */
  readonly sensitive?: boolean;
  /** May be empty only for an action that touches nothing anyone can read (restarting a service). */
  readonly effects: readonly Effect[];
  readonly steps: readonly Step[];
}
