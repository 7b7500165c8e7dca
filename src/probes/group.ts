import { defineProbe, type TouchCause } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { databaseScript, recordsOf } from "./accounts.js";

/** Whether there is a group of that name. */
export const group = defineProbe<string, boolean>({
  kind: "group",
  identify: (name) => name,
  subjects: (name) => [`group:${name}`],
  script: (names) => ({ text: databaseScript("group", names) }),
  parse: (output, names) => {
    const records = recordsOf(output);
    return names.map((name) => records.has(name));
  },
  infer: (_name, _was, cause) => existsWith("groupId", cause),
});

/** The number of a group; null when there is none of that name. */
export const groupId = defineProbe<string, number | null>({
  kind: "groupId",
  identify: (name) => name,
  subjects: (name) => [`group:${name}`],
  script: (names) => ({ text: databaseScript("group", names) }),
  parse: (output, names) => {
    const records = recordsOf(output);
    return names.map((name) => {
      const number = records.get(name)?.[2];
      return number === undefined ? null : Number(number);
    });
  },
});

/** Whoever adds a member to a group or takes one away names this: it changes nothing else about the group. */
export function membersSubject(name: string): Subject {
  return `group:${name}/members`;
}

/** The users that a group's own line lists; null when there is no such group. */
export const groupMembers = defineProbe<string, readonly string[] | null>({
  kind: "groupMembers",
  identify: (name) => name,
  subjects: (name) => [`group:${name}`, membersSubject(name)],
  script: (names) => ({ text: databaseScript("group", names) }),
  parse: (output, names) => {
    const records = recordsOf(output);
    return names.map((name) => records.get(name)?.[3]?.split(",").filter(Boolean) ?? null);
  },
});

/** What has a number is there; what has none is not. */
function existsWith(kind: string, cause: TouchCause): boolean | undefined {
  return cause.kind === "becomes" && cause.query?.probe.kind === kind ? cause.value !== null : undefined;
}
