import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Lab } from "../lab/index.js";
import { fettle } from "../support/cli.js";

const KINDS = ["bookworm", "busybox"] as const;

describe("async on real hosts", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "fettle-async-"));
  let lab: Lab;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "async", fresh: true, hosts: KINDS.map((kind) => ({ name: kind, kind })) });
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await Lab.down("async");
  });

  /** What debug said on each host, and the exit status. */
  async function run(tasks: string, user = "deploy") {
    const path = join(folder, "p.yml");
    writeFileSync(path, `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.trim().replace(/^/gm, "    ")}\n`);
    const ran = await fettle("apply", path, "-i", lab.inventoryPath, "-u", user, "--output", "json");
    const said = ran.events.flatMap((event) =>
      event.type === "taskSettled" ? event.items.map((item) => `${event.host} ${String(item.message)}`) : [],
    );
    return { status: ran.status, said: said.filter((line) => !line.endsWith("undefined")).sort() };
  }

  const both = (text: string) => KINDS.map((kind) => `${kind} ${text}`).sort();

  for (const become of [false, true])
    it(`waits for a command as ${become ? "root, by sudo" : "the login user"}, in a folder of its own`, async () => {
      const { said, status } = await run(`
- shell: 'echo "$(id -un) $PWD"; stat -c %a "$HOME/.fettle/jobs/"*'
  args: { chdir: /usr }
  become: ${become}
  async: 60
  poll: 1
  register: job
- debug: { msg: "<%= job.stdout_lines.join(' ') %>" }
- command: sh -c 'ls "$HOME/.fettle/jobs"'
  become: ${become}
  register: left
- debug: { msg: "left: <%= left.stdout %>" }`);
      expect(said).to.deep.equal([...both(`${become ? "root" : "deploy"} /usr 700`), ...both("left: ")].sort());
      expect(status).to.equal(0);
    });

  it("outlives the link: who waits logs in again", async () => {
    const { said, status } = await run(
      `
- shell: 'sleep 1; for p in /proc/[0-9]*; do tr "\\0" " " <"$p/cmdline" 2>/dev/null | grep -q "^sshd: root" && kill "\${p#/proc/}"; done; sleep 1; echo alive'
  async: 60
  poll: 1
  register: job
- debug: { msg: "<%= job.stdout %>" }`,
      "root",
    );
    expect(said).to.deep.equal(both("alive"));
    expect(status).to.equal(0);
  });

  it("outlives fettle: another run asks after what one has left running", async () => {
    const first = await run(`
- { shell: "sleep 2; echo late; exit 3", async: 60, poll: 0, register: job }
- { copy: { dest: /tmp/job, content: "<%= job.ansible_job_id %>" } }`);
    expect(first.status).to.equal(0);
    const { said, status } = await run(`
- { slurp: { src: /tmp/job }, register: file }
- name: wait
  async_status: { jid: "<%= b64decode(file.content) %>" }
  register: job
  until: job.finished
  retries: 40
  delay: 0.2
  failed_when: job.rc !== 3
- { debug: { msg: "<%= job.stdout %>" } }
- { async_status: { jid: "<%= b64decode(file.content) %>", mode: cleanup } }`);
    expect(said).to.deep.equal(both("late"));
    expect(status).to.equal(0);
  });

  it("ends what takes too long, with all that it has started", async () => {
    const { said } = await run(`
- { shell: "sleep 4711 & sleep 4712", async: 1, poll: 1, register: job, ignore_errors: true }
- shell: 'for p in /proc/[0-9]*/cmdline; do tr "\\0" " " <"$p" 2>/dev/null | grep "^sleep 471[12]"; done; :'
  register: left
- { debug: { msg: "<%= job.msg %> <%= left.stdout %>" } }`);
    expect(said).to.deep.equal(both("timed out after 1 s "));
  });
});
