import { defineProbe, ProbeFailure } from "../contract/query.js";
import { packageSubjects } from "./package.js";
import { calls } from "./shell.js";

/** The version of an installed package; null when it is not installed. */
export const packageVersion = defineProbe<string, string | null>({
  kind: "packageVersion",
  identify: (name) => name,
  subjects: packageSubjects,
  script: (names) => ({
    text: `command -v dpkg-query >/dev/null || { echo none; exit 0; }
dpkg --print-architecture
g() { dpkg-query -W -f '\${db:Status-Abbrev}|\${Package}|\${Architecture}|\${Version}\\n' -- "$@" 2>/dev/null; }
${calls("g", names)}:`,
  }),
  parse: (output, names) => {
    const [native, ...lines] = output.toString().split("\n");
    if (native === "none") return names.map(() => new ProbeFailure("this host has no dpkg; supported is apt"));
    const records = lines.map((line) => line.split("|"));
    return names.map((name) => {
      const [bare, arch = native] = name.split(":");
      const own = records.find(
        ([status, its, at]) => status?.[1] === "i" && its === bare && (at === arch || at === "all"),
      );
      return own?.[3] ?? null;
    });
  },
});
