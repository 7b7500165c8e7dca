import * as z from "zod";
import { defineModule } from "../contract/module.js";

const file = (what: string) => z.string().optional().describe(`The file of the role's ${what}/ to take. Absent: main.`);

const params = z.strictObject({
  name: z.string({ error: "must be the name of a role" }).describe("The role."),
  tasks_from: file("tasks"),
  vars_from: file("vars"),
  defaults_from: file("defaults"),
  handlers_from: file("handlers"),
  public: z
    .boolean()
    .optional()
    .describe("The tasks behind it see the role's defaults and variables too. Absent: they are its own."),
  allow_duplicates: z.boolean().optional().describe("Run it also when it ran before. Absent: true."),
  rolespec_validate: z.boolean().optional().describe("Accepted; inputs are always checked."),
  apply: z.record(z.string(), z.unknown()).optional().describe("Keywords for the role's tasks: become, tags, when …"),
});

export const includeRole = defineModule<z.output<typeof params>, null>({
  name: "include_role",
  summary: "Run the tasks of a role, chosen when the task is at its turn",
  description: [
    "The name may depend on facts, registered results and loop items; `when` decides whether the role is included at",
    "all. `vars` are its inputs. What is known beforehand is better imported (`import_role`) or named under `roles:`.",
  ].join("\n"),
  class: "control",
  freeForm: "name",
  setsVariablesWith: "public",
  params,
  examples: [
    {
      name: "A role for each site",
      yaml: '- name: sites\n  include_role:\n    name: site\n  vars:\n    domain: <%= item %>\n  loop: ["a.example", "b.example"]',
    },
    {
      name: "One part of a role",
      yaml: "- name: only its certificates\n  include_role:\n    name: nginx\n    tasks_from: certificates\n  when: facts.os_family === 'Debian'",
    },
  ],
  observe: () => Promise.resolve(null),
  diff: () => [],
});
