import { factSource } from "./source.js";

/** The first line is the node's name, the second the names that its address has, the canonical one first. */
const SCRIPT = `n=$(uname -n); printf '%s\\n' "$n"; set -f
while read -r a r || [ -n "$a" ]; do case $a in \\#*) continue ;; esac
for w in \${r%%#*}; do [ "$w" != "$n" ] || { printf '%s\\n' "\${r%%#*}"; exit 0; }; done; done </etc/hosts
if command -v getent >/dev/null; then o=$(timeout 3 getent hosts "$n") && printf '%s\\n' "\${o#* }"
elif command -v hostname >/dev/null; then timeout 3 hostname -f 2>/dev/null; fi
:`;

/** /etc/hosts is looked at first because a name server that does not answer costs seconds. */
export const hostNameFacts = factSource({
  kind: "hostName",
  names: ["nodename", "hostname", "fqdn", "domain"],
  subjects: ["system:hostname", "file:/etc/hostname", "file:/etc/hosts", "file:/etc/resolv.conf"],
  script: SCRIPT,
  parse: (text) => {
    const [nodename = "", line = ""] = text.split("\n");
    const names = line.split(/\s+/).filter((name) => name !== "");
    const fqdn = names.find((name) => name.includes(".")) ?? names[0] ?? nodename;
    return {
      nodename,
      hostname: nodename.split(".")[0],
      fqdn,
      domain: fqdn.split(".").slice(1).join("."),
    };
  },
});
