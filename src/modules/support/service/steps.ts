import type { ExecStep } from "../../../contract/step.js";
import { scriptStep } from "../script-step.js";
import type { Wish } from "./wish.js";

/** When it fails, what systemd and the journal say about it is the error's evidence. */
const RUN = `for unit do :; done
tell() { systemctl status --no-pager --full --lines=20 -- "$unit" >&2; }
"$@" || { status=$?; tell; return "$status"; }`;

/**
 * Most services count as started as soon as there is a process (Type=simple), also when it dies at once. So it is looked
 * at once more, behind the point where the process has become the service's program (or could not), which takes
 * milliseconds. A unit that is done, and did well, is no failure. Who dies later is found by the closing look, or by the
 * next run.
 */
const LOOK = `
pid=$(systemctl show --property=MainPID --value -- "$unit")
turn=0
while case $(readlink "/proc/$pid/exe" 2>/dev/null) in */systemd | */systemd-executor) [ "$turn" -lt 500 ] ;; *) false ;; esac; do
turn=$((turn + 1))
done
state=$(systemctl show --property=ActiveState,SubState,Result -- "$unit")
case $state in
*ActiveState=failed*) ;;
*SubState=auto-restart*) case $state in *Result=success*) return 0 ;; esac ;;
*) return 0 ;;
esac
echo "$unit was started, and has died:" >&2
tell
return 1`;

/** An action on a unit that may fail for reasons of its own: start, stop, restart, reload. */
export function unitStep(verb: string, unit: string, { noBlock }: Wish): ExecStep {
  const isStart = (verb === "start" || verb === "restart") && !noBlock;
  return scriptStep(
    isStart ? RUN + LOOK : RUN,
    ["systemctl", verb, ...(noBlock ? ["--no-block"] : []), "--", unit],
    english,
  );
}

/** A change of how a unit is set up. */
export function setUpStep(verb: string, unit: string, { force }: Wish): ExecStep {
  return { do: "exec", argv: ["systemctl", verb, ...(force ? ["--force"] : []), "--", unit], ...english };
}

export function managerStep(verb: "daemon-reload" | "daemon-reexec"): ExecStep {
  return { do: "exec", argv: ["systemctl", verb] };
}

const english = { environment: { LC_ALL: "C", SYSTEMD_COLORS: "0" } };
