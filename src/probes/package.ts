import { defineProbe, ProbeFailure, type TouchCause } from "../contract/query.js";
import type { Subject } from "../contract/subject.js";

/**
 * What the package manager has of a package:
 * `installed`; `provided` – not itself, but an installed package provides the name and no real one has it;
 * `configuration` – removed, its configuration is still there; `broken` – an installation ended half-way;
 * null – nothing.
 */
export type PackageState = "installed" | "provided" | "configuration" | "broken" | null;

/** `hello`, `libc6:amd64` */
export const packageName = /^[a-z0-9][a-z0-9+.-]*(:[a-z0-9-]+)?$/;

/**
 * Three subjects, so that an installation, which only adds other packages, leaves alone what is installed already;
 * `package:*` names them all.
 */
export function packageSubjects(name: string): readonly Subject[] {
  const bare = name.replace(/:.*/, "");
  return [`package:${bare}`, `package:+${bare}`, `package:-${bare}`];
}

/** What an installation may do to packages that it does not name: bring them in. */
export const bringsPackages: Subject = "package:+*";
/** What a removal may do to packages that it does not name: take them along. */
export const takesPackages: Subject = "package:-*";

/** Lines: `N|ARCH` the host's own; `P|STATUS|NAME|ARCH`; `V|NAME` provided; `R|NAMES` provided only. */
const AWK = `
/^=/ { want[substr($0, 2)] = 1; next }
$2 == "dpkg" { print "N|" $3 }
($2 in want) { print "P|" $1 "|" $2 "|" $3; if ($1 ~ /^.i/) own[$2] = 1 }
$1 ~ /^.i/ && $4 != "" {
  n = split($4, p, /, */)
  for (i = 1; i <= n; i++) { sub(/[ :(].*/, "", p[i]); if (p[i] in want) given[p[i]] = 1 }
}
END { for (g in given) if (!(g in own)) r = r " " g; print "R|" r }`;

/** Keeps apt from writing its caches: who only looks leaves a host as it was. */
export const NO_CACHE = "-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=";

/** The index of what can be installed is asked only about names that an installed package provides. */
function script(names: readonly string[]): string {
  const keys = [...new Set(names.map((name) => name.replace(/:.*/, "")))];
  return `command -v dpkg-query >/dev/null || { echo none; exit 0; }
o=$({ printf '=%s\\n' ${keys.join(" ")}
dpkg-query -W -f '\${db:Status-Abbrev}|\${Package}|\${Architecture}|\${Provides}\\n'; } | awk -F '|' '${AWK}') || exit 1
printf '%s\\n' "$o"
set -f; set -- \${o##*R|}
[ $# = 0 ] || apt-cache ${NO_CACHE} policy "$@" 2>/dev/null
:`;
}

export const packageState = defineProbe<string, PackageState>({
  kind: "package",
  identify: (name) => name,
  subjects: packageSubjects,
  script: (names) => ({ text: script(names) }),
  parse: (output, names) => {
    const text = output.toString();
    if (text === "none\n") return names.map(() => new ProbeFailure("this host has no dpkg; supported is apt"));
    const lines = text.split("\n");
    const native = lines.find((line) => line.startsWith("N|"))?.slice(2);
    const records = lines.filter((line) => line.startsWith("P|")).map((line) => line.split("|"));
    const provided = lines.find((line) => line.startsWith("R|"))?.split(/[| ]+/) ?? [];
    const real = realNames(lines);
    return names.map((name) => {
      const [bare = "", arch] = name.split(":");
      const own = records.find(
        ([, , its, at]) => its === bare && (at === (arch ?? native) || at === "all" || native === undefined),
      );
      const state = own === undefined ? null : stateOf(own[1] ?? "");
      if (state === "installed" || state === "broken") return state;
      return provided.includes(bare) && !real.has(bare) ? "provided" : state;
    });
  },
  infer,
});

/** Second letter of dpkg's abbreviation: the state; the third tells that it must be installed again. */
function stateOf(abbreviation: string): PackageState {
  if (abbreviation[2] === "R") return "broken";
  switch (abbreviation[1]) {
    case "i":
    case "W":
    case "t":
      return "installed";
    case "c":
      return "configuration";
    case "n":
      return null;
    default:
      return "broken";
  }
}

/** Names that apt could install themselves: their block of the policy has a candidate. */
function realNames(lines: readonly string[]): ReadonlySet<string> {
  const real = new Set<string>();
  lines.forEach((line, i) => {
    const candidate = /^ +Candidate: (.*)/.exec(lines[i + 2] ?? "")?.[1];
    if (line.endsWith(":") && candidate !== undefined && candidate !== "(none)") real.add(line.slice(0, -1));
  });
  return real;
}

function infer(_name: string, was: PackageState | undefined, cause: TouchCause): PackageState | undefined {
  if (cause.kind === "disturbs" && cause.subject.startsWith("package:+") && was === "installed") return was;
  if (cause.kind === "disturbs" && cause.subject.startsWith("package:-") && (was === null || was === "configuration"))
    return was;
  return undefined;
}

/** Whether asking for the package would install nothing: it is there, or another provides it and none has its name. */
export const packageSatisfied = summaryOf("packageSatisfied", (state) => state === "installed" || state === "provided");

/** Whether there is something of the package to remove, configuration aside. What is only provided is not installed. */
export const packageInstalled = summaryOf("packageInstalled", (state) => state === "installed" || state === "broken");

/** A yes or no about the state, for changes that make it certain without making the state so. */
function summaryOf(kind: string, is: (state: PackageState) => boolean) {
  return defineProbe<string, boolean>({
    kind,
    identify: (name) => name,
    subjects: packageSubjects,
    script: (names) => ({ text: script(names) }),
    parse: (output, names) =>
      packageState.parse(output, names).map((state) => (state instanceof ProbeFailure ? state : is(state))),
    infer: (_name, was, cause) => {
      if (cause.kind !== "disturbs" || was === undefined) return undefined;
      return cause.subject.startsWith(was ? "package:+" : "package:-") ? was : undefined;
    },
  });
}
