import type { ExecStep } from "../../../contract/step.js";
import { quote } from "../../../probes/shell.js";

/**
 * `as USER COMMAND`: runs shell text with nothing of root's left. su comes last: it asks PAM, which may say no to an
 * account that has expired.
 */
const AS = `as() { if setpriv --reuid="$(id -u)" true 2>/dev/null
then setpriv --reuid="$(id -u -- "$1")" --regid="$(id -g -- "$1")" --init-groups -- sh -c "$2"
else su -s /bin/sh -c "$2" "$1"; fi; }
`;

/** Runs text as that user, or (undefined) as who is logged in. */
function step(as: string | undefined, text: string, stdin?: Buffer): ExecStep {
  const input = stdin === undefined ? {} : { stdin: { kind: "bytes", bytes: stdin } as const };
  if (as === undefined) return { do: "exec", argv: ["sh", "-c", text], ...input };
  return { do: "exec", argv: ["sh", "-c", `${AS}as "$1" "$2"`, "authorized_key", as, text], ...input };
}

/** Makes a folder, or gives one that is there to the user; as root only where nobody else can change the way. */
export function folderStep(work: "make" | "mend", as: string | undefined, user: string, path: string): ExecStep {
  const folder = quote(path);
  const make = work === "make" ? `mkdir -m 0700 -- ${folder} && ` : "";
  const own = as === undefined ? `chown -h -- ${quote(user)}:"$(id -g -- ${quote(user)})" ${folder} && ` : "";
  return step(as, `${make}${own}chmod -- 0700 ${folder}`);
}

/**
 * Replaces the file by the text on stdin, unless it holds something else by now than was read (`old`: its SHA-256, or
 * empty: there is none). That also keeps root from having read, for a user who swapped the file, what he himself cannot
 * read: he would be asked for its hash.
 */
export function writeStep(as: string | undefined, user: string, path: string, old: string, text: Buffer): ExecStep {
  const own =
    as === undefined
      ? `chown -h -- ${quote(user)}:"$(id -g -- ${quote(user)})" "$t" || exit`
      : 'chgrp -- "$(id -g)" "$t" || exit';
  return step(as, `p=${quote(path)} old=${quote(old)}\n${WRITE.replace("OWN", () => own)}`, text);
}

const WRITE = `umask 077
now=
if [ -e "$p" ] || [ -L "$p" ]; then now=$(sha256sum <"$p") || exit; now=\${now%% *}; fi
[ "$now" = "$old" ] || { echo "$p has changed since it was read" >&2; exit 1; }
t=\${p%/*}/.fettle-keys-$$
trap 'rm -f -- "$t"' EXIT
set -C
cat >"$t" || exit
set +C
OWN
sync "$t" 2>/dev/null
if [ -L "$p" ] && [ -d "$p" ]; then rm -f -- "$p"; fi
mv -fT -- "$t" "$p"`;
