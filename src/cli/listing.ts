import type { LoadedPlay } from "../language/index.js";
import type { Task } from "../contract/play.js";

/** What `--list-hosts`, `--list-tasks` and `--list-tags` ask for. */
export interface Listed {
  readonly listHosts?: boolean;
  readonly listTasks?: boolean;
  readonly listTags?: boolean;
}

export function isListing({ listHosts, listTasks, listTags }: Listed): boolean {
  return listHosts === true || listTasks === true || listTags === true;
}

/** In ansible-playbook's form. */
export function listing(paths: readonly string[], plays: readonly LoadedPlay[], what: Listed): string {
  return paths
    .map((path, playbook) => {
      const own = plays.filter((play) => (play.playbook ?? 0) === playbook);
      return `\nplaybook: ${path}\n${own.map((play, i) => playLines(play, i + 1, what)).join("")}`;
    })
    .join("");
}

function playLines(play: LoadedPlay, number: number, what: Listed): string {
  const tasks = play.sections.flatMap((section) => section.tasks);
  const lines = [
    `  play #${number} (${play.pattern}): ${play.name}\tTAGS: [${play.tags.join(",")}]`,
    ...(what.listHosts === true ? hostLines(play) : []),
    ...(what.listTasks === true ? ["    tasks:", ...tasks.map(taskLine)] : []),
    ...(what.listTags === true ? [`      TASK TAGS: [${sorted(tasks.flatMap(({ tags }) => tags)).join(", ")}]`] : []),
  ];
  return `\n${lines.join("\n")}\n`;
}

function hostLines({ pattern, hosts }: LoadedPlay): readonly string[] {
  return [`    pattern: ['${pattern}']`, `    hosts (${hosts.length}):`, ...hosts.map((host) => `      ${host}`)];
}

function taskLine(task: Task): string {
  return `      ${taskName(task)}\tTAGS: [${sorted(task.tags).join(", ")}]`;
}

/** `nginx : install` of a task of a role. */
export function taskName({ name, role }: Task): string {
  return role === undefined ? name.source : `${role} : ${name.source}`;
}

function sorted(tags: readonly string[]): readonly string[] {
  return [...new Set(tags)].sort();
}
