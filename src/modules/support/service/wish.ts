import * as z from "zod";
import { unitName } from "../../../probes/service.js";
import { text } from "../../values.js";

/** What a task wants of a unit, whichever module it came by. undefined: it does not care. */
export interface Wish {
  /** undefined: the task is about systemd itself. */
  readonly name?: string | undefined;
  readonly state?: "started" | "stopped" | "restarted" | "reloaded" | undefined;
  readonly enabled?: boolean | undefined;
  readonly masked?: boolean | undefined;
  readonly daemonReload: boolean;
  readonly daemonReexec: boolean;
  readonly noBlock: boolean;
  readonly force: boolean;
}

/** Whether it does something every time. */
export function actsAlways({ name, state, daemonReload, daemonReexec }: Wish): boolean {
  return state === "restarted" || state === "reloaded" || daemonReexec || (name === undefined && daemonReload);
}

export const unit = () =>
  text()
    .refine((name) => /^[A-Za-z0-9@:_.\\-]+$/.test(name) && !name.startsWith("-") && unitName(name).length < 256, {
      error: "is not the name of a unit (wildcards are not supported)",
    })
    .refine((name) => !/@(\.[a-z]+)?$/.test(name), { error: "is a template; name an instance, as getty@tty1" });

export const stateParam = () =>
  z
    .enum(["started", "stopped", "restarted", "reloaded"], {
      error: "must be one of started, stopped, restarted, reloaded",
    })
    .optional()
    .describe(
      "`started`, `stopped`: only when it is not. `restarted`, `reloaded`: every time; what does not run is started.",
    );
