import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ejs from "ejs";
import { load } from "js-yaml";
import { words } from "./quote.js";

type Values = Readonly<Record<string, unknown>>;
type Task = Readonly<Record<string, Values | undefined>> & { readonly loop?: readonly unknown[] };

export interface Entry {
  readonly path: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
}

/** What a workload's playbook asks of one host, with all templates rendered; for scripts that do the same by hand. */
export interface Workload {
  readonly packages: string[];
  readonly groups: string[];
  readonly users: { name: string; group: string; home: string; shell: string }[];
  readonly folders: Entry[];
  readonly files: (Entry & { content: string })[];
  readonly links: { path: string; to: string }[];
  readonly lines: (Entry & { line: string })[];
  /** Shell commands that run every time. */
  readonly commands: string[];
  /** Shell commands that run while the file they create is missing. */
  readonly onceCommands: { command: string; creates: string }[];
  readonly services: string[];
}

/** Reads `fettle.yml` of a workload for one host. Knows only what the workloads use, and throws at anything else. */
export function workloadOf(playbook: string, host: string): Workload {
  const [play] = load(readFileSync(playbook, "utf8")) as [{ vars: Values; tasks: Task[] }];
  const workload: Workload = {
    ...{ packages: [], groups: [], users: [], folders: [], files: [], links: [], lines: [] },
    ...{ commands: [], onceCommands: [], services: [] },
  };
  addTasks(workload, play.tasks, dirname(playbook), { ...play.vars, inventory_hostname: host });
  return workload;
}

function addTasks(workload: Workload, tasks: readonly Task[], folder: string, vars: Values): void {
  for (const task of tasks) {
    const { block, import_tasks: imported } = task;
    if (Array.isArray(block)) addTasks(workload, block as Task[], folder, vars);
    else if (typeof imported === "string")
      addTasks(workload, load(readFileSync(join(folder, imported), "utf8")) as Task[], folder, vars);
    else
      for (const item of task.loop ?? [undefined]) addTask(workload, task, folder, { ...vars, ...task["vars"], item });
  }
}

function addTask(workload: Workload, task: Task, folder: string, vars: Values): void {
  const found = Object.keys(task).find((key) => key in adders);
  const adder = found === undefined ? undefined : adders[found];
  if (found === undefined || adder === undefined) throw new Error(`bench: unknown task ${JSON.stringify(task)}`);
  const given = task[found];
  const params = typeof given === "string" ? { cmd: given, ...task["args"] } : { ...given };
  adder(workload, Object.fromEntries(Object.entries(params).map(([key, value]) => [key, text(value, vars)])), {
    ...{ folder, vars },
  });
}

interface Surroundings {
  readonly folder: string;
  readonly vars: Values;
}

type Adder = (workload: Workload, params: Readonly<Record<string, string>>, around: Surroundings) => void;

const adders: Readonly<Record<string, Adder>> = {
  apt: ({ packages }, { name }) => packages.push(...(name?.split(",") ?? [])),
  group: ({ groups }, { name = "" }) => groups.push(name),
  user: ({ users }, { name = "", group = "", home = "", shell = "" }) => users.push({ name, group, home, shell }),
  file: ({ folders, links }, params) => {
    if (params["state"] === "link") links.push({ path: params["path"] ?? "", to: params["src"] ?? "" });
    else folders.push(entryOf(params));
  },
  copy: ({ files }, params, { folder }) =>
    files.push({ ...entryOf(params), content: params["content"] ?? source(folder, "files", params["src"] ?? "") }),
  template: ({ files }, params, { folder, vars }) =>
    files.push({ ...entryOf(params), content: text(source(folder, "templates", params["src"] ?? ""), vars) }),
  lineinfile: ({ lines }, params) => lines.push({ ...entryOf(params), line: params["line"] ?? "" }),
  // No shell reads a command's words.
  command: (workload, { cmd = "", ...rest }) => addCommand(workload, { ...rest, cmd: words(cmd.split(" ")) }),
  shell: addCommand,
  service: ({ services }, { name = "" }) => services.push(name),
  set_fact: () => undefined,
};

function addCommand({ commands, onceCommands }: Workload, params: Readonly<Record<string, string>>): void {
  const { cmd = "", creates } = params;
  if (creates === undefined) commands.push(cmd);
  else onceCommands.push({ command: cmd, creates });
}

function entryOf(params: Readonly<Record<string, string>>): Entry {
  const { path, dest, owner = "", group = "", mode = "" } = params;
  return { path: path ?? dest ?? "", owner, group, mode };
}

function text(value: unknown, vars: Values): string {
  const plain = String(value);
  return ejs.render(plain, vars, { escape: String });
}

/** Beside the playbook in the folder of its kind, or at the path itself. */
function source(folder: string, kind: string, name: string): string {
  const path = join(folder, kind, name);
  return readFileSync(existsSync(path) ? path : join(folder, name), "utf8");
}
