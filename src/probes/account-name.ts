import { defineProbe, type TouchCause } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { Cursor, decoded, orFailure } from "./shell.js";

export interface AccountNumber {
  readonly kind: "user" | "group";
  readonly id: number;
}

/** Whatever takes a number from an account names this. */
export function numbersSubject(kind: AccountNumber["kind"]): Subject {
  return `${kind}:@numbers`;
}

/** Whatever only makes a new account names this: numbers that have a name keep it. */
export function newNumber(kind: AccountNumber["kind"]): Subject {
  return `${kind}:@new`;
}

/** The name of a user or group number, or null where it has none. */
export const accountName = defineProbe<AccountNumber, string | null>({
  kind: "accountName",
  identify: ({ kind, id }) => `${kind}:${id}`,
  subjects: ({ kind }) => [numbersSubject(kind), newNumber(kind)],
  script: (keys) => ({
    text: `g() { n=$(getent "$1" "$2" 2>/dev/null) && { printf '%s\\n' "\${n%%:*}"; return; }
while IFS=: read -r n _ i _; do [ "$i" != "$2" ] || { printf '%s\\n' "$n"; return; }; done <"/etc/$1"
echo; }
${keys.map(({ kind, id }) => `g ${kind === "user" ? "passwd" : "group"} ${id}`).join("\n")}`,
  }),
  parse: (output, keys) => {
    const cursor = new Cursor(output);
    return keys.map(() => orFailure(() => decoded(cursor.until("\n")) || null));
  },
  infer,
});

function infer({ kind }: AccountNumber, was: string | null | undefined, cause: TouchCause): string | undefined {
  return cause.subject === newNumber(kind) ? (was ?? undefined) : undefined;
}
