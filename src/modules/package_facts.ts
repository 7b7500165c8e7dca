import * as z from "zod";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import { packageFacts } from "../probes/facts/packages.js";
import { oneOrMore } from "./values.js";

const params = z.strictObject({
  manager: oneOrMore(z.enum(["auto", "apt", "rpm"], { error: "must be auto, apt or rpm" }))
    .default(["auto"])
    .describe("Whose packages: `apt`, `rpm`, or those of the manager that the host has (`auto`)."),
  strategy: z
    .enum(["first", "all"], { error: "must be first or all" })
    .default("first")
    .describe("Makes no difference: a host has one manager."),
});

type Packages = Readonly<Record<string, readonly { readonly source: string }[]>>;

export const packageFactsModule = defineModule<z.output<typeof params>, Packages>({
  name: "package_facts",
  summary: "Read which packages are installed",
  description: [
    "Playbooks need it only for `register`: `facts.packages` is the same, read when it is first used, and stays as it is until",
    "the play ends or `meta: clear_facts`. This looks each time.",
  ].join("\n"),
  class: "read",
  params,
  returns: {
    ansible_facts: "`packages`: for each name the list of its installed versions: `name`, `version`, `arch`, `source`.",
  },
  examples: [
    { name: "All packages", yaml: "- name: what is installed\n  package_facts:\n  register: found" },
    {
      name: "One that must be there",
      yaml: "- name: nginx is there\n  package_facts:\n    manager: apt\n  register: found\n  failed_when: '!(\"nginx\" in found.ansible_facts.packages)'",
    },
  ],
  observe: async (read, { manager }) => {
    const packages = (await read(packageFacts.query))["packages"] as Packages | null;
    if (packages === null) throw hostError("this host has neither dpkg nor rpm, so nobody knows its packages");
    const source = Object.values(packages)[0]?.[0]?.source ?? "auto";
    if (source === "auto" || manager.some((one) => one === "auto" || one === source)) return packages;
    throw hostError(`this host's packages are those of ${source}`, {
      remedy: `write manager: ${source}, or leave it out`,
    });
  },
  diff: () => [],
  result: (_outputs, _given, packages) => ({ changed: false, ansible_facts: { packages } }),
});
