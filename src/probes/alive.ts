import { defineProbe, ProbeFailure } from "../contract/query.js";

/** Whether the lane's shell answers at all. Depends on nothing on the host. */
export const alive = defineProbe<null, true>({
  kind: "alive",
  identify: () => "",
  subjects: () => [],
  script: () => ({ text: "echo alive" }),
  parse: (output) => [output.toString() === "alive\n" ? true : new ProbeFailure("the shell did not answer")],
});
