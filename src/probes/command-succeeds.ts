import { UNBOUNDED } from "../contract/subject.js";
import { defineProbe, ProbeFailure } from "../contract/query.js";
import { quote } from "./shell.js";

/**
 * Whether a shell command of the playbook's own ends with 0, run as guards of a step are. That it only looks is its
 * author's word (`unless`, `only_if`).
 */
export const commandSucceeds = defineProbe<string, boolean>({
  kind: "commandSucceeds",
  identify: (command) => command,
  subjects: () => [UNBOUNDED],
  script: (commands) => ({
    text: `${commands
      .map(
        (command) =>
          `if ( unset LC_ALL; sh -c ${quote(command)} ) >/dev/null 2>&1 </dev/null 3<&-; then echo y; else echo n; fi`,
      )
      .join("\n")}\n`,
  }),
  parse: (output, commands) => {
    const lines = output.toString().split("\n");
    return commands.map((_, i) =>
      lines[i] === "y" || lines[i] === "n" ? lines[i] === "y" : new ProbeFailure("the answer ends too early"),
    );
  },
});
