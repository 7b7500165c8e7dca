import { expect } from "chai";
import { play, tasks } from "./support.js";

/** What the tasks called say said, by host. */
const said = (told: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(told).map(([host, lines]) => [
      host,
      lines.flatMap((line) => /^say ok: (.*)$/.exec(line)?.[1] ?? []),
    ]),
  );

for (const speculate of [true, false]) {
  describe(`an inventory that grows${speculate ? "" : ", one task at a time"}`, () => {
    it("has hosts that add_host names, with groups and variables, for the plays behind it", async () => {
      const ran = await play(
        `${tasks(`
- { name: new, add_host: { name: "c:22", groups: [web, "new"], color: "<%= inventory_hostname %>" }, register: added }
- { name: say, debug: { msg: "<%= added.changed %> <%= groups.web.join() %> <%= hostvars.c.color %>" } }
- { name: again, add_host: { hostname: c, groups: "web,new", color: a } }`)}
- hosts: new
  gather_facts: false
  tasks: [{ name: say, debug: { msg: "<%= color %> <%= group_names.join() %> <%= ansible_play_hosts.join() %> <%= ansible_port %>" } }]
`,
        { run: { speculate } },
      );
      expect(said(ran.told)).to.deep.equal({
        a: ["true c a"],
        b: ["true c a"],
        c: ["a new,web c 22"],
      });
      expect(ran.told["a"]?.filter((line) => /^(new|again)/.test(line))).to.deep.equal(["new changed", "again ok"]);
      expect(Object.keys(ran.recap)).to.deep.equal(["a", "b", "c"]);
    });

    it("has groups that group_by makes of all hosts, with their variables, for the tasks behind it", async () => {
      const { told } = await play(
        `${tasks(`
- { name: slow, command: sleep 0.2, when: inventory_hostname === "c" }
- { name: by, group_by: { key: "in <%= inventory_hostname === 'b' ? 'one' : 'two' %>", parents: both } }
- { name: say, debug: { msg: "<%= group_names.join() %> <%= (groups['in-two'] ?? []).join() %> <%= groups.both.join() %> <%= color %>" } }`)}
- hosts: in-two
  gather_facts: false
  tasks: [{ name: say, debug: { msg: "<%= play_hosts.join() %>" } }]
`,
        {
          hosts: ["a", "b", "c"],
          run: { speculate },
          files: { "group_vars/in-one.yml": "color: one\n", "group_vars/both.yml": "color: both\n" },
        },
      );
      expect(said(told)).to.deep.equal({
        a: ["both,in-two a,c a,c,b both", "a,c"],
        b: ["both,in-one a,c a,c,b one"],
        c: ["both,in-two a,c a,c,b both", "a,c"],
      });
    });

    it("is not known behind an add_host of which a dry run does not know the host; the rest is", async () => {
      const { events } = await play(
        tasks(`
- { command: echo c, register: made }
- { name: new, add_host: { name: "<%= made.stdout %>" } }
- { name: groups, debug: { msg: "<%= groups.all.join() %>" } }
- { name: own, debug: { msg: "<%= inventory_hostname %> <%= x %>" }, vars: { x: 1 } }`),
        { hosts: ["a"], run: { speculate, mode: "plan" } },
      );
      const settled = events.flatMap((event) => (event.type === "taskSettled" ? [event.status] : []));
      expect(settled).to.deep.equal(["changed", "unknown", "unknown", "ok"]);
    });
  });

  describe(`meta${speculate ? "" : ", one task at a time"}`, () => {
    it("end_play ends it for all hosts and all that serial would take, without a failure", async () => {
      const ran = await play(
        `${tasks(
          `
- { name: say, debug: { msg: one } }
- { meta: end_play, when: inventory_hostname === "a" }
- { name: say, debug: { msg: two } }`,
          "  serial: 2\n",
        )}${tasks("- { name: say, debug: { msg: three } }")}`,
        { hosts: ["a", "b", "c"], run: { speculate } },
      );
      expect(said(ran.told)).to.deep.equal({ a: ["one", "three"], b: ["one", "three"], c: ["three"] });
      expect(ran.failed).to.equal(false);
    });

    it("end_batch ends it for those that serial has taken; its when is asked of the first of them", async () => {
      const { told } = await play(
        tasks(
          `
- { meta: end_batch, when: inventory_hostname !== "c" }
- { name: say, debug: { msg: two } }`,
          "  serial: 2\n",
        ),
        { hosts: ["a", "b", "c"], run: { speculate } },
      );
      expect(said(told)).to.deep.equal({ c: ["two"] });
    });

    it("clear_host_errors lets hosts that have failed take part in later plays", async () => {
      const ran = await play(
        `${tasks(`
- { name: no, command: sh -c "sleep 0.1; false", when: inventory_hostname === "b" }
- meta: clear_host_errors
- { name: say, debug: { msg: one } }`)}${tasks("- { name: say, debug: { msg: two } }")}`,
        { run: { speculate } },
      );
      expect(said(ran.told)).to.deep.equal({ a: ["one", "two"], b: ["two"] });
      expect(ran.failed).to.equal(false);
    });
  });
}
