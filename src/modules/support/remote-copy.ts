import type { ExecStep, PutStep } from "../../contract/step.js";

/**
 * `sh -c SCRIPT copy SRC PATH MODE OWNER BACKUP VALIDATE…`: the same as a put step, with the content from a file of the
 * host. `%s` in VALIDATE is the candidate.
 */
const SCRIPT = `umask 077
src=$1 path=$2 mode=$3 owner=$4 backup=$5
shift 5
t=\${path%/*}/.fettle-copy-$$
trap 'rm -f -- "$t"' EXIT
set -C
cat <"$src" >"$t" || exit
set +C
[ -z "$owner" ] || chown -- "$owner" "$t" || exit
chmod -- "$mode" "$t" || exit
n=$#
while [ "$n" -gt 0 ]; do
n=$((n - 1)) a=$1 b=
shift
while :; do case $a in *%s*) b=$b\${a%%"%s"*}$t a=\${a#*"%s"} ;; *) break ;; esac; done
set -- "$@" "$b$a"
done
[ $# -eq 0 ] || "$@" </dev/null || exit
[ -z "$backup" ] || cp -p -- "$path" "$backup" || exit
sync "$t" 2>/dev/null
if [ -L "$path" ] && [ -d "$path" ]; then mv -fT -- "$t" "$path" 2>/dev/null && exit; rm -f -- "$path"; fi
mv -fT -- "$t" "$path"`;

/** Copies a file of the host to another place there. */
export function copyStep(src: string, target: Omit<PutStep, "do" | "content"> & { readonly mode: number }): ExecStep {
  const { path, mode, owner = "", group, backupPath = "", validate = [] } = target;
  const account = group === undefined ? owner : `${owner}:${group}`;
  const words = [src, path, mode.toString(8).padStart(4, "0"), account, backupPath, ...validate];
  return { do: "exec", argv: ["sh", "-c", SCRIPT, "copy", ...words] };
}
