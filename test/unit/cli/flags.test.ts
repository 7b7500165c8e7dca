import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { passwordOf } from "../../../src/cli/password-file.js";
import { stepping } from "../../../src/cli/step.js";
import { fettle } from "../../support/cli.js";
import { withTerminal } from "../../support/terminal.js";

const FILES: Readonly<Record<string, string>> = {
  hosts: "[web]\nw1\nw2\n[db]\nd1\n",
  "roles/r/tasks/main.yml": "- { name: install, debug: , tags: pkg }",
  "p.yml": `- hosts: web
  name: web servers
  tags: [site]
  gather_facts: false
  roles: [{ role: r, tags: base }]
  tasks:
    - { name: one, debug: , tags: [b, a] }
    - debug:
- hosts: all
  gather_facts: false
  tasks:
    - { name: two, debug: , tags: never }
    - { name: three, debug: }
`,
  password: "secret\nrest\n",
  empty: "\n",
};

describe("flags of ansible-playbook", () => {
  const folder = mkdtempSync(join(tmpdir(), "fettle-flags-"));

  before(() => {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    writeFileSync(join(folder, "program"), "#!/bin/sh\necho printed\n", { mode: 0o755 });
  });

  after(() => rmSync(folder, { recursive: true }));

  const plan = async (...args: readonly string[]) => {
    const ran = await fettle("plan", join(folder, "p.yml"), "-i", join(folder, "hosts"), "-c", "local", ...args);
    return { ...ran, stdout: ran.stdout.replaceAll(`${folder}/`, "") };
  };

  it("--list-tasks, --list-hosts and --list-tags show what ansible-playbook shows, and touch nothing", async () => {
    expect((await plan("--list-tasks", "--list-hosts", "--list-tags")).stdout).to.equal(`
playbook: p.yml

  play #1 (web): web servers	TAGS: [site]
    pattern: ['web']
    hosts (2):
      w1
      w2
    tasks:
      r : install	TAGS: [base, pkg, site]
      one	TAGS: [a, b, site]
      debug	TAGS: [site]
      TASK TAGS: [a, b, base, pkg, site]

  play #2 (all): all	TAGS: []
    pattern: ['all']
    hosts (3):
      w1
      w2
      d1
    tasks:
      three	TAGS: []
      TASK TAGS: []
`);
    const { stdout } = await plan("--list-tasks", "--list-hosts", "--tags", "never", "--limit", "d1");
    expect(stdout).to.match(
      /hosts \(0\):\n {4}tasks:\n\n[\s\S]*hosts \(1\):\n {6}d1\n {4}tasks:\n {6}two\tTAGS: \[never\]\n$/,
    );
  });

  it("--start-at-task leaves out what stands before, plays too; wildcards, and names with their role", async () => {
    const names = async (wanted: string) => {
      const { events } = await plan("--start-at-task", wanted, "--output", "json", "--limit", "w1");
      return events.flatMap((event) => (event.type === "taskSettled" ? event.task.name : []));
    };
    expect(await names("o?e")).to.deep.equal(["one", "debug", "three"]);
    expect(await names("three")).to.deep.equal(["three"]);
    expect(await names("r : *")).to.deep.equal(["install", "one", "debug", "three"]);
    const { status, stderr } = await plan("--start-at-task", "thre");
    expect([status, stderr]).to.deep.equal([
      1,
      '--start-at-task: no task is called "thre"\n  → did you mean "three"?\n',
    ]);
  });

  it("--step asks before each task, once for all hosts; without a terminal it is an error", async () => {
    const asked = ["one", "two", "three", "four"].map((name) => ({
      id: name,
      name,
      module: "debug",
      place: { file: "", line: 1, column: 1 },
    }));
    const answers = await withTerminal("y\rn\rc\r", async () => {
      const confirm = stepping();
      const given: boolean[] = [];
      for (const task of asked) given.push(await confirm(task));
      return given;
    });
    expect(answers).to.deep.equal([true, false, true, true]);
    const { status, stderr } = await plan("--step");
    expect([status, stderr]).to.deep.equal([
      1,
      "--step asks before each task, and standard input is not a terminal\n  → use --start-at-task or --tags to choose tasks\n",
    ]);
  });

  it("passwords come from files, or from programs that print them", () => {
    expect(passwordOf(join(folder, "password"), "--x")).to.equal("secret");
    expect(passwordOf(join(folder, "program"), "--x")).to.equal("printed");
    expect(() => passwordOf(join(folder, "empty"), "--x")).to.throw(
      /--x: .*empty is empty; write the password on its first line/,
    );
    expect(() => passwordOf(join(folder, "none"), "--x")).to.throw(/--x: ENOENT/);
  });

  it("what has no meaning here is taken, what cannot be had is refused by name", async () => {
    expect((await plan("--flush-cache", `--inventory-file=${folder}/hosts`)).status).to.equal(0);
    const refused = await plan("--become-method", "doas");
    expect([refused.status, refused.stderr]).to.deep.equal([
      1,
      "error: option '--become-method <method>' argument 'doas' is invalid. Allowed choices are sudo.\n(`fettle help COMMAND` shows what it takes)\n",
    ]);
  });

  it("exec --list-hosts only lists them", async () => {
    const { stdout } = await fettle("exec", "web", "-i", join(folder, "hosts"), "--list-hosts");
    expect(stdout).to.equal("  hosts (2):\n    w1\n    w2\n");
  });
});
