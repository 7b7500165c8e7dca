import { defineProbe } from "../contract/query.js";

/** What useradd gives to an account when nobody says otherwise. */
export interface UserDefaults {
  readonly homes: string;
  readonly shell: string;
  /** A user without a given group gets one of its own name. */
  readonly ownGroup: boolean;
  /** Permission bits of a new home. */
  readonly homeMode: number;
  /** Days since 1970 after which a new account is closed; null: never. */
  readonly expiresDay: number | null;
}

export const userDefaults = defineProbe<null, UserDefaults>({
  kind: "userDefaults",
  identify: () => "",
  subjects: () => ["file:/etc/default/useradd", "file:/etc/login.defs"],
  script: () => ({
    // Not a loop of the shell's own: /etc/login.defs has hundreds of lines of comments.
    text: `grep -hE '^(HOME=|SHELL=|EXPIRE=|USERGROUPS_ENAB|UMASK|HOME_MODE)' /etc/default/useradd /etc/login.defs 2>/dev/null
:`,
  }),
  parse: (output) => {
    const text = output.toString();
    return [
      {
        homes: /^HOME=(\S+)/m.exec(text)?.[1] ?? "/home",
        shell: /^SHELL=(.*)/m.exec(text)?.[1] ?? "/bin/sh",
        homeMode: homeMode(text),
        expiresDay: expiresDay(/^EXPIRE=(\d{4}-\d\d-\d\d)/m.exec(text)?.[1]),
        ownGroup: !/^USERGROUPS_ENAB\s+no/m.test(text),
      },
    ];
  },
});

function homeMode(text: string): number {
  const [mode, umask] = ["HOME_MODE", "UMASK"].map((key) => new RegExp(`^${key}\\s+([0-7]+)`, "m").exec(text)?.[1]);
  return mode === undefined ? 0o777 & ~parseInt(umask ?? "022", 8) : parseInt(mode, 8);
}

function expiresDay(date: string | undefined): number | null {
  return date === undefined ? null : Date.parse(date) / 86_400_000;
}
