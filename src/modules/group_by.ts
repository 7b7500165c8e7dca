import * as z from "zod";
import { defineModule } from "../contract/module.js";

const params = z.strictObject({
  key: z.string().describe("The group's name; blanks become dashes."),
  parents: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe("Groups that contain it. Absent: all."),
});

export const groupBy = defineModule<z.output<typeof params>, null>({
  name: "group_by",
  summary: "Put each host into a group whose name it gives itself",
  description: [
    "The group is made when there is none, for this run. Tasks and plays behind it see it, with its `group_vars`.",
    "A task that asks for `groups` or `hostvars` waits until all hosts have come past it.",
  ].join("\n"),
  class: "control",
  freeForm: "key",
  params,
  setsVariables: "any",
  changesInventory: true,
  returns: { add_group: "The group.", parent_groups: "The groups that contain it." },
  examples: [
    {
      name: "A group for each distribution",
      yaml: "- name: by distribution\n  group_by:\n    key: os_<%= facts.distribution %>",
    },
    { name: "In groups of a group", yaml: "- name: by place\n  group_by:\n    key: rack one\n    parents: racks" },
  ],
  observe: () => Promise.resolve(null),
  diff: () => [],
  result: (_outputs, { key, parents = ["all"] }) => {
    const group = key.replaceAll(" ", "-");
    const above = (typeof parents === "string" ? [parents] : parents).map((one) => one.replaceAll(" ", "-"));
    return { add_group: group, parent_groups: above, inventory: { kind: "group", group, parents: above } };
  },
});
