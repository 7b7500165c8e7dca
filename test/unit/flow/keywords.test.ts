import { expect } from "chai";
import { play, tasks } from "./support.js";

const errorOf = async (text: string, files: Readonly<Record<string, string>> = {}): Promise<string> => {
  try {
    await play(text, { hosts: ["a"], files });
  } catch (error) {
    return (error as Error).message.replace(/\S*\/p\.yml/g, "p.yml");
  }
  return "";
};

for (const speculate of [true, false]) {
  const ask = async (text: string, more = "", given = {}) =>
    (await play(tasks(text, more), { hosts: ["a"], run: { speculate }, ...given })).told["a"];

  describe(`module_defaults${speculate ? "" : ", one task at a time"}`, () => {
    it("fill in what a task does not give", async () => {
      const told = await ask(
        `
- { name: play, debug: }
- { name: own, debug: { msg: own } }
- block:
    - { name: block, debug: }
    - { name: task, debug: , module_defaults: { debug: { msg: "task" } } }
  module_defaults: { ansible.builtin.debug: { msg: "block <%= inventory_hostname %>" } }`,
        "  module_defaults: { debug: { msg: play } }\n",
      );
      expect(told).to.deep.equal(["play ok: play", "own ok: own", "block ok: block a", "task ok: task"]);
    });

    it("as in Ansible, of several entries for a module the innermost alone counts; one may be a template", async () => {
      const told = await ask(
        `
- block:
    - { name: gone, debug: }
    - { name: said, debug: { var: said } }
  module_defaults: { debug: {} }
- { name: list, debug: , module_defaults: [{ debug: { msg: first } }, { debug: { msg: second } }] }
- { name: open, debug: , module_defaults: { debug: "<%= said %>" } }
- { name: weaker, debug: { msg: own }, module_defaults: { debug: "<%= said %>" } }`,
        "  module_defaults: { debug: { msg: play } }\n  vars: { said: { msg: open } }\n",
      );
      expect(told).to.deep.equal([
        "gone ok: Hello world!",
        'said ok: said: {\n  "msg": "open"\n}',
        "list ok: second",
        "open ok: open",
        "weaker ok: own",
      ]);
    });

    it("hold below a role's entry and apply", async () => {
      const told = await ask(
        "- include_tasks: { file: t.yml, apply: { module_defaults: { debug: { msg: applied } } } }",
        "  roles: [{ role: r, module_defaults: { debug: { msg: role } } }]\n",
        { files: { "t.yml": "- { name: file, debug: }", "roles/r/tasks/main.yml": "- { name: role, debug: }" } },
      );
      expect(told?.filter((line) => line.includes("ok: "))).to.deep.equal(["role ok: role", "file ok: applied"]);
    });

    it("reach into roles and included files", async () => {
      const told = await ask(
        "- include_tasks: t.yml\n- include_role: { name: r }",
        "  module_defaults: { debug: { msg: play } }\n",
        {
          files: { "t.yml": "- { name: file, debug: }", "roles/r/tasks/main.yml": "- { name: role, debug: }" },
        },
      );
      expect(told?.filter((line) => line.includes("ok: "))).to.deep.equal(["file ok: play", "role ok: play"]);
    });
  });

  describe(`action and local_action${speculate ? "" : ", one task at a time"}`, () => {
    it("say what the module's own key says", async () => {
      const told = await ask(`
- { name: text, action: "debug msg='a b'" }
- { name: map, action: { module: debug, msg: "<%= inventory_hostname %>" } }
- { name: local, local_action: "command echo <%= inventory_hostname %>", register: said }
- { name: said, debug: { msg: "<%= said.stdout %>" } }
- { name: also, local_action: { module: ansible.builtin.command, cmd: echo two }, register: said }
- { name: said, debug: { msg: "<%= said.stdout %>" } }
- { name: both, action: { module: "debug msg=words", args: { verbosity: 0 } } }
- { name: args, debug: , args: "<%= { msg: 'of args' } %>" }`);
      expect(told).to.deep.equal([
        "text ok: a b",
        "map ok: a",
        "local changed",
        "said ok: a",
        "also changed",
        "said ok: two",
        "both ok: words",
        "args ok: of args",
      ]);
    });
  });

  describe(`loops${speculate ? "" : ", one task at a time"}`, () => {
    it("go over the lines of a command and the hosts of a pattern", async () => {
      const told = await ask(
        `
- { name: lines, debug: { msg: "<%= item %>" }, with_lines: ["printf 'a b\\\\n\\\\nc'", "echo <%= inventory_hostname %>"] }
- { name: hosts, debug: { msg: "<%= item %>" }, with_inventory_hostnames: ["all", "!b"] }`,
        "",
        { hosts: ["a", "b"] },
      );
      expect(told).to.deep.equal(["lines ok: a b, , c, a", "hosts ok: a"]);
    });
  });
}

describe("keywords", () => {
  it("of Ansible's that are not there say what to write", async () => {
    expect(await errorOf(tasks("- { command: uptime, connection: local }"))).to.equal(
      'p.yml:4:26 a task cannot have "connection" here; set it for the play; for one task on the controller write delegate_to: localhost',
    );
    expect(await errorOf(tasks("- { command: uptime, debugger: always }"))).to.match(/^p\.yml:4:\d+ .*`--step`/);
  });

  it("tell what is wrong with action and apply", async () => {
    const wrong = await errorOf(
      tasks(`
- { action: "debgu msg=a" }
- { action: "<%= which %> msg=a" }
- { action: ping, local_action: ping }
- { local_action: ping, delegate_to: b }
- { action: { msg: a } }
- { include_tasks: { file: t.yml, apply: { loop: [a], tag: x } } }`),
      { "t.yml": "[]" },
    );
    expect(wrong.split("\n").filter((line) => line.startsWith("p.yml"))).to.deep.equal([
      'p.yml:5:18 there is no module "debgu"; did you mean "debug"?',
      "p.yml:6:18 the module of action must be known beforehand; write a task for each, with when:",
      "p.yml:7:23 a task has either action or local_action; remove one",
      "p.yml:8:29 local_action says already where it runs; write action, or remove delegate_to",
      "p.yml:9:17 action must name a module; for example `action: command uptime`",
      'p.yml:10:48 apply has no key "loop"; write it at a task or block',
      'p.yml:10:59 apply has no key "tag"; did you mean "tags"?',
    ]);
  });

  it("refuse what is wrong in module_defaults, at its place", async () => {
    const wrong = await errorOf(
      tasks("- debug:", "  module_defaults: { coppy: { src: a }, copy: { sorce: a }, group/aws: {} }\n"),
    );
    expect(wrong.split("\n").filter((line) => line.startsWith("p.yml"))).to.deep.equal([
      'p.yml:3:22 there is no module "coppy"; did you mean "copy"?',
      'p.yml:3:49 copy has no parameter "sorce"; did you mean "force"?',
      "p.yml:3:61 module_defaults of groups of modules are not supported; write an entry for each module",
    ]);
  });
});

describe("magic names", () => {
  it("tell about the play's roles", async () => {
    const { told } = await play(
      "- hosts: all\n  gather_facts: false\n  roles: [r]\n  tasks:\n    - { name: say, debug: { msg: \"<%= [ansible_play_role_names, role_names, ansible_dependent_role_names, ansible_role_names].map((one) => one.join('+')).join(' ') %>\" } }\n",
      {
        hosts: ["a"],
        files: { "roles/r/meta/main.yml": "dependencies: [d]", "roles/d/tasks/main.yml": "- debug:" },
      },
    );
    expect(told["a"]?.at(-1)).to.equal("say ok: r r d d+r");
  });
});

describe("check_mode: false", () => {
  it("with notify leaves no mark of a handler on the host of a dry run", async () => {
    const { events } = await play(
      tasks(`
- { name: looks, command: "true", check_mode: false, notify: seen }`) + "  handlers:\n    - { name: seen, debug: }\n",
      { hosts: ["a"], run: { mode: "plan" } },
    );
    const sent = events.flatMap((event) => (event.type === "batchSent" ? event.steps : []));
    expect(sent).to.deep.equal([1]);
  });
});
