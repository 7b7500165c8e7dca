import { expect } from "chai";
import { connect } from "../../../src/transport/index.js";
import { LOCAL } from "../engine/support.js";
import { play, type Ran, tasks } from "./support.js";

const HOSTS = ["a", "b", "c", "d", "e"];
const fails = (on: string, name = "work"): string =>
  `- name: ${name}\n  command: "<%= '${on}'.includes(inventory_hostname) ? 'false' : 'true' %>"`;

/** The hosts of each play's tranches, as their tasks saw them. */
const batches = (ran: Ran): readonly string[] => [
  ...new Set(Object.values(ran.told).flatMap((told) => told.filter((one) => one.startsWith("batch")))),
];

const batch = "- name: batch\n  debug: {msg: \"<%= ansible_play_batch.join('') %>\"}";

describe("serial", () => {
  for (const [serial, expected] of [
    ["2", ["ab", "cd", "e"]],
    ['"40%"', ["ab", "cd", "e"]],
    ["[1, 2]", ["a", "bc", "de"]],
    ['[1, "100%"]', ["a", "bcde"]],
    ['"1%"', ["a", "b", "c", "d", "e"]],
    ["0", ["abcde"]],
  ] as const)
    it(`${serial} takes ${expected.join(", ")}`, async () => {
      const ran = await play(tasks(batch, `  serial: ${serial}\n`), { hosts: HOSTS });
      expect(batches(ran)).to.deep.equal(expected.map((hosts) => `batch ok: ${hosts}`));
    });

  it("goes on with the next hosts when some have failed, and ends when all of them have", async () => {
    const ran = await play(tasks(fails("acd"), "  serial: 2\n"), { hosts: HOSTS });
    expect(ran.told).to.deep.equal({ a: ["work failed"], b: ["work changed"], c: ["work failed"], d: ["work failed"] });
  });

  it("runs in the order that is asked for", async () => {
    const ran = await play(tasks(batch, "  serial: 5\n  order: reverse_inventory\n"), { hosts: HOSTS });
    expect(batches(ran)).to.deep.equal(["batch ok: edcba"]);
  });
});

describe("limits on failures", () => {
  it("max_fail_percentage ends the play when more have failed", async () => {
    const both = `${fails("ab")}\n- name: next\n  command: "true"`;
    const under = await play(tasks(both, "  max_fail_percentage: 40\n"), { hosts: HOSTS });
    expect(under.told["c"]).to.deep.equal(["work changed", "next changed"]);
    const over = await play(tasks(both, "  max_fail_percentage: 39\n"), { hosts: HOSTS });
    expect(over.told["c"]).to.deep.equal(["work changed"]);
  });

  it("any_errors_fatal does what a block always does on all hosts that are in it", async () => {
    const text = [
      "- block:",
      "    - name: work",
      `      command: "<%= inventory_hostname === 'a' ? 'false' : 'sleep 0.3' %>"`,
      "  always:",
      "    - {name: last, debug: {msg: last}}",
    ].join("\n");
    const ran = await play(tasks(text, "  any_errors_fatal: true\n"), { hosts: ["a", "b"] });
    expect(ran.told).to.deep.equal({ a: ["work failed", "last ok: last"], b: ["work changed", "last ok: last"] });
    expect(ran.failed).to.equal(true);
  });

  it("any_errors_fatal lets no host go past the task, and no play follow", async () => {
    const text = tasks(`${fails("c")}\n- name: next\n  command: "true"`, "  any_errors_fatal: true\n");
    const ran = await play(`${text}${tasks("- name: later\n  debug: {msg: no}")}`, { hosts: HOSTS });
    expect(Object.values(ran.told).flat().sort()).to.deep.equal([
      "work changed",
      "work changed",
      "work changed",
      "work changed",
      "work failed",
    ]);
  });

  it("strategy: linear keeps hosts together", async () => {
    const ran = await play(tasks(`${fails("")}\n- name: next\n  command: "true"`, "  strategy: linear\n"), {
      hosts: HOSTS,
    });
    const order = ran.events.flatMap((event) => (event.type === "taskSettled" ? [event.task.name] : []));
    expect(order).to.deep.equal([...HOSTS.map(() => "work"), ...HOSTS.map(() => "next")]);
  });
});

describe("run_once", () => {
  const once = '- name: once\n  command: "echo <%= inventory_hostname %>"\n  register: r\n  run_once: true';
  const see = '- name: see\n  debug: {msg: "<%= r.stdout %>"}';

  for (const speculate of [true, false])
    it(`runs on one host for all, ${speculate ? "with" : "without"} speculation`, async () => {
      const ran = await play(tasks(`${once}\n${see}`), { hosts: ["a", "b", "c"], run: { speculate } });
      expect(ran.told).to.deep.equal({
        a: ["once changed", "see ok: a"],
        b: ["see ok: a"],
        c: ["see ok: a"],
      });
    });

  it("once in each tranche", async () => {
    const ran = await play(tasks(`${once}\n${see}`, "  serial: 1\n"), { hosts: ["a", "b"] });
    expect(ran.told["b"]).to.deep.equal(["once changed", "see ok: b"]);
  });

  it("passes to the next host when the first has failed before", async () => {
    const ran = await play(tasks(`${fails("a")}\n${once}\n${see}`), { hosts: ["a", "b", "c"] });
    expect(ran.told["b"]).to.deep.equal(["work changed", "once changed", "see ok: b"]);
    expect(ran.told["c"]).to.deep.equal(["work changed", "see ok: b"]);
  });

  it("fails for all", async () => {
    const ran = await play(
      tasks('- name: once\n  command: "false"\n  run_once: true\n- name: next\n  debug: {msg: no}'),
    );
    expect(ran.told).to.deep.equal({ a: ["once failed"] });
    expect(ran.failed).to.equal(true);
  });
});

describe("throttle", () => {
  /** Commands of several hosts at the same time, as the direct connection of other tests has none. */
  const run = { connect: () => connect(LOCAL) };
  const log =
    "- {name: log, command: cat $DIR/log, register: log}\n- name: see\n  debug: {msg: \"<%= log.stdout_lines.join(' ') %>\"}";
  const slow = (indent: string, throttle: string): string =>
    ["- name: slow", "  shell: echo in >>$DIR/log; sleep 0.2; echo out >>$DIR/log", `  ${throttle}`].join(
      `\n${indent}`,
    );
  const told = async (text: string, more = ""): Promise<string | undefined> => {
    const ran = await play(tasks(`${text}\n${log}`, `  strategy: linear\n${more}`), { hosts: ["a", "b", "c"], run });
    return ran.told["c"]?.at(-1);
  };
  const flush = "- {name: one, command: 'true', notify: slow}\n- {name: flush, meta: flush_handlers}";
  const handler = (throttle: string): string => `  handlers:\n    ${slow("    ", throttle)}\n`;

  it("lets few hosts into the task at a time", async () => {
    expect(await told(slow("", "throttle: 1"))).to.equal("see ok: in out in out in out");
    expect(await told(slow("", "throttle: 0"))).to.match(/: in in/);
  });

  it("holds for handlers, too", async () => {
    expect(await told(flush, handler("throttle: 1"))).to.equal("see ok: in out in out in out");
    expect(await told(flush, handler("throttle: 0"))).to.match(/: in in/);
  });
});

describe("tasks that somebody confirms", () => {
  it("are asked about once for all hosts, in order; others are as if they were not there", async () => {
    const asked: string[] = [];
    const confirm = (task: { readonly name: string }): Promise<boolean> => {
      asked.push(task.name);
      return Promise.resolve(task.name !== "two");
    };
    const { told } = await play(
      tasks(`
- { name: one, debug: { msg: x } }
- { name: two, debug: { msg: x }, register: r }
- { name: three, debug: { msg: "<%= defined('r') %>" } }`),
      { run: { confirm, speculate: false } },
    );
    expect(asked).to.deep.equal(["one", "two", "three"]);
    expect(told).to.deep.equal({ a: ["one ok: x", "three ok: false"], b: ["one ok: x", "three ok: false"] });
  });
});
