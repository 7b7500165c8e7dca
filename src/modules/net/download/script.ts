import { LISTED } from "../../../probes/file-matches-url.js";
import { type Fetch, fetchFunction } from "../../../probes/http-fetch.js";

/**
 * Fetches a file beside its place, checks it, and renames it: nobody sees half of it, or another than was asked for.
 * Arguments: path, mode, owner and group, where to keep the old file (may be empty), algorithm and digest of the
 * checksum (may be empty), the name under which a list has it. Prints `SIZE SECONDS SHA1`.
 */
const DOWNLOAD = String.raw`path=$1 mode=$2 account=$3 backup=$4 algorithm=$5 wanted=$6 name=$7
LC_ALL=C
export LC_ALL
umask 077
start=$(date +%s)
if [ -n "$algorithm" ] && [ -z "$wanted" ]; then
  list=$(fetch_list) || return
  wanted=$(printf '%s\n' "$list" | listed "$name" "$algorithm")
  [ -n "$wanted" ] || { echo "the list of checksums names no $algorithm digest for $name" >&2; return 1; }
fi
t=${"$"}{path%/*}/.fettle-get-$$
trap 'rm -f -- "$t"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
set -C
: >"$t" || return
set +C
fetch >"$t" || return
if [ -n "$algorithm" ]; then
  digest=$("$algorithm"sum <"$t") || return
  digest=${"$"}{digest%% *}
  [ "$digest" = "$wanted" ] || {
    echo "what came has the $algorithm digest $digest, not $wanted; nothing was written" >&2
    return 1
  }
fi
[ "$(stat -c %U:%G -- "$t")" = "$account" ] || chown -- "$account" "$t" || return
chmod -- "$mode" "$t" || return
[ -z "$backup" ] || cp -p -- "$path" "$backup" || return
sync "$t" 2>/dev/null
digest=$(sha1sum <"$t")
size=$(wc -c <"$t")
mv -fT -- "$t" "$path" || return
echo "$((size)) $(($(date +%s) - start)) ${"$"}{digest%% *}"`;

export function downloadScript(content: Fetch, list: Fetch | undefined): string {
  const lists = list === undefined ? "" : LISTED + fetchFunction("fetch_list", list);
  return `${lists}${fetchFunction("fetch", content)}${DOWNLOAD}`;
}
