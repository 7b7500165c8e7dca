import type { TaskResult } from "../../../contract/module.js";
import { isEnabled, isRunning, type Seen } from "./observe.js";
import type { Wish } from "./wish.js";

export const serviceReturns = {
  name: "The unit.",
  state: "`started` or `stopped`, as it is after the task.",
  enabled: "Whether it starts at boot; absent where others start it.",
};

export function serviceResult({ unit }: Seen, { name, state, enabled, daemonReexec }: Wish): TaskResult {
  // As in Ansible, that systemd has read its files again is no change of the host.
  if (name === undefined) return daemonReexec ? {} : { changed: false };
  const runs = state === undefined ? unit !== null && isRunning(unit) : state !== "stopped";
  const starts = enabled ?? (unit === null ? undefined : isEnabled(unit));
  return { name, state: runs ? "started" : "stopped", ...(starts !== undefined && { enabled: starts }) };
}
