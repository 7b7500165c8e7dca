import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { glob } from "./support/facts/glob.js";
import { sourcesOf, subsetProblem } from "./support/facts/subsets.js";
import { oneOrMore, text } from "./values.js";

/** Lists may be written with commas, as in `gather_subset=!all,network`. */
const list = () =>
  oneOrMore(text()).transform((given) => given.flatMap((one) => one.split(",")).map((one) => one.trim()));

const params = z.strictObject({
  filter: list()
    .default([])
    .describe("Only facts whose name matches one of these shell patterns, with or without `ansible_`. Absent: all."),
  gather_subset: list()
    .default(["all"])
    .superRefine((given, context) => {
      for (const subset of given) {
        const message = subsetProblem(subset);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      }
    })
    .describe(
      "What to read: all, min, hardware, network, virtual, packages, services or a fact's name; `!` in front leaves it out. Absent: all, which is everything but packages and services.",
    ),
});

type SetupParams = z.output<typeof params>;
type Facts = Readonly<Record<string, unknown>>;

export const setup = defineModule<SetupParams, Facts>({
  name: "setup",
  summary: "Read facts of the host into a variable",
  description: [
    "Playbooks need it only for `register`: `facts.NAME` is read when it is first used, whether or not `gather_facts` is",
    "set; it stays so until the play ends or `meta: clear_facts`. `facts.user_*` and `facts.env` are those of the play's own",
    "`become` and `become_user`, whoever a task acts as. Names are Ansible's without `ansible_`, also in what this module returns. `null` is what a host does not have or",
    "does not tell.",
  ].join("\n"),
  class: "read",
  params,
  returns: { ansible_facts: "The facts by name, without the prefix `ansible_`." },
  examples: [
    { name: "All facts", yaml: "- name: look at the host\n  setup:\n  register: host" },
    {
      name: "Memory only",
      yaml: '- name: how much memory\n  setup:\n    gather_subset: ["!all", "!min", memtotal_mb]\n    filter: "*_mb"\n  register: memory',
    },
  ],
  observe: async (read, given) => {
    const patterns = given.filter.map(glob);
    const chosen = (name: string) =>
      patterns.length === 0 || patterns.some((pattern) => pattern.test(name) || pattern.test(`ansible_${name}`));
    const sources = sourcesOf(given.gather_subset).filter(({ names }) => names.some(chosen));
    const answers = await Promise.all(sources.map((source) => read(source.query)));
    return Object.fromEntries(answers.flatMap((answer) => Object.entries(answer)).filter(([name]) => chosen(name)));
  },
  diff: () => [],
  result: (_outputs, _given, state) => ({ changed: false, ansible_facts: state }),
});
