import type { ExecStep } from "../../../contract/step.js";
import { scriptStep } from "../script-step.js";
import type { Wish } from "./wish.js";

/** When it fails, what systemd and the journal say about it is the error's evidence. */
const RUN = `"$@" && return
status=$?
for unit do :; done
systemctl status --no-pager --full --lines=20 -- "$unit" >&2
return "$status"`;

/** An action on a unit that may fail for reasons of its own: start, stop, restart, reload. */
export function unitStep(verb: string, unit: string, { noBlock }: Wish): ExecStep {
  return scriptStep(RUN, ["systemctl", verb, ...(noBlock ? ["--no-block"] : []), "--", unit], english);
}

/** A change of how a unit is set up. */
export function setUpStep(verb: string, unit: string, { force }: Wish): ExecStep {
  return { do: "exec", argv: ["systemctl", verb, ...(force ? ["--force"] : []), "--", unit], ...english };
}

export function managerStep(verb: "daemon-reload" | "daemon-reexec"): ExecStep {
  return { do: "exec", argv: ["systemctl", verb] };
}

const english = { environment: { LC_ALL: "C", SYSTEMD_COLORS: "0" } };
