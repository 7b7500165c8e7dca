import { defineProbe, ProbeFailure } from "../contract/query.js";
import { listsSubject, packagesSubject } from "./apt.js";

/** Files of packages that apt keeps after it has installed them: all, or those that no list names any more. */
export type Archives = "all" | "outdated";

/** Their names, sorted. */
export const aptArchives = defineProbe<Archives, readonly string[]>({
  kind: "aptArchives",
  identify: (which) => which,
  subjects: () => [listsSubject, packagesSubject, "file:/var/cache/apt/archives/."],
  changed: () => ["file:/var/cache/apt/archives/."],
  script: (keys) => ({
    text: `command -v apt-get >/dev/null || { echo none; exit 0; }
all() { for f in /var/cache/apt/archives/*.deb; do [ ! -e "$f" ] || echo "\${f##*/}"; done; }
outdated() { apt-get -s autoclean 2>/dev/null </dev/null | sed -n 's/^Del \\([^ ]*\\) \\([^ ]*\\).*/\\1 \\2/p'; }
${keys.map((which) => `${which}; echo =\n`).join("")}:`,
  }),
  parse: (output, keys) => {
    const text = output.toString();
    if (text === "none\n") return keys.map(() => new ProbeFailure("this host has no apt-get; supported is apt"));
    const blocks = text.split(/^=\n/m);
    return keys.map((_which, i) => (blocks[i] ?? "").split("\n").filter(Boolean).sort());
  },
});
