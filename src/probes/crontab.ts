import { defineProbe, ProbeFailure } from "../contract/query.js";
import { Cursor, orFailure, quote } from "./shell.js";

/**
 * A user's crontab as `crontab -l` tells it; empty: there is none, or the user or the program crontab is not there (yet).
 * Others' are for root to read.
 */
export const crontab = defineProbe<string, string>({
  kind: "crontab",
  identify: (user) => user,
  subjects: (user) => [`system:crontab/${user}`, `file:/var/spool/cron/crontabs/${user}`, `user:${user}`],
  changed: (user) => [`system:crontab/${user}`],
  script: (users) => ({
    text: `g() { command -v crontab >/dev/null || { printf '0\\0\\0'; return; }
if [ "$1" = "$(id -un)" ]; then set --; else set -- -u "$1"; fi
o=$({ crontab "$@" -l 3>&1 1>&2 2>&3 3>&- | cat; } 2>/dev/null)
printf '1%s\\0' "$o"; crontab "$@" -l 2>/dev/null; printf '\\0'; }
${users.map((user) => `g ${quote(user)}\n`).join("")}:`,
  }),
  parse: (output, users) => {
    const cursor = new Cursor(output);
    return users.map(() => orFailure(() => readTable(cursor)));
  },
  // Neither a new account nor a package has entries there.
  infer: (_user, was, { brings, subject }) => (brings === true || subject.startsWith("user:") ? was : undefined),
});

/** What it complains of comes first. */
function readTable(cursor: Cursor): string {
  const complaint = cursor.until("\0").slice(1).trim();
  const text = Buffer.from(cursor.until("\0"), "latin1").toString("utf8");
  if (complaint === "" || /no crontab for|no such file|unknown/i.test(complaint)) return text;
  throw new ProbeFailure(complaint.replaceAll("\n", " "));
}
