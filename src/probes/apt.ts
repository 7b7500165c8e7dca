import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";
import { packageSubjects } from "./package.js";
import { calls } from "./shell.js";

/** The lists of what can be installed. No package has such a name. */
export const listsSubject: Subject = "package:@lists";

/** The version that apt would install; null when it knows none. */
export const aptCandidate = defineProbe<string, string | null>({
  kind: "aptCandidate",
  identify: (name) => name,
  subjects: (name) => [...packageSubjects(name).slice(0, 1), listsSubject, "file:/etc/apt/preferences"],
  script: (names) => ({ text: `g() { apt-cache policy "$@" 2>/dev/null; }\n${calls("g", names)}:` }),
  parse: (output, names) => {
    const found = new Map<string, string>();
    let at = "";
    for (const line of output.toString().split("\n")) {
      if (/^\S.*:$/.test(line)) at = line.slice(0, -1);
      const candidate = /^ +Candidate: (.*)/.exec(line)?.[1];
      if (candidate !== undefined) found.set(at, candidate);
    }
    return names.map((name) => {
      const candidate = found.get(name);
      return candidate === undefined || candidate === "(none)" ? null : candidate;
    });
  },
});

/**
 * Whether there are lists, at most so many seconds old (their folder's time, which the update sets), and no older than
 * apt's sources. 0: never.
 */
export const aptListsFresh = defineProbe<number, boolean>({
  kind: "aptListsFresh",
  identify: String,
  subjects: () => [
    listsSubject,
    "file:/var/lib/apt/lists",
    "file:/etc/apt/sources.list",
    "file:/etc/apt/sources.list.d/.",
  ],
  script: (ages) => ({
    text: `l=/var/lib/apt/lists a=-1
for f in "$l"/*Release "$l"/*Packages*; do [ -e "$f" ] || continue
a=$(( $(date +%s) - $(stat -c %Y "$l") )); break; done
for s in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/sources.list.d/*; do
[ ! "$s" -nt "$l" ] || a=-1; done
echo "$a" # ${ages.length}`,
  }),
  parse: (output, ages) => {
    const age = Number(output.toString().trim());
    if (!Number.isInteger(age)) return ages.map(() => new ProbeFailure("unexpected age of apt's lists"));
    return ages.map((most) => age >= 0 && age < most);
  },
});
