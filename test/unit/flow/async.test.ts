import { existsSync, readdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { play, tasks } from "./support.js";

const jobs = join(homedir(), ".fettle/jobs");
const file = join(tmpdir(), `fettle-async-${process.pid}`);
const left = (): readonly string[] => (existsSync(jobs) ? readdirSync(jobs) : []);

for (const speculate of [true, false]) {
  const ask = async (text: string, run = {}) =>
    (await play(tasks(text), { hosts: ["a"], run: { speculate, ...run } })).told["a"];

  describe(`async${speculate ? "" : ", one task at a time"}`, () => {
    beforeEach(() => rmSync(jobs, { recursive: true, force: true }));

    it("with poll waits for the command and registers what it would have without", async () => {
      const told = await ask(`
- { name: job, shell: "echo out; echo err >&2; cat; echo $X", args: { stdin: in }, environment: { X: "a b" }, async: 30, poll: 1, register: said }
- { name: say, debug: { msg: "<%= said.rc %> <%= said.stdout_lines.join('|') %> <%= said.stderr %>" } }`);
      expect(told).to.deep.equal(["job changed", "say ok: 0 out|in|a b err"]);
      expect(left()).to.deep.equal([]);
    });

    it("fails as the command does, and when its time is up", async () => {
      const told = await ask(`
- { name: bad, shell: "echo no >&2; exit 3", async: 30, poll: 1, register: said, ignore_errors: true }
- { name: say, debug: { msg: "<%= said.rc %> <%= said.msg %>" } }
- { name: good, shell: "exit 3", async: 30, poll: 1, register: said, failed_when: said.rc !== 3, changed_when: false }
- { name: late, command: sleep 20, async: 1, poll: 1, register: said, ignore_errors: true }
- { name: say, debug: { msg: "<%= said.msg %>" } }`);
      expect(told).to.deep.equal([
        "bad ignored",
        "say ok: 3 non-zero return code: no",
        "good ok",
        "late ignored",
        "say ok: timed out after 1 s",
      ]);
    });

    it("with poll: 0 goes on; async_status asks after it, for each item of a loop", async () => {
      const told = await ask(`
- { name: start, shell: "sleep 0.3; echo <%= item %>", loop: [one, two], async: 30, poll: 0, register: jobs }
- { name: first, async_status: { jid: "<%= jobs.results[0].ansible_job_id %>" }, register: now }
- { name: say, debug: { msg: "<%= now.started %> <%= now.finished %>" } }
- name: wait
  async_status: { jid: "<%= item.ansible_job_id %>" }
  loop: jobs.results
  loop_control: { label: "<%= item.item %>" }
  register: done
  until: done.finished
  retries: 50
  delay: 0.1
- { name: say, debug: { msg: "<%= done.results.map((one) => one.stdout).join() %>" } }
- { name: tidy, async_status: { jid: "<%= item.ansible_job_id %>", mode: cleanup }, loop: jobs.results }
- { name: gone, async_status: { jid: "<%= jobs.results[0].ansible_job_id %>" }, ignore_errors: true }`);
      expect(told).to.deep.equal([
        "start changed",
        "first ok",
        "say ok: true false",
        "wait changed",
        "say ok: one,two",
        "tidy changed",
        "gone ignored",
      ]);
      expect(left()).to.deep.equal([]);
    });

    it("in a dry run is predicted as without; what nobody waits for has no id yet", async () => {
      const told = await ask(
        `
- { name: job, command: "true", async: 30, poll: 1 }
- { name: start, command: "true", async: 30, poll: 0, register: job }
- { name: wait, async_status: { jid: "<%= job.ansible_job_id %>" }, register: job, until: job.finished }`,
        { mode: "plan" },
      );
      expect(told).to.deep.equal(["job changed", "start changed", "wait unknown"]);
      expect(left()).to.deep.equal([]);
    });

    it("is refused in a dry run as well for what is no command, when nobody waits for it", async () => {
      const text = `- { name: not, copy: { dest: ${file}, content: y }, async: 30, poll: 0 }`;
      expect(await ask(text, { mode: "plan" })).to.deep.equal(["not failed"]);
    });

    it("takes other modules when it waits, and refuses what is no command when it does not", async () => {
      const told = await ask(`
- { name: copy, copy: { dest: ${file}, content: x }, async: 30, poll: 1 }
- { name: not, copy: { dest: ${file}, content: y }, async: 30, poll: 0, ignore_errors: true }
- { name: away, file: { path: ${file}, state: absent } }`);
      expect(told).to.deep.equal(["copy changed", "not ignored", "away changed"]);
    });
  });
}
