import { calls } from "./shell.js";

/**
 * Lines of the user or the group database for these names. getent knows network accounts as well; a host without it
 * (busybox) has only its files, read by the shell itself.
 */
export function databaseScript(database: "passwd" | "group", names: readonly string[]): string {
  return `if command -v getent >/dev/null; then g() { getent ${database} -- "$@"; }
else g() { while IFS= read -r l || [ -n "$l" ]; do for n do case $l in "$n":*) printf '%s\\n' "$l" ;; esac; done; done </etc/${database}; }
fi
${calls("g", names)}:`;
}

/** Fields by name. getent takes a name of digits for a number, so only the name in the line counts. */
export function recordsOf(output: Buffer): ReadonlyMap<string, readonly string[]> {
  const records = new Map<string, readonly string[]>();
  for (const line of output.toString().split("\n")) {
    const fields = line.split(":");
    const [name = ""] = fields;
    if (name !== "" && !records.has(name)) records.set(name, fields);
  }
  return records;
}
