import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../lab/index.js";
import {
  type Answer,
  isTold,
  itemLine,
  type Line,
  playLines,
  recapOf,
  taskLine,
  type Tidy,
  together,
} from "./answer.js";
import type { Case, Recorded } from "./case.js";
import { setUp } from "./stage.js";

/** What Ansible makes of a case. `own`: a folder for its settings and the sockets of its connections, which persist. */
export async function askAnsible(one: Case, lab: Lab, own: string): Promise<Omit<Recorded, "hash">> {
  const stage = setUp(one, "ansible", lab);
  try {
    const { stdout, stderr } = await runAnsible(stage.args, stage.folder, own);
    const said = stdout.split("\n").filter((line) => line.startsWith("{"));
    const ended = said.at(-1)?.includes('"kind": "stats"') ?? false;
    if (!ended) return { refused: stage.tidy(stderr.replace(/\s+/g, " ").trim().slice(0, 400)) };
    const events = said.map((line) => JSON.parse(line) as AnsibleEvent);
    return { answer: { ...answerOf(events, stage.tidy), files: stage.files() } };
  } finally {
    stage.clear();
  }
}

type AnsibleEvent =
  | ({ readonly kind: "task" | "item" } & Line)
  | { readonly kind: "play"; readonly name: string; readonly hosts: readonly string[] }
  | { readonly kind: "retry"; readonly host: string; readonly task: string }
  | { readonly kind: "stats"; readonly recap: Readonly<Record<string, Readonly<Record<string, number>>>> };

function answerOf(events: readonly AnsibleEvent[], tidy: Tidy): Omit<Answer, "files"> {
  const plays: { name: string; hosts: readonly string[] }[] = [];
  const tasks: Record<string, string[]> = {};
  const items = new Map<string, string[]>();
  let recap: Record<string, string> = {};
  for (const event of events) {
    if (event.kind === "play") plays.push(event);
    else if (event.kind === "stats") recap = recapOf(event.recap);
    else if (event.kind === "retry") (tasks[event.host] ??= []).push(`${event.task} is tried again`);
    else if (event.kind === "item") items.set(event.host, [...(items.get(event.host) ?? []), tidy(itemLine(event))]);
    else if (isTold(event)) {
      // A task whose items spoke has nothing more to say.
      const spoken = items.get(event.host) ?? [];
      const line = spoken.length > 0 ? { ...event, value: undefined } : event;
      (tasks[event.host] ??= []).push(tidy(taskLine(line)), ...spoken);
      items.delete(event.host);
    }
  }
  return { plays: playLines(plays), tasks: together(tasks), recap };
}

function runAnsible(args: readonly string[], cwd: string, own: string): Promise<{ stdout: string; stderr: string }> {
  // An empty one, so that none of this machine's counts.
  const config = join(own, "ansible.cfg");
  writeFileSync(config, "");
  mkdirSync(join(own, "cp"), { recursive: true });
  const env = {
    ...process.env,
    ANSIBLE_CONFIG: config,
    ANSIBLE_HOME: join(own, "home"),
    ANSIBLE_CALLBACK_PLUGINS: join(import.meta.dirname, "callback"),
    ANSIBLE_STDOUT_CALLBACK: "answer",
    ANSIBLE_PIPELINING: "True",
    ANSIBLE_SSH_ARGS: "-o ControlMaster=auto -o ControlPersist=60s",
    ANSIBLE_SSH_CONTROL_PATH_DIR: join(own, "cp"),
    ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
    ANSIBLE_GATHERING: "explicit",
    ANSIBLE_NOCOLOR: "1",
    ANSIBLE_DEPRECATION_WARNINGS: "0",
  };
  return new Promise((resolve, reject) => {
    execFile("ansible-playbook", [...args], { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      // Exit status other than 0 is an answer, too.
      if (error !== null && typeof error.code !== "number")
        reject(new Error("ansible-playbook did not run", { cause: error }));
      else resolve({ stdout, stderr });
    });
  });
}
