import { CLIENT } from "../../../probes/mysql/login.js";

/** The beginning of a script that calls a client: from `$n` lines of stdin the options of its login, in `$o`. */
export const READ_OPTIONS = `o=
while [ "$n" -gt 0 ] && IFS= read -r line; do
o="$o$line
"
n=$((n - 1))
done`;

/** Defines `client`, or ends with 2. */
export const NEED_CLIENT = `${CLIENT}
[ -n "$c" ] || { echo "this host has no client of MariaDB or MySQL; install one in an earlier task" >&2; exit 2; }`;
