import type { ChangeOutputs, TaskResult } from "../../../contract/module.js";
import { succeeded } from "../../../contract/step.js";
import { decode } from "../../run/output.js";
import { type AptParams, requestsOf } from "./params.js";

export const aptReturns = {
  cache_updated: "Whether the package lists were fetched.",
  stdout: "What apt-get printed.",
  stderr: "What it printed on standard error.",
};

/** As in Ansible, fetching the lists counts as a change only when the task asks for nothing else. */
export function aptResult(outputs: readonly ChangeOutputs[] | undefined, given: AptParams): TaskResult {
  if (outputs === undefined) return {};
  const steps = outputs.flat();
  const printed = steps.map(({ stdout }) => decode(stdout));
  const fetched = printed.some((text) => /^(Hit|Get|Ign):\d+ /m.test(text) && !/^\d+ upgraded,/m.test(text));
  const about = {
    cache_updated: fetched,
    stdout: printed.join(""),
    stderr: steps.map(({ stderr }) => decode(stderr)).join(""),
  };
  const { deb, upgrade, autoremove, clean, autoclean } = given;
  const asksForMore = requestsOf(given).length > 0 || deb !== undefined || upgrade !== null || autoremove;
  if (clean || autoclean) return about;
  return steps.length > 0 && asksForMore && steps.every(succeeded) && !printed.some(didSomething)
    ? { ...about, changed: false }
    : about;
}

function didSomething(text: string): boolean {
  const totals = /^(\d+) upgraded, (\d+) newly installed,(?: (\d+) downgraded,)? (\d+) to remove/m.exec(text);
  if (totals === null) return false;
  return totals.slice(1).some((count) => Number(count) > 0) || /^Setting up /m.test(text);
}
