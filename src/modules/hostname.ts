import * as z from "zod";
import { becomes, type Change, disturbs } from "../contract/change.js";
import { defineModule } from "../contract/module.js";
import { fileSubject } from "../probes/file-way.js";
import { hostName, hostNameSubject } from "../probes/host-name.js";
import { withoutEnd } from "./support/edit/codec.js";
import { type Edit, editChanges, observeEdit } from "./support/edit/edit.js";
import { text } from "./values.js";

const FILE = "/etc/hostname";

const params = z.strictObject({
  name: text()
    .refine(isName, { error: "must be letters, digits and - in parts between dots, 64 characters at most" })
    .describe("The name; a domain may follow after a dot."),
  use: z
    .enum(["systemd", "debian", "generic", "alpine", "redhat"], {
      error: "must be systemd, debian, generic, alpine or redhat",
    })
    .optional()
    .describe("Makes no difference: on all of these hosts the name is kept in /etc/hostname."),
});

type HostnameParams = z.output<typeof params>;

interface HostnameState {
  readonly running: string;
  readonly file: Edit;
}

export const hostname = defineModule<HostnameParams, HostnameState>({
  name: "hostname",
  summary: "Give the host a name",
  description: [
    "Writes /etc/hostname and tells the kernel, so that the name is in use at once and after a boot. Shells that run keep",
    "the old one in their prompts. `/etc/hosts` stays as it is: programs that ask for the host's own address (sudo is one)",
    "want the name in there.",
  ].join("\n"),
  class: "state",
  params,
  waves: 2,
  returns: {
    name: "The name.",
    ansible_facts: "`ansible_hostname` (up to the first dot) and `ansible_nodename`, as they are now.",
  },
  examples: [
    { name: "As in the inventory", yaml: "- name: its own name\n  hostname:\n    name: <%= inventory_hostname %>" },
    {
      name: "With a line in /etc/hosts",
      yaml: "- name: its name and domain\n  hostname:\n    name: db1.example.org\n  register: named",
    },
  ],
  observe: async (read, { name }) => {
    const [running, file] = await Promise.all([
      read(hostName(null)),
      observeEdit(read, FILE, ({ text }) => ({ text: nameIn(text) === name ? text : `${name}\n`, result: {} }), {
        attributes: {},
        backup: false,
        missing: "create",
      }),
    ]);
    return { running, file };
  },
  diff: ({ running, file }, { name }) => [
    ...editChanges(file),
    ...(running === name ? [] : [runningChange(running, name)]),
  ],
  mayTouch: () => [disturbs(hostNameSubject), disturbs(fileSubject(FILE))],
  result: (_outputs, { name }) => ({
    name,
    ansible_facts: { ansible_hostname: name.split(".")[0], ansible_nodename: name },
  }),
});

/** Comments are allowed there. */
function nameIn(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => withoutEnd(line).trim())
    .find((line) => line !== "" && !line.startsWith("#"));
}

function isName(name: string): boolean {
  return (
    name.length <= 64 && name.split(".").every((part) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(part))
  );
}

function runningChange(running: string, name: string): Change {
  const script = 'hostname "$1" 2>/dev/null || printf %s "$1" >/proc/sys/kernel/hostname';
  return {
    summary: `change the host's name from ${running} to ${name}`,
    title: "the host's name",
    before: { name: running },
    after: { name },
    effects: [becomes(hostName(null), name)],
    steps: [{ do: "exec", argv: ["sh", "-c", script, "hostname", name] }],
  };
}
