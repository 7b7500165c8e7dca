import { defineProbe, type TouchCause } from "../contract/query.js";
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

/** What has a number is there; what has none is not. */
function existsWith(kind: string, cause: TouchCause): boolean | undefined {
  return cause.kind === "becomes" && cause.query?.probe.kind === kind ? cause.value !== null : undefined;
}
