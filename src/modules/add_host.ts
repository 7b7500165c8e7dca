import * as z from "zod";
import { defineModule } from "../contract/module.js";

const NAMES = ["name", "hostname", "host"] as const;
const GROUPS = ["groups", "groupname", "group"] as const;
/** `web1:2222` */
const WITH_PORT = /^([^:[\]]+|\[[^\]]+\]):(\d+)$/;

const groups = z.union([z.string(), z.array(z.string())]).optional();

const params = z
  .looseObject({
    name: z.string().optional().describe("The host; `web1:2222` sets its port too. Also `hostname` or `host`."),
    hostname: z.string().optional().describe("The same as `name`."),
    host: z.string().optional().describe("The same as `name`."),
    groups: groups.describe("Groups that it joins, which are made when there are none: a list, or names with commas."),
    groupname: groups.describe("The same as `groups`."),
    group: groups.describe("The same as `groups`."),
  })
  .refine((given) => NAMES.some((key) => given[key] !== undefined), { error: "needs the host's name" });

type Params = z.output<typeof params>;

export const addHost = defineModule<Params, null>({
  name: "add_host",
  summary: "Add a host to the inventory of this run",
  description: [
    "Everything else is a variable of the host. The plays behind this one, `groups`, `hostvars` and `delegate_to` know it",
    "then. As in Ansible it runs once for all hosts, and `--limit` keeps out a host that it does not name.",
  ].join("\n"),
  class: "control",
  params,
  setsVariables: "any",
  changesInventory: true,
  oncePerPlay: true,
  returns: { add_host: "The host's name, its groups and its variables." },
  examples: [
    {
      name: "A machine that was just made",
      yaml: '- name: the new one\n  add_host:\n    name: web9\n    groups: [web, new]\n    ansible_host: 192.0.2.9\n    tier: "front"',
    },
    { name: "Its name alone", yaml: "- name: a spare one\n  add_host:\n    name: spare1\n    groups: spare" },
  ],
  observe: () => Promise.resolve(null),
  diff: () => [],
  result: (_outputs, given) => {
    const { host_name: name, groups: joined, host_vars: variables } = hostOf(given);
    return {
      add_host: { host_name: name, groups: joined, host_vars: variables },
      inventory: { kind: "host", name, groups: joined, variables },
    };
  },
});

function hostOf(given: Params): { host_name: string; groups: readonly string[]; host_vars: Record<string, unknown> } {
  const full = NAMES.map((key) => given[key]).find((one) => one !== undefined) ?? "";
  const [, name = full, port] = WITH_PORT.exec(full) ?? [];
  const listed = GROUPS.map((key) => given[key]).find((one) => one !== undefined) ?? [];
  const joined = (typeof listed === "string" ? listed.split(",") : listed).map((one) => one.trim());
  const special: readonly string[] = [...NAMES, ...GROUPS];
  const rest = Object.entries(given).filter(([key]) => !special.includes(key));
  return {
    host_name: name,
    groups: [...new Set(joined.filter((one) => one !== ""))],
    host_vars: { ...(port !== undefined && { ansible_port: Number(port) }), ...Object.fromEntries(rest) },
  };
}
