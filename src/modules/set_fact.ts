import * as z from "zod";
import { defineModule } from "../contract/module.js";

const refused = new Set(["__proto__", "constructor", "prototype"]);

const params = z
  .record(z.string(), z.unknown())
  .describe("Any name: the variable and its value. `cacheable` is accepted and does nothing.")
  .superRefine((given, issues) => {
    const names = Object.keys(given).filter((name) => name !== "cacheable");
    if (names.length === 0) issues.addIssue({ code: "custom", message: "needs at least one variable" });
    for (const name of names) {
      if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !refused.has(name)) continue;
      const message = "is not a variable's name; use letters, digits and underscores";
      issues.addIssue({ code: "custom", message, path: [name], params: { of: "name" } });
    }
  });

type Params = z.output<typeof params>;

export const setFact = defineModule<Params, null>({
  name: "set_fact",
  summary: "Set variables of a host for the tasks that follow",
  description: [
    "The values are data from then on: they are never rendered again. They last until the run ends",
    "(`cacheable` is accepted for Ansible's sake; there is no fact cache).",
  ].join("\n"),
  class: "control",
  params,
  setsVariables: true,
  returns: { ansible_facts: "The variables that were set." },
  examples: [
    { name: "One variable", yaml: "- name: where it goes\n  set_fact:\n    app_home: /srv/<%= inventory_hostname %>" },
    { name: "Values keep their types", yaml: "- name: ports\n  set_fact:\n    ports: [8001, 8002]\n    tls: false" },
  ],
  observe: () => Promise.resolve(null),
  diff: () => [],
  result: (_outputs, given) => {
    const variables = Object.fromEntries(Object.entries(given).filter(([name]) => name !== "cacheable"));
    return { changed: false, ansible_facts: variables, variables };
  },
});
