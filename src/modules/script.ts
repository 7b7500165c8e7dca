import * as z from "zod";
import type { Change } from "../contract/change.js";
import { inputError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import type { Content } from "../contract/step.js";
import { text } from "./values.js";
import { shortened } from "./run/change.js";
import { commandResult, commandReturns } from "./run/output.js";
import { chdirParam, commandText, guardParams, guardsOf, outputParams } from "./run/params.js";
import { lookAtGuards, type Seen, stillGuarded } from "./run/skip.js";
import { splitWords } from "./run/words.js";

/** Bigger scripts are sent from the file. */
const maxBytesInMemory = 256 * 1024;

const params = z
  .strictObject({
    cmd: commandText().describe(
      "A script of the controller (under `files/` of the role or beside the playbook) and its arguments.",
    ),
    executable: text().optional().describe("The program that runs it. Absent: what its `#!` line says."),
    ...chdirParam,
    ...guardParams,
    ...outputParams,
  })
  .superRefine((given, issues) => {
    const split = splitWords(given.cmd);
    if ("words" in split) return;
    issues.addIssue({ code: "custom", message: `cannot be split into words: ${split.problem}`, path: ["cmd"] });
  });

type Params = z.output<typeof params>;

/**
 * Puts its stdin into a private file and runs that, with or without a program of its own. The file is gone whatever
 * happens, except for a SIGKILL. Arguments: program (may be empty), the script's name, its arguments.
 */
const runner = String.raw`program=$1 name=$2
shift 2
folder=$(mktemp -d) || exit
trap 'rm -rf "$folder"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cat >"$folder/$name" && chmod 700 "$folder/$name" || exit
if [ -n "$program" ]; then "$program" "$folder/$name" "$@" </dev/null
else "$folder/$name" "$@" </dev/null
fi
exit $?`;

interface State extends Seen {
  readonly content: Content;
}

export const script = defineModule<Params, State>({
  name: "script",
  summary: "Run a script of the controller on the host",
  description: [
    "The script is sent, put into a private temporary file, run by the login or `become` user, and removed. It reads",
    "nothing on its standard input. Where /tmp is mounted `noexec`, say `executable`.",
  ].join("\n"),
  class: "action",
  freeForm: "cmd",
  params,
  returns: commandReturns,
  examples: [
    { name: "With arguments", yaml: "- name: prepare the disk\n  script: prepare.sh --fast /dev/vdb" },
    {
      name: "By a program of its own, once",
      yaml: "- name: import\n  script:\n    cmd: import.awk data\n    executable: /usr/bin/awk\n    creates: /var/lib/app/imported",
    },
  ],
  observe: async (read, given, local) => {
    const file = await local.file(wordsOf(given)[0] ?? "");
    if (file.isDirectory) throw inputError(`script: ${file.path} is a folder`, { remedy: "name a file" });
    const content: Content =
      file.sizeBytes > maxBytesInMemory
        ? { kind: "file", path: file.path, sizeBytes: file.sizeBytes }
        : { kind: "bytes", bytes: await file.bytes() };
    return { content, ...(await lookAtGuards(read, given)) };
  },
  diff: (seen, given) => (seen.skip === null ? [change(seen.content, stillGuarded(given, seen))] : []),
  result: (outputs, given, state) => commandResult(outputs, { cmd: given.cmd, strip: given.strip_empty_ends }, state),
});

function change(content: Content, given: Params): Change {
  const [path = "", ...args] = wordsOf(given);
  const guards = guardsOf(given);
  const summary = `run the script ${shortened(given.cmd)}`;
  const argv = ["sh", "-c", runner, "script", given.executable ?? "", baseName(path), ...args];
  return {
    summary,
    effects: [{ kind: "opaque", why: summary }],
    steps: [
      {
        do: "exec",
        argv,
        stdin: content,
        ...(given.chdir === undefined ? {} : { cwd: given.chdir }),
        ...(guards.length === 0 ? {} : { guards }),
      },
    ],
  };
}

function wordsOf({ cmd }: Params): readonly string[] {
  const split = splitWords(cmd);
  return "words" in split ? split.words : [];
}

/** What the script sees as its own name; nothing that would leave the folder or look like an option. */
function baseName(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) ? name : "script";
}
