import { defineProbe, ProbeFailure } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";

/** The lists of what can be installed. No package has such a name. */
export const listsSubject: Subject = "package:@lists";

/** Whatever adds, removes or upgrades a package disturbs it. */
export const packagesSubject: Subject = "package:@all";

/** The age of lists that are only asked whether they are there and no older than apt's sources. */
export const anyAge = 1e9;

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
  changed: () => [listsSubject, "file:/var/lib/apt/lists"],
  script: (ages) => ({
    text: `command -v apt-get >/dev/null || { echo none; exit 0; }
l=/var/lib/apt/lists a=-1
for f in "$l"/*Release "$l"/*Packages*; do [ -e "$f" ] || continue
a=$(( $(date +%s) - $(stat -c %Y "$l") )); break; done
for s in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/sources.list.d/*; do
[ ! "$s" -nt "$l" ] || a=-1; done
echo "$a" # ${ages.length}`,
  }),
  parse: (output, ages) => {
    const text = output.toString().trim();
    if (text === "none") return ages.map(() => new ProbeFailure("this host has no apt-get; supported is apt"));
    const age = Number(text);
    if (!Number.isInteger(age)) return ages.map(() => new ProbeFailure("unexpected age of apt's lists"));
    return ages.map((most) => age >= 0 && age < most);
  },
  // Lists that were just fetched are younger than a minute, whatever age another task asks for.
  infer: (most, _was, cause) =>
    cause.query?.probe.kind === "aptListsFresh" && cause.value === true && most >= 60 ? true : undefined,
});
