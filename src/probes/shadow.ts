import { defineProbe, ProbeFailure } from "../contract/query.js";
import { recordsOf } from "./accounts.js";
import { calls } from "./shell.js";

/** What only root may read of an account. */
export interface Shadow {
  /** Crypt hash; a leading `!` locks it. */
  readonly password: string;
  /** Days since 1970 after which the account is closed; null: never. */
  readonly expiresDay: number | null;
}

/** null: there is no such line. The answer holds a secret: nothing may show it. */
export const shadow = defineProbe<string, Shadow | null>({
  kind: "shadow",
  identify: (name) => name,
  subjects: (name) => [`user:${name}`, "file:/etc/shadow"],
  changed: (name) => [`user:${name}`],
  script: (names) => ({
    text: `[ -r /etc/shadow ] || { echo :; exit 0; }
g() { while IFS= read -r l || [ -n "$l" ]; do for n do case $l in "$n":*) printf '%s\\n' "$l" ;; esac; done; done </etc/shadow; }
${calls("g", names)}:`,
  }),
  parse: (output, names) => {
    if (output.toString() === ":\n")
      return names.map(() => new ProbeFailure("only root may read passwords; set become: true"));
    const records = recordsOf(output);
    return names.map((name) => {
      const fields = records.get(name);
      if (fields === undefined) return null;
      const expires = fields[7] ?? "";
      return { password: fields[1] ?? "", expiresDay: expires === "" ? null : Number(expires) };
    });
  },
});
