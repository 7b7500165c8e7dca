import type { Step } from "../../../contract/step.js";
import { quote } from "../../../probes/shell.js";

/** Makes the home of a user who is there already, as useradd would have done. */
export function makeHome(user: string, path: string, skeleton: string, mode: number): readonly Step[] {
  return [
    { do: "exec", argv: ["mkdir", "-p", "--", path] },
    {
      do: "exec",
      argv: ["cp", "-RP", "--", `${skeleton}/.`, path],
      guards: [{ kind: "only_if", command: `[ -d ${quote(skeleton)} ]` }],
    },
    // The colon alone stands for the user's own group.
    { do: "exec", argv: ["chown", "-hR", "--", `${user}:`, path] },
    { do: "exec", argv: ["chmod", "--", mode.toString(8).padStart(5, "0"), path] },
  ];
}
