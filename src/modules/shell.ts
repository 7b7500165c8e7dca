import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { text } from "./values.js";
import { commandChange } from "./run/change.js";
import { commandResult, commandReturns } from "./run/output.js";
import { lookAtGuards, type Seen, stillGuarded } from "./run/skip.js";
import { chdirParam, commandText, guardParams, outputParams, stdinParams } from "./run/params.js";

const params = z.strictObject({
  cmd: commandText().describe("The text that the shell runs."),
  executable: text().default("/bin/sh").describe("The shell: called with `-c` and the text."),
  ...chdirParam,
  ...guardParams,
  ...stdinParams,
  ...outputParams,
});

type Params = z.output<typeof params>;

const change = (given: Params) => commandChange([given.executable, "-c", given.cmd], given.cmd, given);

export const shell = defineModule<Params, Seen>({
  name: "shell",
  summary: "Run a text by a shell",
  description: [
    "For pipes, redirections, variables and wildcards. Data of others does not belong in the text: give it to the",
    "command by `stdin` or `environment`, or use `command` with `argv`.",
    "",
    "`/bin/sh` is dash on Debian and busybox on Alpine: say `executable: /bin/bash` for bash's own features.",
  ].join("\n"),
  class: "action",
  freeForm: "cmd",
  params,
  returns: commandReturns,
  examples: [
    {
      name: "A pipe",
      yaml: "- name: how many logins\n  shell: who | wc -l\n  register: logins\n  changed_when: false",
    },
    {
      name: "With its guards",
      yaml: "- name: build the index\n  shell:\n    cmd: ./index > index.new && mv index.new index\n    chdir: /srv/app\n    unless: test index -nt data",
    },
  ],
  observe: lookAtGuards,
  diff: (seen, given) => (seen.skip === null ? [change(stillGuarded(given, seen))] : []),
  blind: (given) => [change(given)],
  result: (outputs, given, seen) => commandResult(outputs, { cmd: given.cmd, strip: given.strip_empty_ends }, seen),
});
