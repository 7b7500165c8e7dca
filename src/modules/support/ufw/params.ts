import * as z from "zod";
import { flag, number, text } from "../../values.js";
import { actionParam, directionParam, ruleEntry, ruleFault, ruleShape } from "./rule-params.js";

const policy = (about: string) =>
  z.enum(["allow", "deny", "reject"], { error: "must be one of allow, deny, reject" }).optional().describe(about);

const LEVELS = ["on", "off", "low", "medium", "high", "full"] as const;

export const ufwParams = z
  .strictObject({
    state: z
      .enum(["enabled", "disabled", "reloaded", "reset"], {
        error: "must be one of enabled, disabled, reloaded, reset",
      })
      .optional()
      .describe(
        "`enabled`: it runs, now and after a boot; done after all else. `disabled`: neither. `reloaded`: its files are read again, every time. `reset`: as it was installed and disabled, every time; before all else.",
      ),
    default: policy("What happens to what no rule is about, in the direction `direction`."),
    policy: policy("The same as `default`."),
    direction: directionParam(),
    logging: z
      .union([z.boolean().transform((on) => (on ? ("on" as const) : ("off" as const))), z.enum(LEVELS)], {
        error: `must be one of ${LEVELS.join(", ")}`,
      })
      .optional()
      .describe("How much it logs. `on`: as it is, or `low` when it is off."),
    rule: actionParam().optional().describe("Have a rule that does this. What it is about say the parameters below."),
    ...ruleShape,
    insert: number(1)
      .pipe(z.number().int({ error: "must be a whole number" }))
      .optional()
      .describe(
        "Put a new rule at this place (1 is the first; those for IPv6 stand behind all others). Absent: at the end.",
      ),
    delete: flag().default(false).describe("Have no such rule."),
    rules: z
      .array(
        ruleEntry.superRefine((given, issues) => {
          const fault = ruleFault(given);
          if (fault !== undefined) issues.addIssue({ code: "custom", message: fault });
        }),
        { error: "must be a list of rules" },
      )
      .optional()
      .describe(
        "Rules, in this order, each as the parameters of a task (`rule` is `allow` when it is left out). Their comments are made to begin with `fettle:`. Not known to Ansible.",
      ),
    prune: flag()
      .default(false)
      .describe(
        "Remove rules whose comment begins with `fettle:` and that `rules` does not have. Not known to Ansible.",
      ),
    allow_controller: flag()
      .default(false)
      .describe(
        "Let in, before all else, new SSH connections from where this session comes from to the port that it came by. Not known to Ansible.",
      ),
    name: unsupported("name"),
    app: unsupported("app"),
  })
  .superRefine((given, issues) => {
    const problem = (message: string): void => issues.addIssue({ code: "custom", message });
    const { rule, rules, state, logging, direction, prune } = given;
    if (given.default !== undefined && given.policy !== undefined) problem("takes only one of default and policy");
    const isPolicy = given.default !== undefined || given.policy !== undefined;
    const asks = [rule, rules, state, logging].some((one) => one !== undefined) || isPolicy || given.allow_controller;
    if (!asks) problem("needs state, default, logging, rule or rules");
    if (rule !== undefined && rules !== undefined) problem("takes rule or rules, not both");
    if (prune && rules === undefined) problem("needs rules with prune: true");
    if (rule === undefined) {
      const stray = [...Object.keys(ruleShape), "insert", "delete"].filter(
        (name) => ![undefined, false].includes(given[name as keyof typeof given] as undefined),
      );
      if (stray.length > 0) problem(`needs rule with ${stray.join(", ")}`);
    }
    if (isPolicy && rule === undefined && (direction === "in" || direction === "out"))
      problem("takes direction: incoming, outgoing or routed with default");
    const fault = rule === undefined ? undefined : ruleFault(given);
    if (fault !== undefined) problem(fault);
  });

export type UfwParams = z.output<typeof ufwParams>;

function unsupported(name: string) {
  return text()
    .refine(() => false, {
      error: "is not supported: a profile's ports can change; write the ports by to_port and proto",
    })
    .optional()
    .describe(`Not supported: \`${name}\` is a profile, whose ports can change. Write the ports.`);
}
