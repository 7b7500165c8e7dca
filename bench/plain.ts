import { quoted, words } from "./quote.js";
import type { Entry, Workload } from "./workload.js";

/** What a person would write in place of a first run: one script for one host that installs and writes everything. */
export function installScript(workload: Workload): string {
  const { packages, groups, users, folders, files, links, lines, services } = workload;
  return [
    "set -eu",
    "export DEBIAN_FRONTEND=noninteractive",
    "apt-get -qq update",
    `apt-get -qq -y install ${words(packages)} >/dev/null 2>&1`,
    ...groups.map((name) => `groupadd --system ${quoted(name)}`),
    ...users.map(
      ({ name, group, home, shell }) =>
        `useradd --system --no-create-home --gid ${group} --home-dir ${home} --shell ${shell} ${quoted(name)}`,
    ),
    ...folders.map((folder) => `install -d ${attributes(folder)}`),
    ...files.map((file) => write(file, file.content)),
    ...links.map(({ path, to }) => `ln -s ${quoted(to)} ${quoted(path)}`),
    ...uniqueFiles(lines).map((file) => write(file, textOf(file.path, workload))),
    ...services.map((name) => `systemctl -q enable --now ${name}\nsystemctl reload ${name}`),
    "",
  ].join("\n");
}

function attributes({ owner, group, mode, path }: Entry): string {
  return `-o ${owner} -g ${group} -m ${mode} ${quoted(path)}`;
}

function write(file: Entry, content: string): string {
  return [
    `cat >${quoted(file.path)} <<'END_OF_FILE'`,
    `${content}END_OF_FILE`,
    `chown ${file.owner}:${file.group} ${quoted(file.path)}`,
    `chmod ${file.mode} ${quoted(file.path)}`,
  ].join("\n");
}

function uniqueFiles(entries: Workload["lines"]): Workload["lines"] {
  return entries.filter(({ path }, i) => entries.findIndex((other) => other.path === path) === i);
}

function textOf(file: string, { lines }: Workload): string {
  return lines
    .filter(({ path }) => path === file)
    .map(({ line }) => `${line}\n`)
    .join("");
}
