import type { ExecStep } from "../../../contract/step.js";
import { scriptStep } from "../script-step.js";

/** After so long the host disables ufw again, unless it was told not to. */
export const UNDO_SECONDS = 90;

/** How long a new login may take: well below the time after which the host goes back. */
export const LOGIN_MS = 30_000;

const FILE = "/run/fettle-ufw-undo";

const COMMON = `unit=fettle-ufw-undo
has_systemd() { [ -d /run/systemd/system ] && command -v systemd-run >/dev/null 2>&1; }
disarm() {
  if has_systemd; then systemctl stop "$unit.timer" 2>/dev/null; systemctl reset-failed "$unit.service" 2>/dev/null; fi
  if [ -f ${FILE} ]; then kill -- "-$(cat ${FILE})" 2>/dev/null; rm -f ${FILE}; fi
  :
}`;

/** $1: seconds; the rest: words for ufw. Nothing is begun that would not be undone. */
const GUARDED = `${COMMON}
after=$1; shift
disarm
if has_systemd; then
  systemd-run --quiet --collect --unit="$unit" --on-active="$after" --timer-property=AccuracySec=1s ufw --force disable || exit 1
else
  setsid sh -c 'sleep "$1"; rm -f "$2"; exec ufw --force disable' sh "$after" ${FILE} </dev/null >/dev/null 2>&1 3<&- 4<&- &
  umask 077
  echo "$!" >${FILE} || { kill -- "-$!"; exit 1; }
fi
if ufw "$@"; then exit 0; else r=$?; fi
ufw --force disable >/dev/null
disarm
exit "$r"`;

/** Keeps what was done, if it is still there. */
const KEEP = `${COMMON}
disarm
grep -q '^ENABLED=yes' /etc/ufw/ufw.conf && exit 0
echo "the host has disabled ufw again before it was told to keep it" >&2
exit 1`;

/** Runs ufw with these words, after the host was told to disable it again in a while. */
export function guardedStep(words: readonly string[]): ExecStep {
  return scriptStep(GUARDED, [String(UNDO_SECONDS), ...words]);
}

export function keepStep(): ExecStep {
  return scriptStep(KEEP, []);
}
