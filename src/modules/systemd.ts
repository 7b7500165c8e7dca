import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { serviceChanges } from "./support/service/changes.js";
import { unitMayTouch } from "./support/service/effects.js";
import { observeService, type Seen } from "./support/service/observe.js";
import { serviceResult, serviceReturns } from "./support/service/result.js";
import { actsAlways, stateParam, unit, type Wish } from "./support/service/wish.js";
import { flag } from "./values.js";

const params = z
  .strictObject({
    name: unit().optional().describe("The unit; without a type it is a service. Absent: only systemd itself."),
    service: unit().optional().describe("The same as `name`."),
    unit: unit().optional().describe("The same as `name`."),
    state: stateParam(),
    enabled: flag().optional().describe("Whether it starts at boot. Absent: as it is."),
    masked: flag().optional().describe("Whether nothing at all can start it. Absent: as it is."),
    daemon_reload: flag()
      .default(false)
      .describe("Let systemd read its files again: before anything else that is due, or when the unit's have changed."),
    daemon_reexec: flag().default(false).describe("Let systemd start itself anew. Every time."),
    scope: z
      .enum(["system"], {
        error: ({ input }) =>
          input === "user" || input === "global"
            ? `"${input}" is not supported yet; use the module command with systemctl --${input}`
            : "must be system",
      })
      .default("system")
      .describe("Whose systemd. Only the host's own is supported."),
    no_block: flag().default(false).describe("Do not wait until the unit has started or stopped."),
    force: flag().default(false).describe("Replace links that are in the way."),
  })
  .superRefine((given, issues) => {
    const problem = (message: string): void => issues.addIssue({ code: "custom", message });
    const names = [given.name, given.service, given.unit].filter((one) => one !== undefined);
    const asks = given.state !== undefined || given.enabled !== undefined || given.masked !== undefined;
    if (names.length > 1) problem("takes only one of name, service and unit");
    if (names.length === 0 && asks) problem("needs name with state, enabled and masked");
    if (!asks && !given.daemon_reload && !given.daemon_reexec) {
      problem("needs state, enabled, masked, daemon_reload or daemon_reexec");
    }
    if (given.masked === true && (given.enabled === true || (given.state ?? "stopped") !== "stopped")) {
      problem("masked: true cannot be together with enabled: true or with a state other than stopped");
    }
  });

type Params = z.output<typeof params>;

const wish = (given: Params): Wish => ({
  name: given.name ?? given.service ?? given.unit,
  state: given.state,
  enabled: given.enabled,
  masked: given.masked,
  daemonReload: given.daemon_reload,
  daemonReexec: given.daemon_reexec,
  noBlock: given.no_block,
  force: given.force,
});

export const systemd = defineModule<Params, Seen>({
  name: "systemd",
  summary: "Manage units of systemd",
  description: [
    "As `service`, with masks and with systemd's own reading of unit files. Unlike Ansible, `daemon_reload: true` with a",
    "unit does nothing when nothing has changed.",
  ].join("\n"),
  class: "state",
  params,
  returns: serviceReturns,
  examples: [
    {
      name: "A unit whose file came by an earlier task",
      yaml: "- name: start the app\n  systemd:\n    name: app\n    state: started\n    enabled: true\n    daemon_reload: true",
    },
    {
      name: "A timer that must never run",
      yaml: "- name: no daily upgrades\n  systemd:\n    name: apt-daily-upgrade.timer\n    state: stopped\n    masked: true",
    },
    { name: "New unit files", yaml: "- name: read unit files\n  systemd:\n    daemon_reload: true" },
  ],
  observe: (read, given) => observeService(read, wish(given)),
  diff: (seen, given) => serviceChanges(seen, wish(given)),
  actsAlways: (given) => actsAlways(wish(given)),
  mayTouch: (given) => unitMayTouch(given.name),
  result: (_outputs, given, seen) => serviceResult(seen, wish(given)),
});
