import { expect } from "chai";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Lab, operatorUser } from "../lab/index.js";
import { fettle } from "../support/cli.js";

describe("what goes wrong is told once, with its place and its remedy", function () {
  this.timeout(120_000);
  let lab: Lab;
  let folder: string;

  before(async function () {
    this.timeout(600_000);
    const names = ["one", "two", "three"];
    lab = await Lab.up({ name: "errors", fresh: true, hosts: names.map((name) => ({ name, kind: "bookworm" })) });
    folder = await mkdtemp(join(tmpdir(), "fettle-errors-"));
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await Lab.down("errors");
  });

  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return path;
  };
  const address = (name: string): string => lab.host(name).address;

  /** The hosts, and others that are the same machines with something wrong. */
  const inventory = async (): Promise<string> => {
    const known = await readFile(lab.knownHostsPath, "utf8");
    const swapped = known.replaceAll(address("two"), "x").replaceAll(address("one"), address("two"));
    const wrong = await write("wrong_known_hosts", swapped);
    return write(
      "hosts.ini",
      [
        `good ansible_host=${address("one")}`,
        `changedkey ansible_host=${address("two")} ansible_ssh_common_args='-o UserKnownHostsFile=${wrong}'`,
        `unknownkey ansible_host=${address("two")} ansible_ssh_common_args='-o UserKnownHostsFile=/dev/null'`,
        `gone ansible_host=${address("one").replace(/\d+$/, "250")} ansible_timeout=2`,
        `nosudo ansible_host=${address("three")} ansible_user=${operatorUser} ansible_become_password=not-it`,
        `hung ansible_host=${address("three")}`,
        "[all:vars]",
        "ansible_user=deploy",
        `ansible_ssh_private_key_file=${lab.keyPath}`,
        `ansible_ssh_common_args='-o UserKnownHostsFile=${lab.knownHostsPath}'`,
        "",
      ].join("\n"),
    );
  };

  it("hosts that cannot be reached or fail leave the others unharmed", async () => {
    const play = await write(
      "play.yml",
      `- hosts: all
  become: true
  tasks:
    - name: begin
      file: { path: /etc/begun, state: touch, mode: "0644" }
    - name: hang
      command: sleep 300
      timeout: 1
      when: inventory_hostname === "hung"
    - name: end
      file: { path: /etc/ended, state: touch, mode: "0644" }
`,
    );
    const { status, stdout } = await fettle("apply", "-i", await inventory(), play);
    expect(status).to.equal(3);
    const about = (host: string): string =>
      stdout
        .split(/\n(?=\S)/)
        .filter((block) => block.startsWith(`${host} `))
        .join("\n");
    expect(about("good")).to.match(/good +changed +end/);
    expect(about("changedkey")).to.match(/the host key of changedkey has changed: it offers ssh-ed25519 SHA256:/);
    expect(about("changedkey")).to.match(/wrong_known_hosts:\d+ has another/);
    expect(about("unknownkey")).to.match(/the host key of unknownkey \(ssh-ed25519 SHA256:\S+\) is not known/);
    expect(about("unknownkey")).to.contain("StrictHostKeyChecking=accept-new");
    expect(about("gone")).to.match(/gone \(\S+:22\) (does not answer within 2 s|cannot be reached: .+)\n +→ check/);
    expect(about("nosudo")).to.contain(`wrong password for user "${operatorUser}" on nosudo`);
    expect(about("nosudo")).to.contain("→ check -K (--ask-become-pass) or ansible_become_password");
    expect(about("hung")).to.contain(`${play}:6:7 sleep 300 was ended: it took longer than 1 s`);
    expect(stdout).to.match(/good +: ok=2 +changed=2 +unreachable=0 +failed=0/);
    expect((await lab.host("one").exec("ls /etc/ended")).code).to.equal(0);
    expect((await lab.host("three").exec("pgrep -f '^sleep 300'")).code).to.equal(1);
  });

  it("only unreachable hosts: exit status 4", async () => {
    const { status } = await fettle("exec", "gone,unknownkey", "-i", await inventory(), "-m", "ping");
    expect(status).to.equal(4);
  });

  it("a value that a template needs and nobody defines fails that host, at the template's line", async () => {
    await write("templates/a.ejs", "first\nport <%= prot %>\n");
    const play = await write(
      "template.yml",
      `- hosts: good
  vars: { port: 80 }
  tasks:
    - template: { src: a.ejs, dest: /tmp/a }
`,
    );
    const { status, stdout } = await fettle("apply", "-i", await inventory(), play);
    expect(status).to.equal(3);
    expect(stdout).to.contain(`templates/a.ejs:2:10 "prot" is not defined`);
    expect(stdout).to.contain(`      2 | port <%= prot %>\n                   ^\n      → did you mean "port"?`);
  });

  it("a full disk fails the task with its reason, keeps the old file and the link", async () => {
    await lab
      .host("one")
      .exec("mkdir -p /mnt/small && mount -t tmpfs -o size=1m tmpfs /mnt/small && echo old >/mnt/small/f");
    await write("files/big", "x".repeat(8 * 1024 * 1024));
    const play = await write(
      "disk.yml",
      `- hosts: good
  become: true
  tasks:
    - name: big
      copy: { src: big, dest: /mnt/small/f }
      ignore_errors: true
    - name: after
      command: cat /mnt/small/f
`,
    );
    const { status, stdout } = await fettle("apply", "-v", "-i", await inventory(), play);
    expect(status, stdout).to.equal(0);
    expect(stdout).to.contain("No space left on device");
    expect(stdout).to.contain("good | old");
    expect((await lab.host("one").exec("ls -A /mnt/small")).stdout).to.equal("f\n");
  });

  const refused: readonly { readonly what: string; readonly play: string; readonly says: string }[] = [
    {
      what: "a misspelt keyword",
      play: "- hosts: good\n  tasks:\n    - command: id\n      notfy: x\n",
      says: `play.yml:4:7 a task has no key "notfy"\n  4 |       notfy: x\n            ^\n  → did you mean "notify"?`,
    },
    {
      what: "a misspelt module",
      play: "- hosts: good\n  tasks:\n    - comand: id\n",
      says: `play.yml:3:7 there is no module "comand"\n  3 |     - comand: id\n            ^\n  → did you mean "command"?`,
    },
    {
      what: "a misspelt parameter",
      play: "- hosts: good\n  tasks:\n    - copy: { dest: /tmp/x, contents: a }\n",
      says: `play.yml:3:29 copy has no parameter "contents"\n  3 |     - copy: { dest: /tmp/x, contents: a }\n                                  ^\n  → did you mean "content"?`,
    },
    {
      what: "a mode that YAML reads as another number",
      play: "- hosts: good\n  tasks:\n    - copy: { dest: /tmp/x, content: a, mode: 0644 }\n",
      says: `play.yml:3:47 copy.mode`,
    },
    {
      what: "a role input of the wrong type",
      play: "- hosts: good\n  roles:\n    - role: haproxy\n      haproxy_frontends: []\n      haproxy_backends: []\n      haproxy_maxconn: many\n",
      says: `play.yml:6:7 haproxy_maxconn is "many", and it must be a whole number (input of the role haproxy, on good)`,
    },
    {
      what: "a handler that does not exist",
      play: "- hosts: good\n  tasks:\n    - command: id\n      notify: relod\n  handlers:\n    - name: reload\n      command: id\n",
      says: `play.yml:4:15 no handler of this play is called "relod"\n  4 |       notify: relod\n                    ^\n  → did you mean "reload"?`,
    },
  ];
  for (const { what, play, says } of refused) {
    it(`${what}: refused before any host is asked`, async () => {
      const path = await write("play.yml", play);
      const { status, stdout, stderr } = await fettle("apply", "-i", await inventory(), path);
      expect(stderr.replaceAll(`${folder}/`, "")).to.contain(says);
      expect(status).to.equal(1);
      expect(stdout).to.equal("");
    });
  }
});
