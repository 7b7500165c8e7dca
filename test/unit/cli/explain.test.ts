import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { namesOnLine } from "../../../src/language/index.js";
import { fettle } from "../../support/cli.js";

const FILES: Readonly<Record<string, string>> = {
  hosts: "[web]\nw1 port=1\nw2\n[site:children]\nweb\n",
  "group_vars/all.yml": "port: 2\nurl: http://<%= inventory_hostname %>:<%= port %>\n",
  "group_vars/web.yml": "port: 3\nsecretly: <%= nobody %>\n",
  "roles/r/tasks/main.yml": '- debug: { msg: "<%= port %>" }\n  when: app.live\n',
  "roles/r/defaults/main.yml": "port: 4\napp: { live: true }\n",
  "roles/r/meta/argument_specs.yml":
    "argument_specs:\n  main:\n    options:\n      port: { type: int, description: Where it listens. }\n",
  "p.yml": `- hosts: all
  name: one
  vars: { port: 5 }
  tasks:
    - { name: plain, debug: { msg: "<%= port %>" } }
    - { name: own, debug: { msg: "<%= port %>" }, vars: { port: 6 } }
    - { name: set, set_fact: { port: 7 } }
    - include_role: { name: r }
`,
  "hung.yml": `- hosts: all
  name: hung
  vars: { where: "http://<%= path %>" }
  vars_files: [vf.yml]
  roles: [{ role: free, vars: { path: role } }]
  tasks:
    - { name: plain, debug: { msg: "<%= where %>" } }
    - { name: own, debug: { msg: "<%= where %>" }, vars: { path: task } }
`,
  "roles/free/tasks/main.yml": '- debug: { msg: "<%= where %>" }\n',
  "vf.yml": "path: vf\n",
};

describe("fettle explain", () => {
  const folder = mkdtempSync(join(tmpdir(), "fettle-explain-"));

  before(() => {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });

  after(() => rmSync(folder, { recursive: true }));

  async function explain(what: string, ...args: readonly string[]): Promise<readonly string[]> {
    const asked = what.replace("$", `${folder}/`);
    const given = args.map((arg) => arg.replace("$", `${folder}/`));
    const ran = await fettle("explain", asked, "-i", join(folder, "hosts"), "--host", "w1", ...given);
    expect(ran.status, ran.stderr).to.equal(ran.stdout === "" ? 1 : 0);
    return `${ran.stdout}${ran.stderr}`.replaceAll(`${folder}/`, "").trim().split("\n");
  }

  it("shows the inventory's definitions in their order, the winner and its value", async () => {
    expect(await explain("port")).to.deep.equal([
      "port on w1",
      "    group_vars/all.yml:1:1  2",
      "    group_vars/web.yml:1:1  3",
      "  → hosts:2:4 (host)        1",
      "    = 1",
    ]);
    expect((await explain("port", "-e", "port=9")).at(-2)).to.match(/^ {2}→ -e +"9"$/);
  });

  it("tells tasks apart for which the same definition has other values", async () => {
    const lines = (await explain("where", "$hung.yml")).filter((line) => /^ {4}=|play "hung"/.test(line));
    expect(lines).to.have.members([
      '  play "hung", role free: "debug"',
      '    = "http://role"',
      '  play "hung": "plain"',
      '    = "http://vf"',
      '  play "hung": "own"',
      '    = "http://task"',
    ]);
  });

  it("knows the name of all hosts' variables", async () => {
    expect((await explain("hostvars"))[0]).to.equal("hostvars on w1");
  });

  it("shows what each task of a playbook sees, and which tasks set it", async () => {
    const lines = await explain("port", "$p.yml");
    expect(lines).to.include('  play "one": "plain", "set", "include_role"');
    expect(lines).to.include("  → p.yml:3:11 play vars    5");
    expect(lines.filter((line) => /→ p.yml:6:\d+ vars +6$/.test(line))).to.have.length(1);
    expect(lines.filter((line) => line.includes('+ p.yml:7:7 set_fact of "set", when it runs'))).to.have.length(3);
    expect(lines).to.include('  play "one", role r: "debug"');
    expect(lines.filter((line) => /roles\/r\/defaults\/main.yml:1:1 +4/.test(line))).to.have.length(1);
  });

  it("goes into a value, and says why there is none", async () => {
    expect((await explain("url")).at(-1)).to.equal('    = "http://w1:1"');
    expect((await explain("app.live", "--role", "r", "$p.yml")).at(-1)).to.equal("    = true");
    expect((await explain("secretly"))[1]).to.match(/→ group_vars\/web.yml:2:1 +\("?nobody"? is not defined/);
  });

  it("shows an input of a role, and the variables on a line of a file", async () => {
    const lines = await explain("$roles/r/tasks/main.yml:1", "$p.yml", "--role", "r");
    expect(lines[0]).to.equal("port on w1");
    expect(lines[1]).to.equal(
      '  an input of the role r (roles/r/meta/argument_specs.yml:4:7): {"type":"int","description":"Where it listens."}',
    );
    expect((await explain("$roles/r/tasks/main.yml:2", "$p.yml", "--role", "r"))[0]).to.equal("app.live on w1");
  });

  it("names fettle's own names, and facts", async () => {
    expect(await explain("group_names")).to.deep.equal([
      "group_names on w1",
      "    a name of fettle's own",
      '    = ["site","web"]',
    ]);
    expect((await explain("facts.os_family"))[1]).to.equal(
      "    read from the host when it is used; `fettle facts` shows it",
    );
  });

  it("says what may be meant where nobody defines it, and that one host is wanted", async () => {
    expect(await explain("prot")).to.deep.equal(['nobody defines "prot"', '  → did you mean "port"?']);
    const { status, stderr } = await fettle("explain", "port", "-i", join(folder, "hosts"), "--host", "web");
    expect([status, stderr]).to.deep.equal([1, '--host must name one host, and "web" is several\n']);
  });

  it("gives the same as JSON", async () => {
    const { stdout } = await fettle("explain", "port", "-i", join(folder, "hosts"), "--host", "w2", "--output", "json");
    const { answers } = JSON.parse(stdout) as { answers: { views: { value: unknown; definitions: unknown[] }[] }[] };
    expect(answers[0]?.views[0]?.value).to.equal(3);
    expect(answers[0]?.views[0]?.definitions).to.have.length(2);
  });
});

describe("names on a line", () => {
  for (const [line, names] of [
    ["listen <%= app.port %>;", ["app.port"]],
    ["<% for (const one of sites) { -%> <%= one.name %> <%= `${a}-${b.c}` %>", ["sites", "a", "b.c"]],
    ["<%= list.map((x) => x.y).join(sep) %> <%# no %>", ["list", "sep"]],
    ["  when: a.b && !c", ["a.b", "c"]],
    ["# a comment on everything", []],
    ['x = <%= defined("z") ? bool(z) : JSON.stringify(q) %>', ["z", "q"]],
  ] as const)
    it(line, () => expect(namesOnLine(line)).to.deep.equal(names));
});
