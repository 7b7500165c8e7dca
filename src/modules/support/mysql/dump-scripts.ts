import type { ExecStep } from "../../../contract/step.js";
import { type Login, optionLines } from "../../../probes/mysql/login.js";
import { NEED_CLIENT, READ_OPTIONS } from "./read-options.js";

/** Arguments of both: how many lines of stdin are options, the option file or nothing, the path, more of the client. */
const START = `n=$1 file=$2 target=$3
shift 3
${READ_OPTIONS}
case $target in *.gz) z=gzip ;; *.bz2) z=bzip2 ;; *.xz) z=xz ;; *.zst) z=zstd ;; *) z= ;; esac
[ -z "$z" ] || command -v "$z" >/dev/null || { echo "needs $z on the host for $target; install it in an earlier task" >&2; exit 2; }
${NEED_CLIENT}`;

/** The file is whole or as it was, and nobody else's to read. A shell without pipefail gets both exit statuses, too. */
const DUMP = `${START}
umask 077
[ ! -d "$target" ] || { echo "$target is a folder" >&2; exit 1; }
p=$(command -v mariadb-dump || command -v mysqldump) || { echo "this host has no mysqldump" >&2; exit 2; }
folder=\${target%/*}
new=$(mktemp "\${folder:-}/.fettle-XXXXXX") || exit 1
trap 'rm -f -- "$new"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
if [ -z "$z" ]; then client "$p" "$file" "$o" "$@" >"$new" || exit 1
else
s=$({ { client "$p" "$file" "$o" "$@" 6>&-; echo $? >&6; } | "$z" >"$new" 6>&-; } 6>&1) || exit 1
[ "$s" = 0 ] || exit 1
fi
mv -f -- "$new" "$target"`;

const IMPORT = `${START}
if [ -z "$z" ]; then client "$c" "$file" "$o" "$@" <"$target" >/dev/null
else
s=$({ { "$z" -dc <"$target" 6>&-; echo $? >&6; } | client "$c" "$file" "$o" "$@" >/dev/null 6>&-; } 6>&1) || exit 1
[ "$s" = 0 ]
fi`;

/** Writes a dump; `words` are mysqldump's. */
export function dumpStep(login: Login, target: string, words: readonly string[]): ExecStep {
  return withOptions(DUMP, login, target, words);
}

/** Runs the SQL in a file; `words` are the client's. */
export function importStep(login: Login, target: string, words: readonly string[]): ExecStep {
  return withOptions(IMPORT, login, target, words);
}

function withOptions(script: string, login: Login, target: string, words: readonly string[]): ExecStep {
  const options = optionLines(login);
  const argv = ["sh", "-c", script, "fettle-mysql", String(options.length), login.configFile ?? "", target, ...words];
  return { do: "exec", argv, stdin: { kind: "bytes", bytes: Buffer.from(`${options.join("\n")}\n`) }, silent: true };
}
