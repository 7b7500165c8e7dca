import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { serviceChanges } from "./support/service/changes.js";
import { unitMayTouch } from "./support/service/effects.js";
import { observeService, type Seen } from "./support/service/observe.js";
import { serviceResult, serviceReturns } from "./support/service/result.js";
import { actsAlways, stateParam, unit, type Wish } from "./support/service/wish.js";
import { flag, number, text } from "./values.js";

const ignored = "Accepted for Ansible's sake; systemd has no use for it.";

const params = z
  .strictObject({
    name: unit().describe("The service."),
    state: stateParam(),
    enabled: flag().optional().describe("Whether it starts at boot. Absent: as it is."),
    pattern: text().optional().describe(ignored),
    sleep: number().optional().describe(ignored),
    runlevel: text().optional().describe(ignored),
    arguments: text()
      .refine((words) => words.trim() === "", {
        error: "is not supported: a unit has its arguments in its file, or is an instance as name@argument",
      })
      .optional()
      .describe("Not supported: a unit has its arguments in its own file."),
    use: z
      .enum(["auto", "systemd"], { error: "must be auto or systemd: other service managers are not supported" })
      .default("auto")
      .describe("The service manager. `auto`: the host's own, which must be systemd."),
  })
  .refine((given) => given.state !== undefined || given.enabled !== undefined, { error: "needs state or enabled" });

type Params = z.output<typeof params>;

const wish = ({ name, state, enabled }: Params): Wish => ({
  name,
  state,
  enabled,
  daemonReload: false,
  daemonReexec: false,
  noBlock: false,
  force: false,
});

export const serviceModule = defineModule<Params, Seen>({
  name: "service",
  summary: "Start, stop, restart and enable services",
  description: [
    "Services are units of systemd; use `systemd` for masks and for units whose files have changed.",
    "`state: reloaded` and `restarted` start a service that does not run. Units that only others start (`static`) count",
    "as enabled and as disabled alike. When a service does not start, or dies at once, the error shows the end of its journal.",
    "A service that has failed and waits for systemd to start it again counts as one that does not run.",
  ].join("\n"),
  class: "state",
  params,
  returns: serviceReturns,
  examples: [
    {
      name: "A service that runs, now and after a boot",
      yaml: "- name: cron runs\n  service:\n    name: cron\n    state: started\n    enabled: true",
    },
    {
      name: "Take a new configuration",
      yaml: "- name: reload nginx\n  service:\n    name: nginx\n    state: reloaded",
    },
  ],
  observe: (read, given) => observeService(read, wish(given)),
  diff: (seen, given) => serviceChanges(seen, wish(given)),
  actsAlways: (given) => actsAlways(wish(given)),
  mayTouch: (given) => unitMayTouch(given.name),
  result: (_outputs, given, seen) => serviceResult(seen, wish(given)),
});
