/** Where a thing stands in a text that a person wrote. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * What kind of failure this is; the command line maps it to an exit status.
 * `input` – the playbook, inventory or command line is wrong (nothing was touched) → 1;
 * `host` – something on a host failed → 3; `unreachable` – no login, or the link was lost → 4;
 * `locked` – another run holds the host → 5; `interrupted` – Ctrl-C → 130.
 * An Error that is not a FettleError is a defect of fettle → 70.
 */
export type ErrorKind = "input" | "host" | "unreachable" | "locked" | "interrupted";

export interface ErrorDetails {
  readonly kind: ErrorKind;
  /** What is wrong, in one line, without the place: `copy.mode: "8x4" is not an octal mode`. */
  readonly cause: string;
  /** What to do about it, in one line: `write "0644"`. Absent when there is nothing useful to say. */
  readonly remedy?: string;
  readonly place?: Place;
  /** The lines of the source around the place with a caret, ready to print. */
  readonly excerpt?: string;
  /** Longer evidence: the end of stderr, a server's banner. Already safe to show. */
  readonly detail?: string;
}

/** Every failure that a user is meant to see. `message` is `file:line:column cause; remedy` on one line. */
export class FettleError extends Error {
  override readonly name = "FettleError";
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  constructor(details: ErrorDetails, options?: ErrorOptions) {
    const remedy = details.remedy === undefined ? "" : `; ${details.remedy}`;
    super(`${details.place ? `${showPlace(details.place)} ` : ""}${details.cause}${remedy}`, options);
    this.kind = details.kind;
    this.details = details;
  }

  /** The same error with what a caller further out knows: only fields that are still missing are taken. */
  at(more: Partial<ErrorDetails>): FettleError {
    return new FettleError({ ...more, ...this.details }, { cause: this });
  }
}

export function showPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** An error in what the user wrote; found before anything is touched wherever that is possible. */
export function inputError(cause: string, more: Omit<ErrorDetails, "kind" | "cause"> = {}): FettleError {
  return new FettleError({ kind: "input", cause, ...more });
}

/** A failure of one task on one host. */
export function hostError(cause: string, more: Omit<ErrorDetails, "kind" | "cause"> = {}): FettleError {
  return new FettleError({ kind: "host", cause, ...more });
}

/** The line of `source` at `place` with a caret under the column. */
export function excerpt(source: string, place: Place): string {
  const line = source.split("\n")[place.line - 1] ?? "";
  const number = `${place.line} | `;
  return `${number}${line}\n${" ".repeat(number.length + place.column - 1)}^`;
}

/** The known name nearest to a misspelt one, or undefined when none is near enough to be meant. */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Damerau–Levenshtein distance (adjacent transpositions count one). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cell = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cell = Math.min(cell, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cell);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
