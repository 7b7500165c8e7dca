/** Printed by the bootstrap when it is ready to read scripts. */
export const READY = "fettle-ready-1";

/**
 * The command that every lane runs: fixed, without secrets, in plain POSIX shell (dash, bash and busybox ash).
 *
 * It reads scripts one after another, each WHOLE before running it, because shells execute a truncated last line when
 * a link is cut: a header line `<bytes> <data bytes>`, then the script, then raw data that the script's steps take
 * from descriptor 3 with exact counts. `read` takes single bytes from a pipe, and dd exactly what it is told.
 * A script that did not arrive whole is not run. The end of input ends the loop. It is one line: a login shell of the
 * csh family passes on no quoted line breaks.
 */
export const BOOTSTRAP = [
  "LC_ALL=C; export LC_ALL",
  "exec 3<&0 </dev/null",
  "trap : PIPE HUP",
  `printf '\\n%s\\n' ${READY}`,
  'while IFS= read -r n <&3; do s=$(dd bs=65536 count="$n" iflag=fullblock,count_bytes <&3 2>/dev/null; printf x)',
  "s=${s%x}",
  '[ "${#s}" -eq "$n" ] || exit 1',
  '(eval "$s") || exit 1',
  "done",
].join("; ");
