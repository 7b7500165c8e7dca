import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Lab } from "../../lab/index.js";
import { type Answer, filesIn, type Tidy, together } from "./answer.js";
import { type Case, hashOf } from "./case.js";
import { forTool, type Tool } from "./translate.js";

/** What a case has unless it says otherwise. `h4` answers to nobody; each case may add it to a group. */
const INVENTORY = `h1 n=1
h2 n=2
h3 n=3

[web]
h1
h2

[db]
h3

[site:children]
web
db
`;

/** A case laid out for one tool: a folder on the controller and one on each host, which cases know as \`out\`. */
export interface Stage {
  readonly folder: string;
  /** What follows the program's name. */
  readonly args: readonly string[];
  readonly tidy: Tidy;
  /** What lies in the folders now. */
  files(): Answer["files"];
  clear(): void;
}

export function setUp(one: Case, tool: Tool, lab: Lab): Stage {
  const folder = mkdtempSync(join(tmpdir(), "fettle-playbook-"));
  const out = `/oracle/${hashOf(one)}`;
  const tidy: Tidy = (text) => text.replaceAll(folder, "{folder}").replaceAll(out, "{out}");
  for (const [name, text] of Object.entries(filesOf(one, lab, out))) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, forTool(text, tool).replaceAll("{folder}", folder), {
      mode: text.startsWith("#!") ? 0o755 : 0o644,
    });
  }
  const folders = Object.fromEntries(lab.hosts.map((host) => [host.name, join(host.root, out)]));
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true });
  mkdirSync(join(folder, "out"));
  return {
    folder,
    tidy,
    args: ["-i", join(folder, "hosts"), join(folder, "site.yml"), ...argsOf(one, folder)],
    files: () => filesOfHosts({ ...folders, controller: join(folder, "out") }, tidy),
    clear: () => {
      for (const path of [folder, ...Object.values(folders)]) rmSync(path, { recursive: true, force: true });
    },
  };
}

const argsOf = (one: Case, folder: string): readonly string[] =>
  (one.args ?? []).map((arg) => arg.replaceAll("{folder}", folder));

function filesOfHosts(folders: Readonly<Record<string, string>>, tidy: Tidy): Answer["files"] {
  const found = Object.entries(folders).map(([host, path]) => [host, filesIn(path, tidy)] as const);
  return together(Object.fromEntries(found.filter(([, files]) => Object.keys(files).length > 0)));
}

function filesOf(one: Case, lab: Lab, out: string): Readonly<Record<string, string>> {
  const host = lab.host("h1");
  const login = {
    ansible_user: "root",
    ansible_ssh_private_key_file: host.keyPath,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${host.knownHostsPath}`,
    out,
  };
  const addresses = lab.hosts.map(({ name, address }) => [name, { ansible_host: address }] as const);
  const nobody = ["h4", { ansible_host: "127.0.0.1", ansible_port: 1 }] as const;
  const all = [...addresses, nobody].map(([name, address]) => [
    `host_vars/${name}/login.yml`,
    JSON.stringify({ ...login, ...address }),
  ]);
  const local = JSON.stringify({ out, ansible_connection: "local" });
  return {
    ...(Object.fromEntries(all) as Record<string, string>),
    "host_vars/localhost/login.yml": local,
    hosts: one.inventory ?? INVENTORY,
    "site.yml": one.playbook ?? playOf(one),
    ...one.files,
  };
}

function playOf({ tasks, handlers, hosts = "h1" }: Case): string {
  const indented = (text: string): string => text.replace(/^(?=.)/gm, "    ");
  const more = handlers === undefined ? "" : `  handlers:\n${indented(handlers)}`;
  return `- name: play\n  hosts: ${hosts}\n  gather_facts: false\n  tasks:\n${indented(tasks ?? "")}\n${more}`;
}
