import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { databaseScript, recordsOf } from "./accounts.js";

/** An account, without its numbers: those of a new one are the host's choice (see userId). */
export interface Account {
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

const subjects = (name: string): readonly Subject[] => [`user:${name}`];

/** null: there is no such user. */
export const user = defineProbe<string, Account | null>({
  kind: "user",
  identify: (name) => name,
  subjects,
  script: (names) => ({ text: databaseScript("passwd", names) }),
  parse: (output, names) => {
    const records = recordsOf(output);
    return names.map((name) => {
      const [, , , , comment, home, shell] = records.get(name) ?? [];
      if (!records.has(name)) return null;
      if (comment === undefined || home === undefined || shell === undefined)
        return new ProbeFailure(`the user database's line of ${name} has too few fields`);
      return { comment, home, shell };
    });
  },
});

/** Number of a user; null: there is no such user. */
export const userId = numberProbe("userId", 2);

/** Number of a user's primary group; null: there is no such user. */
export const userGroupId = numberProbe("userGroupId", 3);

/** Two questions, because one may be known before the other is. */
function numberProbe(kind: string, field: number) {
  return defineProbe<string, number | null>({
    kind,
    identify: (name) => name,
    subjects,
    script: (names) => ({ text: databaseScript("passwd", names) }),
    parse: (output, names) => {
      const records = recordsOf(output);
      return names.map((name) => {
        const number = records.get(name)?.[field];
        return number === undefined ? null : Number(number);
      });
    },
  });
}

/** The groups whose member lists name the user (local ones, sorted); the primary group is not among them. Whoever removes
 * or renames a group names its members: a group is not a subject here, or users of one group would disturb each other. */
export const userGroups = defineProbe<string, readonly string[]>({
  kind: "userGroups",
  identify: (name) => name,
  subjects,
  script: () => ({
    text: `while IFS= read -r l || [ -n "$l" ]; do case $l in *:) ;; *) printf '%s\\n' "$l" ;; esac; done </etc/group`,
  }),
  parse: (output, names) => {
    const groups = [...recordsOf(output).values()].map(([name = "", , , members = ""]) => ({
      name,
      members: members.split(","),
    }));
    return names.map((user) =>
      groups
        .filter((one) => one.members.includes(user))
        .map((one) => one.name)
        .sort(),
    );
  },
});
