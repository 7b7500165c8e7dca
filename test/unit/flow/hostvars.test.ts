import { expect } from "chai";
import { factSources } from "../../../src/probes/facts/index.js";
import { play, tasks } from "./support.js";

/** What the last task of each host said. */
const lastOf = (told: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(told).map(([host, lines]) => [host, lines.at(-1)]));

for (const speculate of [true, false]) {
  describe(`variables of other hosts${speculate ? "" : ", one task at a time"}`, () => {
    it("are what tasks before have set there, however far the other is", async () => {
      const { told } = await play(
        tasks(`
- { name: slow, command: sleep 0.2, when: inventory_hostname === "b" }
- { name: one, command: "echo <%= inventory_hostname %>1", register: said, changed_when: false }
- { name: say, debug: { msg: "<%= hostvars.a.said.stdout %> <%= hostvars.b.said.stdout %>" } }
- { name: two, command: "echo <%= inventory_hostname %>2", register: said, changed_when: false }`),
        { run: { speculate } },
      );
      expect(told["a"]).to.include("say ok: a1 b1");
      expect(told["b"]).to.include("say ok: a1 b1");
    });

    it("are written out whole, and of an unknown host are not there", async () => {
      const { told } = await play(
        tasks(`
- { name: set, set_fact: { mine: "<%= inventory_hostname %>!" } }
- name: all
  debug: { msg: "<%= fromJson(toJson(hostvars)).b.mine %> <%= toNiceJson(hostvars).includes('a!') %>" }
- name: say
  debug: { msg: "<%= defaultTo(() => hostvars.nope.n, 'none') %> <%= Object.keys(hostvars.a).includes('hostvars') %>" }`),
        { run: { speculate } },
      );
      expect(told["a"]).to.include("all ok: b! true");
      expect(told["a"]).to.include("say ok: none false");
    });

    it("are what set_fact has set, also in an earlier play", async () => {
      const { told } = await play(
        `${tasks(`- set_fact: { mine: "<%= inventory_hostname %>!" }`)}${tasks(
          `- { name: say, debug: { msg: "<%= Object.keys(hostvars).map((one) => hostvars[one].mine).join(' ') %>" } }`,
        )}`,
        { run: { speculate } },
      );
      expect(lastOf(told)).to.deep.equal({ a: "say ok: a! b!", b: "say ok: a! b!" });
    });

    it("are not there when their task was skipped or the host has failed before", async () => {
      const { told } = await play(
        tasks(`
- { name: no, fail: { msg: no }, when: inventory_hostname === "b" }
- { name: set, set_fact: { mine: here } }
- { name: say, debug: { msg: "<%= hostvars.b.mine ?? 'none' %> <%= hostvars.a.mine %>" } }`),
        { run: { speculate } },
      );
      expect(lastOf(told)["a"]).to.equal("say ok: none here");
    });

    it("are waited for in delegated tasks, which go one after another", async () => {
      const { told } = await play(
        tasks(`
- { name: there, copy: { dest: "/tmp/fettle-hv-<%= inventory_hostname %>", content: x }, delegate_to: b, register: one }
- { name: again, copy: { dest: "/tmp/fettle-hv-<%= inventory_hostname %>", content: "<%= hostvars.a.one.dest %>" }, delegate_to: b }
- { name: away, file: { path: "/tmp/fettle-hv-<%= inventory_hostname %>", state: absent } }
- { name: say, debug: { msg: done } }`),
        { run: { speculate } },
      );
      expect(lastOf(told)).to.deep.equal({ a: "say ok: done", b: "say ok: done" });
    });

    it("have facts, which are read from the other host", async () => {
      const { told } = await play(
        tasks(
          `- { name: say, debug: { msg: "<%= hostvars.b.facts.os_family === facts.os_family %> <%= hostvars.b.ansible_facts.hostname === facts.hostname %>" } }`,
        ),
        { run: { speculate, factSources } },
      );
      expect(lastOf(told)).to.deep.equal({ a: "say ok: true true", b: "say ok: true true" });
    });
  });

  describe(`hosts of the play${speculate ? "" : ", one task at a time"}`, () => {
    it("are those that have not failed before the task", async () => {
      const { told } = await play(
        tasks(`
- { name: all, debug: { msg: "<%= ansible_play_hosts.join('') %>" } }
- { name: slow, command: sleep 0.2, when: inventory_hostname === "b" }
- { name: no, fail: { msg: no }, when: inventory_hostname === "b" }
- { name: left, debug: { msg: "<%= ansible_play_hosts.join('') %> <%= play_hosts.join('') %> <%= ansible_play_hosts_all.join('') %>" } }
- { name: stop, meta: end_host, when: inventory_hostname === "c" }
- { name: then, debug: { msg: "<%= ansible_play_batch.join('') %>" } }`),
        { hosts: ["a", "b", "c"], run: { speculate } },
      );
      expect(told["a"]).to.deep.equal([
        "all ok: abc",
        "slow skipped",
        "no skipped",
        "left ok: ac ac abc",
        "stop skipped",
        "then ok: a",
      ]);
    });
  });
}
