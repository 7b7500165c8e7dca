import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { text } from "./values.js";
import { commandChange } from "./run/change.js";
import { commandResult, commandReturns } from "./run/output.js";
import { commandText } from "./run/params.js";

const params = z.strictObject({
  cmd: commandText().describe("The text that the shell runs."),
  executable: text().default("/bin/sh").describe("The shell: called with `-c` and the text."),
});

type Params = z.output<typeof params>;

const change = (given: Params) => commandChange([given.executable, "-c", given.cmd], given.cmd, {});

export const raw = defineModule<Params, null>({
  name: "raw",
  summary: "Run a text by a shell, with nothing around it",
  description: [
    "The same as `shell` without its guards. Ansible needs `raw` for hosts without Python; here no host needs Python,",
    "and `raw` is there for playbooks that have it.",
  ].join("\n"),
  class: "action",
  freeForm: "cmd",
  params,
  returns: commandReturns,
  examples: [
    { name: "A command", yaml: "- name: how long it runs\n  raw: uptime\n  changed_when: false" },
    { name: "Another shell", yaml: "- name: by bash\n  raw:\n    cmd: echo $BASH_VERSION\n    executable: /bin/bash" },
  ],
  observe: () => Promise.resolve(null),
  diff: (_state, given) => [change(given)],
  blind: (given) => [change(given)],
  result: (outputs, given) => commandResult(outputs, { cmd: given.cmd, strip: false }),
});
