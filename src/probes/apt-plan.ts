import { defineProbe, ProbeFailure } from "../contract/query.js";
import { listsSubject, packagesSubject } from "./apt.js";
import { quote } from "./shell.js";
import { NO_CACHE } from "./package.js";

export interface PlannedPackage {
  /** With its architecture only where that is not the host's own. */
  readonly name: string;
  readonly version: string;
  /** What is installed now; null: nothing. */
  readonly from: string | null;
}

/** What apt would do, by its own simulation with the lists it has. */
export interface AptPlan {
  /** Why it would do nothing at all, in apt's words: `Unable to locate package nginxx`; null: it would work. */
  readonly problem: string | null;
  /** Names of packages that are like those which apt could not find. */
  readonly near?: readonly string[];
  readonly installs: readonly PlannedPackage[];
  readonly removes: readonly string[];
  /** Virtual names that these packages provide. */
  readonly provides: readonly string[];
}

/** A plan with nothing in it. */
export const nothingPlanned: AptPlan = { problem: null, installs: [], removes: [], provides: [] };

/** Names that a misspelt one may mean, some hundred at most: they begin or end alike, and are about as long. */
const NEAR = `
BEGIN { n = split(u, want, " ") }
{ for (i = 1; i <= n; i++) { w = want[i]; l = length(w); d = length($0) - l
  if (d < -2 || d > 2 || left > 300) continue
  if (substr($0, 1, 2) != substr(w, 1, 2) && substr($0, length($0) - 2) != substr(w, l - 2)) continue
  print "Near " $0; left++ } }`;

/** The key is what follows `apt-get -s`: `["install", "--", "nginx"]`. */
export const aptPlan = defineProbe<readonly string[], AptPlan>({
  kind: "aptPlan",
  identify: (words) => words.join(" "),
  subjects: () => [
    listsSubject,
    packagesSubject,
    "file:/etc/apt/preferences",
    "file:/etc/apt/preferences.d/.",
    "file:/etc/apt/apt.conf.d/.",
  ],
  changed: () => [packagesSubject],
  script: (keys) => ({
    text: `command -v apt-get >/dev/null || { echo none; exit 0; }
g() { o=$(apt-get ${NO_CACHE} -s -y "$@" 2>&1 </dev/null | grep -E '^(Inst|Remv|Purg|E:) '); printf '%s\\n' "$o"
n=$(printf '%s\\n' "$o" | awk '$1 != "E:" { print $2 }')
u=$(printf '%s\\n' "$o" | sed -n 's/^E: Unable to locate package //p' | tr '\\n' ' ')
[ -z "$u" ] || apt-cache ${NO_CACHE} pkgnames | awk -v u="$u" '${NEAR}'
[ -z "$n" ] || apt-cache ${NO_CACHE} show --no-all-versions $n 2>/dev/null | grep '^Provides: '
echo =; }
${keys.map((words) => `g ${words.map(quote).join(" ")}\n`).join("")}:`,
  }),
  parse: (output, keys) => {
    const text = output.toString();
    if (text === "none\n") return keys.map(() => new ProbeFailure("this host has no apt-get; supported is apt"));
    const blocks = text.split(/^=\n/m);
    return keys.map((_words, i) => {
      const block = blocks[i];
      return block === undefined ? new ProbeFailure("the answer ends too early") : readPlan(block.split("\n"));
    });
  },
});

function readPlan(lines: readonly string[]): AptPlan {
  const rest = (start: string): string[] =>
    lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
  const problems = rest("E: ");
  if (problems.length > 0) return { ...nothingPlanned, problem: problems.join("; "), near: rest("Near ") };
  const gone = [...rest("Remv "), ...rest("Purg ")].map((line) => line.split(" ")[0] ?? "");
  const provided = rest("Provides: ").flatMap((line) => line.split(/,\s*/).map((name) => name.replace(/[ :(].*/, "")));
  return {
    problem: null,
    installs: rest("Inst ").map(readInstall),
    removes: [...new Set(gone)],
    provides: [...new Set(provided)].sort(),
  };
}

/** `jq [1.6-2] (1.7-1 Debian:12/stable [amd64])` */
function readInstall(line: string): PlannedPackage {
  const [, name = "", from, version = ""] = /^(\S+)(?: \[([^\]]*)\])? \((\S+)/.exec(line) ?? [];
  return { name, version, from: from ?? null };
}
