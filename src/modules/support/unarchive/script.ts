import type { ExecStep } from "../../../contract/step.js";
import { compression, UNPACK } from "../../../probes/archive.js";
import { endOf } from "../../../probes/file-stat.js";
import type { Unarchive } from "./observe.js";
import type { UnarchiveParams } from "./params.js";

/**
 * Arguments: the archive (empty: it is on stdin), what it is compressed by (empty: to be looked up), the destination,
 * how many parts of names to leave out, members.
 */
const SCRIPT = `${UNPACK}
src=$1 how=$2 dest=$3 strip=$4
shift 4
umask 022
[ -z "$src" ] || { how=$(how <"$src") && exec <"$src"; } || exit
if [ "$how" = zip ]; then
  has unzip || exit
  if [ -z "$src" ]; then
    src=$(umask 077; mktemp) || exit
    trap 'rm -f -- "$src"' EXIT
    cat >"$src" || exit
  fi
  LC_ALL=C.UTF-8 unzip -q -o "$src" "$@" -d "$dest" </dev/null
  exit
fi
[ "$strip" = 0 ] || set -- --strip-components="$strip" "$@"
if is_gnu; then set -- --no-same-owner --no-overwrite-dir --keep-directory-symlink --no-recursion "$@"; else set -- -o "$@"; fi
{ unpack || echo "unpacking ended with $?" >&2; } | tar -x -p -f - -C "$dest" "$@"`;

export function unpackStep(state: Extract<Unarchive, { kind: "seen" }>, given: UnarchiveParams): ExecStep {
  const { source, archive, destination, part = [] } = state;
  const members = archive.format === "zip" ? part.map(zipPattern) : ["--", ...part];
  const [path, how] = "path" in source ? [source.path, ""] : ["", compression(source.bytes)];
  const words = [path, how, endOf(destination.stat).real, String(given.extra_opts.strip), ...members];
  return {
    do: "exec",
    argv: ["sh", "-c", SCRIPT, "unarchive", ...words],
    ...("bytes" in source && { stdin: { kind: "bytes", bytes: source.bytes } }),
  };
}

/** unzip takes patterns, and what begins with a dash for options. */
function zipPattern(name: string): string {
  return name.replace(/[*?[\]\\]/g, "\\$&").replace(/^-/, "[-]");
}
