import { expect } from "chai";
import { FettleError } from "../../../src/contract/error.js";
import { direct } from "../../support/direct.js";
import { play, tasks } from "./support.js";

/** Logins to b fail so many times. */
function flaky(times: number) {
  let left = times;
  return (host: string) =>
    host === "b" && left-- > 0
      ? Promise.reject(new FettleError({ kind: "unreachable", cause: "b does not answer" }))
      : Promise.resolve(direct());
}

const nothing = { bytes: Buffer.alloc(0), totalBytes: 0, truncated: false };

/** The link breaks while this command runs. */
function losing(command: string) {
  return () => {
    const connection = direct();
    const run: typeof connection.run = async (lane, script, options) => {
      if (!JSON.stringify(script).includes(command.split(" ").join('","')))
        return connection.run(lane, script, options);
      const lost = { outcome: { kind: "lost" as const }, stdout: nothing, stderr: nothing };
      const results = script.map(({ items }) => items.map(({ steps }) => steps.map(() => lost)));
      return { results, lost: new FettleError({ kind: "unreachable", cause: "the link broke" }) };
    };
    return Promise.resolve({ ...connection, run });
  };
}

for (const speculate of [true, false]) {
  describe(`ignore_unreachable${speculate ? "" : ", one task at a time"}`, () => {
    it("lets the host go on, counts as in Ansible, and shows in the register", async () => {
      const ran = await play(
        tasks(`
- { name: first, command: echo one, ignore_unreachable: true, register: said }
- { name: say, debug: { msg: "<%= said.unreachable === true %>" } }
- { name: next, command: echo two }`),
        { run: { speculate, connect: flaky(1) } },
      );
      expect(ran.told["b"]).to.deep.equal(["first unreachable", "say ok: true", "next changed"]);
      expect(ran.told["a"]).to.deep.equal(["first changed", "say ok: false", "next changed"]);
      expect(ran.recap["b"]).to.include({ ok: 3, changed: 1, unreachable: 0, ignored: 1, skipped: 0, failed: 0 });
      expect(ran.failed).to.equal(false);
    });

    it("concerns its task alone", async () => {
      const ran = await play(
        tasks(`
- { name: first, command: echo one, ignore_unreachable: true }
- { name: next, command: echo two }
- { name: never, command: echo three }`),
        { run: { speculate, connect: flaky(9) } },
      );
      expect(ran.told["b"]?.[0]).to.equal("first unreachable");
      expect(ran.told["b"]).to.not.include("never changed");
      expect(ran.recap["b"]).to.include({ unreachable: 1, ignored: 1 });
    });

    it("shows in the results of a loop, too", async () => {
      const ran = await play(
        tasks(`
- { name: first, command: echo one, loop: [1, 2], ignore_unreachable: true, register: said }
- { name: say, debug: { msg: "<%= said.unreachable %> <%= said.results.map((one) => one.unreachable === true) %>" } }`),
        { run: { speculate, connect: flaky(1) } },
      );
      expect(ran.told["b"]?.at(-1)).to.equal("say ok: true [true,true]");
    });

    it("holds when the link is lost while the task runs; what ran before has run", async () => {
      const ran = await play(
        tasks(`
- { name: before, command: echo one, register: before }
- { name: lost, command: echo lost, ignore_unreachable: true, register: said }
- { name: say, debug: { msg: "<%= before.stdout %> <%= said.unreachable %> <%= said.failed %>" } }
- { name: next, command: echo two }`),
        { hosts: ["a"], run: { speculate, connect: losing("echo lost") } },
      );
      expect(ran.told["a"]).to.deep.equal([
        "before changed",
        "lost unreachable",
        "say ok: one true false",
        "next changed",
      ]);
      expect(ran.recap["a"]).to.include({ ok: 4, changed: 2, unreachable: 0, ignored: 1, failed: 0 });
    });

    it("holds for a delegated task whose target does not answer", async () => {
      const ran = await play(
        tasks(`
- { name: there, command: echo one, delegate_to: b, ignore_unreachable: true }
- { name: here, command: echo two }`),
        { hosts: ["a", "b"], run: { speculate, connect: flaky(9) } },
      );
      expect(ran.told["a"]).to.deep.equal(["there unreachable", "here changed"]);
    });
  });

  describe(`delegate_facts${speculate ? "" : ", one task at a time"}`, () => {
    it("sets variables of the host that the task is delegated to", async () => {
      const { told } = await play(
        `${tasks(`
- { name: set, set_fact: { mine: "of <%= inventory_hostname %>" }, delegate_to: b, delegate_facts: true, register: r, when: inventory_hostname === "a" }
- { name: own, debug: { msg: "<%= defined('mine') %> <%= r.changed %>" }, when: inventory_hostname === "a" }`)}${tasks(
          `- { name: say, debug: { msg: "<%= hostvars.b.mine %> <%= defined('mine') %>" } }`,
        )}`,
        { run: { speculate } },
      );
      expect(told["a"]?.slice(-2)).to.deep.equal(["own ok: false false", "say ok: of a false"]);
      expect(told["b"]?.at(-1)).to.equal("say ok: of a true");
    });

    const slowly = `
- { name: before, debug: { msg: "<%= defined('mine') %>" }, when: inventory_hostname === "b" }
- { name: slow, command: sleep 0.2, when: inventory_hostname === "a" }
- { name: set, set_fact: { mine: one }, delegate_to: b, delegate_facts: true, when: inventory_hostname === "a" }
- { name: after, debug: { msg: "<%= mine %>" }, when: inventory_hostname === "b" }
- { name: other, debug: { msg: "<%= hostvars.b.mine %>" } }
- { name: own, set_fact: { mine: two }, when: inventory_hostname === "b" }
- { name: last, debug: { msg: "<%= mine %>" }, when: inventory_hostname === "b" }`;

    it("is seen by the tasks behind it, however far the other host has got; and later tasks of that one win", async () => {
      const { told } = await play(tasks(slowly), { run: { speculate } });
      const said = (host: string) => told[host]?.filter((line) => line.includes("ok: "));
      expect(said("b")).to.deep.equal(["before ok: false", "after ok: one", "other ok: one", "last ok: two"]);
      expect(said("a")).to.deep.equal(["other ok: one"]);
    });

    it("is told in a dry run, too", async () => {
      const { told } = await play(tasks(slowly), { run: { speculate, mode: "plan" } });
      expect(told["b"]?.filter((line) => line.startsWith("after"))).to.deep.equal(["after ok: one"]);
    });

    it("reaches hosts that are in no play, and plays behind this one", async () => {
      const text = "- { name: set, set_fact: { mine: one }, delegate_to: b, delegate_facts: true, run_once: true }";
      const later = "- hosts: b\n  gather_facts: false\n  tasks: [{ name: later, debug: { msg: <%= mine %> } }]\n";
      const { told } = await play(tasks(text).replace("hosts: all", "hosts: a") + later, { run: { speculate } });
      expect(told["b"]).to.deep.equal(["later ok: one"]);
    });
  });
}
