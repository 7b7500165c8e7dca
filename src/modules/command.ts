import * as z from "zod";
import { defineModule } from "../contract/module.js";
import { text } from "./values.js";
import { commandChange } from "./run/change.js";
import { commandResult, commandReturns } from "./run/output.js";
import { chdirParam, commandText, guardParams, outputParams, stdinParams } from "./run/params.js";
import { lookAtGuards, type Seen, stillGuarded } from "./run/skip.js";
import { splitWords } from "./run/words.js";

const params = z
  .strictObject({
    cmd: commandText()
      .optional()
      .describe("The command line: split into words as a shell would (quotes, backslashes), but nothing is expanded."),
    argv: z
      .array(text())
      .min(1, { error: "is empty" })
      .optional()
      .describe("The command as a list of words, passed on exactly as they are. For names and data of others."),
    ...chdirParam,
    ...guardParams,
    ...stdinParams,
    ...outputParams,
  })
  .superRefine((given, issues) => {
    const problem = (message: string, path: string[] = []) => issues.addIssue({ code: "custom", message, path });
    if ((given.cmd === undefined) === (given.argv === undefined)) problem("needs exactly one of cmd and argv");
    if (given.cmd === undefined) return;
    const split = splitWords(given.cmd);
    if ("problem" in split) problem(`cannot be split into words: ${split.problem}`, ["cmd"]);
    const words = "words" in split ? split.words : [];
    const option = words.map((word) => /^(creates|removes|chdir)=/.exec(word)?.[1]).find((key) => key);
    if (option !== undefined) problem(`holds ${option}=…; write ${option}: as a parameter of its own`, ["cmd"]);
  });

type Params = z.output<typeof params>;

function argvOf({ cmd, argv }: Params): readonly string[] {
  if (argv !== undefined) return argv;
  const split = splitWords(cmd ?? "");
  return "words" in split ? split.words : [];
}

const change = (given: Params) => commandChange(argvOf(given), given.cmd ?? argvOf(given).join(" "), given);

export const command = defineModule<Params, Seen>({
  name: "command",
  summary: "Run a command, without a shell",
  description: [
    "The words reach the program as they are: no pipes, no `$HOME`, no `*`, no `~`. Use `shell` for those.",
    "",
    "Unlike Ansible, `creates=` and the like are not picked out of the command line: they are parameters of their own;",
    "`unless` and `only_if` are new. What a command changes is not known, so what was read before it is read again",
    "after it; say `changed_when: false` for a command that only looks.",
  ].join("\n"),
  class: "action",
  freeForm: "cmd",
  params,
  returns: commandReturns,
  examples: [
    {
      name: "Look at something",
      yaml: "- name: kernel\n  command: uname -r\n  register: kernel\n  changed_when: false",
    },
    {
      name: "Run once, until its result is there",
      yaml: "- name: make the key\n  command:\n    argv: [ssh-keygen, -q, -N, '', -f, /etc/app/key]\n    creates: /etc/app/key",
    },
  ],
  observe: lookAtGuards,
  diff: (seen, given) => (seen.skip === null ? [change(stillGuarded(given, seen))] : []),
  blind: (given) => [change(given)],
  result: (outputs, given, seen) => commandResult(outputs, { cmd: argvOf(given), strip: given.strip_empty_ends }, seen),
});
