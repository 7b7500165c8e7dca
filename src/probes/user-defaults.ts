import { defineProbe } from "../contract/query.js";

/** What useradd gives to an account when nobody says otherwise. */
export interface UserDefaults {
  readonly homes: string;
  readonly shell: string;
  /** A user without a given group gets one of its own name. */
  readonly ownGroup: boolean;
}

export const userDefaults = defineProbe<null, UserDefaults>({
  kind: "userDefaults",
  identify: () => "",
  subjects: () => ["file:/etc/default/useradd", "file:/etc/login.defs"],
  script: () => ({
    text: `for f in /etc/default/useradd /etc/login.defs; do [ -r "$f" ] || continue
while IFS= read -r l || [ -n "$l" ]; do case $l in HOME=*|SHELL=*|USERGROUPS_ENAB*) printf '%s\\n' "$l" ;; esac; done <"$f"; done`,
  }),
  parse: (output) => {
    const text = output.toString();
    return [
      {
        homes: /^HOME=(\S+)/m.exec(text)?.[1] ?? "/home",
        shell: /^SHELL=(.*)/m.exec(text)?.[1] ?? "/bin/sh",
        ownGroup: !/^USERGROUPS_ENAB\s+no/m.test(text),
      },
    ];
  },
});
