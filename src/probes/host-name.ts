import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";

export const hostNameSubject: Subject = "system:hostname";

/** The name that the running kernel has; a file says which one it gets at boot. */
export const hostName = defineProbe<null, string>({
  kind: "runningName",
  identify: () => "",
  subjects: () => [hostNameSubject],
  script: () => ({ text: "uname -n" }),
  parse: (output) => [output.toString().replace(/\n$/, "") || new ProbeFailure("uname says no name")],
});
