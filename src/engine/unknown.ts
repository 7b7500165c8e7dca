import { disturbs, type Effect } from "../contract/change.js";
import type { TaskRef } from "../contract/event.js";
import { NotYet } from "../contract/play.js";
import { Unknown } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { NeedsRealRun } from "./attempt.js";
import type { Need } from "./needs.js";
import type { Overlay } from "./overlay.js";
import type { Because } from "./prepared.js";
import { askedAbout, subjectsOf } from "./touch.js";
import type { View } from "./view.js";

/** Why a verdict cannot be given; undefined: the error is another one. */
export function whyUnknown(error: unknown): Because | undefined {
  if (error instanceof NeedsRealRun) return { what: error.what, because: error.because };
  return error instanceof Unknown ? { what: askedAbout(error.query), because: error.because } : undefined;
}

/**
 * What a task may have changed that looked at these and whose verdict nobody knows, and what its module says besides.
 * Where it may have got to by ways of which nobody knows where they lead, that is any file.
 */
export function mayHaveTouched(
  views: Iterable<View>,
  besides: readonly Effect[],
  overlay: Overlay | undefined,
): readonly Effect[] {
  const places = [...views].map(placesOf);
  const subjects = new Set(places.flatMap(({ all }) => all));
  const anywhere = places.some(({ open }) => open !== undefined && overlay?.mayLeadAnywhere(open) === true);
  return [
    ...[...subjects].map((subject) => disturbs(subject)),
    ...besides.flatMap((effect) => underAllNames(effect, places)),
    ...(anywhere ? [disturbs("file:*")] : []),
  ];
}

/** All that a question may be about; `open`: as far as it is not known. */
interface Places {
  readonly all: readonly Subject[];
  readonly open?: readonly Subject[];
}

function placesOf(view: View): Places {
  const { query, answer } = view;
  const own = query.probe.own?.(query.key);
  if (own !== undefined) return { all: own };
  if (answer === undefined || "failure" in answer) return { all: query.subjects, open: query.subjects };
  if (!(answer.value instanceof Unknown)) return { all: subjectsOf(query, answer.value) };
  const { query: asked, was, cause } = answer.value;
  const open = subjectsOf(asked, was);
  // An installation may bring files; where links lead that it may bring too is not asked.
  return { all: [...query.subjects, ...open], ...(cause.brings !== true && { open }) };
}

/** What changes below one name of a folder changes below all. */
function underAllNames(effect: Effect, places: readonly Places[]): readonly Effect[] {
  if (effect.kind !== "disturbs" || !effect.subject.endsWith("/**")) return [effect];
  const folder = effect.subject.slice(0, -"/**".length) as Subject;
  const names = places.filter(({ all }) => all.includes(folder)).flatMap(({ all }) => all);
  return [...new Set([folder, ...names])].map((name) => ({ ...effect, subject: `${name}/**` as const }));
}

/** Dry run: the value of a variable that a task would set when it really ran. */
export class UnknownValue {
  constructor(
    readonly name: string,
    readonly because: TaskRef,
  ) {}

  /** To be thrown by whoever uses the variable. */
  get notYet(): NotYet {
    return new NotYet({ kind: "unknown", what: this.name, because: this.because } satisfies Need);
  }
}
