import * as z from "zod";
import { defineModule } from "../contract/module.js";

const params = z.strictObject({
  file: z
    .string({ error: "must be the name of a file" })
    .describe("The file of tasks: beside the file that includes it, in the role's tasks/, or beside the playbook."),
  apply: z.record(z.string(), z.unknown()).optional().describe("Keywords for the included tasks: become, tags, when …"),
});

export const includeTasks = defineModule<z.output<typeof params>, null>({
  name: "include_tasks",
  summary: "Run the tasks of a file, chosen when the task is at its turn",
  description: [
    "The name may depend on facts, registered results and loop items; `when` decides whether the file is included at",
    "all. Tags on it select the include alone, not the tasks in the file: give those tags of their own, or use `apply`.",
    "What is known beforehand is better imported: `import_tasks`.",
  ].join("\n"),
  class: "control",
  freeForm: "file",
  params,
  examples: [
    {
      name: "Tasks for a distribution",
      yaml: "- name: what this system needs\n  include_tasks: setup-<%= facts.os_family %>.yml",
    },
    {
      name: "The same tasks for each site, as root",
      yaml: '- name: a site\n  include_tasks:\n    file: site.yml\n    apply:\n      become: true\n  loop: ["one", "two"]\n  loop_control:\n    loop_var: site',
    },
  ],
  observe: () => Promise.resolve(null),
  diff: () => [],
});
