import { createHash } from "node:crypto";
import { quoted, words } from "./quote.js";
import type { Entry, Workload } from "./workload.js";

/**
 * The least that any program could do: one POSIX script for one host with every check of all tasks in it, few processes,
 * nothing but differences printed. Ends with 1 when something is not as the workload wants it.
 */
export function checkScript(workload: Workload): string {
  const { packages, groups, users, folders, files, links, lines, services } = workload;
  const ends = lines.filter(({ path }, i) => lines.findIndex((other) => other.path === path) === i);
  const entries = [
    ...folders.map((folder) => statLine(folder, "directory")),
    ...[...files, ...ends].map((file) => statLine(file, "regular file")),
  ];
  const paths = [...folders, ...files, ...ends].map(({ path }) => path);
  return [
    "bad=0",
    'same() { [ "$2" = "$3" ] || { bad=1; printf "%s differs\\n%s\\n" "$1" "$2"; }; }',
    same("package lists", "find /var/lib/apt/lists -maxdepth 0 -mmin -1440", "/var/lib/apt/lists"),
    same(
      "packages",
      `dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' ${words(packages)}`,
      [...packages].sort().map((name) => `${name} installed`),
    ),
    ...groups.map((name) => `gid=$(getent group ${quoted(name)}) || bad=1; gid=\${gid#*:*:}; gid=\${gid%%:*}`),
    ...users.map(
      (user) =>
        `case $(getent passwd ${quoted(user.name)}) in ${passwdPattern(user)}) ;; *) bad=1; echo user differs ;; esac`,
    ),
    same("folders and files", `stat -c '%F %a %U %G %n' ${words(paths)}`, entries),
    same(
      "links",
      `readlink ${words(links.map(({ path }) => path))}`,
      links.map(({ to }) => to),
    ),
    same("contents", `sha256sum ${words(files.map(({ path }) => path))}`, files.map(hashLine)),
    ...ends.map(({ path }) => lineChecks(path, workload)),
    ...services.map((name) =>
      same(`service ${name}`, `systemctl show -p ActiveState -p UnitFileState ${quoted(name)}`, [
        ...["ActiveState=active", "UnitFileState=enabled"],
      ]),
    ),
    ...workload.commands.map((command) => `(${command}) >/dev/null || { bad=1; echo a command fails; }`),
    ...workload.onceCommands.map(
      ({ creates }) => `[ -e ${quoted(creates)} ] || { bad=1; echo ${quoted(creates)} is missing; }`,
    ),
    "exit $bad",
    "",
  ].join("\n");
}

function same(what: string, command: string, expected: string | readonly string[]): string {
  const text = typeof expected === "string" ? expected : expected.join("\n");
  return `same ${quoted(what)} "$(${command} 2>&1)" ${quoted(text)}`;
}

function statLine({ owner, group, mode, path }: Entry, kind: string): string {
  return `${kind} ${mode.replace(/^0/, "")} ${owner} ${group} ${path}`;
}

function hashLine({ path, content }: { readonly path: string; readonly content: string }): string {
  return `${createHash("sha256").update(content).digest("hex")}  ${path}`;
}

function passwdPattern({ name, home, shell }: Workload["users"][number]): string {
  return `${name}:*:*:"$gid":*:${home}:${shell}`;
}

/** The file is read once, and its lines are looked for without another process. */
function lineChecks(file: string, { lines }: Workload): string {
  const wanted = lines.filter(({ path }) => path === file);
  const patterns = wanted.map(
    ({ line }) => `case $text in *"$nl"${quoted(line)}"$nl"*) ;; *) bad=1; echo ${quoted(line)} is missing ;; esac`,
  );
  return [`nl='\n'`, `text=$nl$(cat ${quoted(file)})$nl`, ...patterns].join("\n");
}
