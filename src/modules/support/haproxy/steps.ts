import type { ExecStep } from "../../../contract/step.js";
import type { HaproxyServer, HaproxyStatus } from "../../../probes/haproxy.js";
import { HAP } from "../../../probes/haproxy-socket.js";
import { scriptStep } from "../script-step.js";

/** In haproxy's own words. */
export type Goal = "ready" | "drain" | "maint";

/** haproxy says nothing when it has done it. */
const SET = `${HAP}
said=$(hap "$1" "$2") || exit
[ -z "$said" ] && exit 0
printf '%s\\n' "$said" >&2
exit 1`;

/** $1 socket, $2 backend, $3 server, $4 goal, $5 seconds between looks, $6 looks. Columns of show stat: see readStat. */
const WAIT = `${HAP}
turn=0
while :; do
  is=$(hap "$1" "show stat" | awk -F, -v b="$2" -v s="$3" '
    NR == 1 { for (i = 1; i <= NF; i++) if ($i == "status") c = i }
    $1 == b && $2 == s { print $5 " " $c }') || exit
  case $4:$is in
  ready:*" UP" | ready:*" no check" | ready:*" OPEN" | maint:*" MAINT"*) exit 0 ;;
  drain:"0 DRAIN"* | drain:"0 MAINT"* | drain:"0 DOWN"*) exit 0 ;;
  esac
  turn=$((turn + 1))
  [ "$turn" -lt "$6" ] || break
  sleep "$5"
done
echo "after $turn looks $2/$3 has \${is%% *} sessions and is \${is#* }, not $4" >&2
exit 1`;

export function setStep(socket: string, command: string): ExecStep {
  return scriptStep(SET, [socket, command]);
}

export function waitStep(
  socket: string,
  { backend, server }: Pick<HaproxyServer, "backend" | "server">,
  looks: { readonly goal: Goal; readonly interval: number; readonly retries: number },
): ExecStep {
  return scriptStep(WAIT, [socket, backend, server, looks.goal, String(looks.interval), String(looks.retries)]);
}

/** The same in a plan: whether nobody would have to wait. */
export function arrived({ status, sessions }: HaproxyStatus, goal: Goal): boolean {
  switch (goal) {
    case "ready":
      return /^(UP|no check|OPEN)$/.test(status);
    case "maint":
      return status.startsWith("MAINT");
    case "drain":
      return sessions === 0 && /^(DRAIN|MAINT|DOWN)/.test(status);
    default:
      return goal satisfies never;
  }
}
