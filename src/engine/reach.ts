import { defineProbe } from "../contract/query.js";

/**
 * Whether the lane can be used at all. A dry run asks it of every task that would do something: one that would not log
 * in, or whose sudo would ask for another password, must not be promised.
 */
export const reach = defineProbe<"reach", true>({
  kind: "reach",
  identify: (key) => key,
  subjects: () => [],
  script: () => ({ text: "echo reached" }),
  parse: () => [true],
});
