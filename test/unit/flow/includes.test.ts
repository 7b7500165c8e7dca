import { expect } from "chai";
import { play, tasks } from "./support.js";

const include = (rest: string): string => `- name: inc\n  ${rest.replaceAll("\n", "\n  ")}`;
const see = (name: string, text: string): string => `- name: ${name}\n  debug: {msg: "${text}"}`;

for (const speculate of [true, false]) {
  const run = { speculate };
  describe(`includes ${speculate ? "with" : "without"} speculation`, () => {
    it("expand for each item, with its variables, in order and nested", async () => {
      const files = {
        "in-x.yml": `${see("x", "<%= item %>")}\n- name: deeper\n  include_tasks: in-y.yml\n`,
        "in-y.yml": see("y", "<%= item %> <%= extra ?? 1 %>"),
      };
      const text = `${include('include_tasks: in-<%= item %>.yml\nloop: ["x", "y"]\nvars: {extra: 2}')}\n${see("end", "end")}`;
      const ran = await play(tasks(text), { hosts: ["a"], files, run });
      expect(ran.told["a"]).to.deep.equal(["inc ok", "x ok: x", "deeper ok", "y ok: x 2", "y ok: y 2", "end ok: end"]);
    });

    it("see what their loop says of itself", async () => {
      const seen = "<%= ansible_loop.index %>/<%= ansible_loop.length %> <%= ansible_loop_var %> <%= item %>";
      const text = include("include_tasks: in.yml\nloop: ['x', 'y']\nloop_control: {extended: true}");
      const ran = await play(tasks(text), { hosts: ["a"], files: { "in.yml": see("in", seen) }, run });
      expect(ran.told["a"]).to.deep.equal(["inc ok", "in ok: 1/2 item x", "in ok: 2/2 item y"]);
    });

    it("set variables for what follows, also names that nobody knew before", async () => {
      const files = { "set-1.yml": "- command: echo hello\n  register: said\n- set_fact: {fact: 5}" };
      const text = `${include("include_tasks: set-<%= 1 %>.yml")}\n${see("see", "<%= said.stdout %> <%= fact %>")}`;
      const ran = await play(tasks(text), { hosts: ["a"], files, run });
      expect(ran.told["a"]?.at(-1)).to.equal("see ok: hello 5");
    });

    it("are left out by their condition, whose tasks it does not concern", async () => {
      const files = { "set.yml": "- set_fact: {flag: true}\n- name: still\n  debug: {msg: runs}" };
      const text = include("include_tasks: set.yml\nwhen: \"!defined('flag')\"");
      const ran = await play(tasks(`${text}\n${text}`), { hosts: ["a"], files, run });
      expect(ran.told["a"]).to.deep.equal(["inc ok", "set_fact ok", "still ok: runs", "inc skipped"]);
    });

    it("may be chosen by the result of a command", async () => {
      const files = { "one.yml": see("one", "1"), "two.yml": see("two", "2") };
      const text = `- command: echo two\n  register: r\n${include('include_tasks: "<%= r.stdout %>.yml"')}`;
      const ran = await play(tasks(text), { hosts: ["a"], files, run });
      expect(ran.told["a"]?.slice(1)).to.deep.equal(["inc ok", "two ok: 2"]);
    });

    it("that cannot be found fail their host, at their place, and can be rescued", async () => {
      const text =
        '- block:\n    - include_tasks: no-<%= 1 %>.yml\n  rescue:\n    - debug: {msg: "<%= ansible_failed_result.msg %>"}';
      const ran = await play(tasks(text), { hosts: ["a"], run });
      expect(ran.told["a"]?.at(-1)).to.equal('debug ok: there is no file "no-1.yml" with tasks');
    });

    it("of roles run them with their inputs, handlers and the variables of the role around", async () => {
      const files = {
        "roles/outer/tasks/main.yml": "- include_role: {name: inner}\n  vars: {mine: 3}",
        "roles/outer/vars/main.yml": "theirs: 4",
        "roles/inner/tasks/main.yml": `${see("in", "<%= mine %> <%= theirs %> <%= own %> <%= role_name %>")}\n  changed_when: true\n  notify: h`,
        "roles/inner/defaults/main.yml": "own: 5",
        "roles/inner/handlers/main.yml": see("h", "handled <%= own %>"),
      };
      const ran = await play(
        tasks(`- include_role: {name: "<%= 'outer' %>"}\n${see("private", "<%= defined('own') %>")}`),
        {
          hosts: ["a"],
          files,
          run,
        },
      );
      expect(ran.told["a"]).to.deep.equal([
        "include_role ok",
        "include_role ok",
        "in changed: 3 4 5 inner",
        "private ok: false",
        "h ok: handled 5",
      ]);
    });
  });
}

describe("includes", () => {
  it("of roles run what these depend on, and look at it beforehand without a trace", async () => {
    const files = {
      "roles/top/meta/main.yml": "dependencies: [base]",
      "roles/top/tasks/main.yml": see("top", "top"),
      "roles/base/tasks/main.yml": see("base", "base"),
      "roles/base/defaults/main.yml": "own: 5",
    };
    const text = `${see("before", "<%= defined('own') %>")}\n- include_role: {name: top}\n${see("after", "<%= defined('own') %>")}`;
    const ran = await play(tasks(text), { hosts: ["a"], files });
    expect(ran.told["a"]).to.deep.equal([
      "before ok: false",
      "include_role ok",
      "base ok: base",
      "top ok: top",
      "after ok: false",
    ]);
  });

  it("cost no round trip when what they hang on is known", async () => {
    const files = {
      "more.yml": Array.from({ length: 20 }, (_, i) => `- file: {path: $DIR/f${i}, state: absent}`).join("\n"),
    };
    const text = `- file: {path: $DIR/f, state: absent}\n- include_tasks: more.yml\n- file: {path: $DIR/g, state: absent}`;
    expect((await play(tasks(text), { hosts: ["a"], files })).trips).to.be.at.most(2);
  });

  it("whose file is known beforehand are looked through before anything runs", async () => {
    const files = { "bad.yml": "- debgu: {msg: x}" };
    const error = await play(tasks("- include_tasks: bad.yml"), { files }).then(() => "none", String);
    expect(error).to.match(/bad.yml:1:3 there is no module "debgu"; did you mean "debug"\?/);
  });

  it("that a dry run cannot decide on are unknown, and what follows assumes that they change nothing", async () => {
    const files = { "more.yml": "- command: ls" };
    const text =
      "- command: echo yes\n  register: r\n- name: inc\n  include_tasks: more.yml\n  when: r.stdout === 'yes'\n- name: f\n  file: {path: $DIR/f, state: absent}";
    const ran = await play(tasks(text), { hosts: ["a"], files, run: { mode: "plan" } });
    expect(ran.told["a"]).to.deep.equal(["command changed", "inc unknown", "f ok"]);
    const last = ran.events.filter((event) => event.type === "taskSettled").at(-1);
    expect(last?.assuming).to.include("inc");
  });
});

describe("import_playbook", () => {
  it("brings the plays of another playbook, with variables and conditions for all their tasks", async () => {
    const files = { "other.yml": tasks(see("other", "<%= v %>")) };
    const text =
      "- import_playbook: other.yml\n  vars: {v: 1}\n- import_playbook: other.yml\n  vars: {v: 2}\n  when: false\n";
    const ran = await play(text, { hosts: ["a"], files });
    expect(ran.told["a"]).to.deep.equal(["other ok: 1", "other skipped"]);
  });

  it("refuses a circle", async () => {
    const error = await play("- import_playbook: p.yml").then(() => "none", String);
    expect(error).to.contain("playbooks import each other");
  });
});

for (const speculate of [true, false]) {
  describe(`a public role${speculate ? "" : ", one task at a time"}`, () => {
    const files = {
      "roles/r/tasks/main.yml": "- { name: inside, debug: { msg: '<%= d %> <%= v %>' } }",
      "roles/r/defaults/main.yml": "d: default\nw: default\n",
      "roles/r/vars/main.yml": "v: <%= inventory_hostname %>\nw: role\n",
    };
    const last = ({ told }: Awaited<ReturnType<typeof play>>, host: string) => told[host]?.at(-1);

    it("shows its variables to the tasks behind it, on the hosts that included it", async () => {
      const ran = await play(
        tasks(`
- { name: before, debug: { msg: "<%= defined('v') %>" } }
- { include_role: { name: r, public: true }, when: inventory_hostname === "a" }
- { name: behind, debug: { msg: "<%= defined('v') ? [d, v, w].join() : 'none' %>" } }`),
        { files, run: { speculate } },
      );
      expect(ran.told["a"]?.[0]).to.equal("before ok: false");
      expect(last(ran, "a")).to.equal("behind ok: default,a,role");
      expect(last(ran, "b")).to.equal("behind ok: none");
    });

    it("stays below play variables with its defaults, and above them with its variables", async () => {
      const ran = await play(
        tasks(
          `
- { include_role: { name: r, public: "<%= true %>" } }
- { name: behind, debug: { msg: "<%= [d, v].join() %>" } }`,
          "  vars: { d: play, v: play }\n",
        ),
        { files, run: { speculate } },
      );
      expect(last(ran, "a")).to.equal("behind ok: play,a");
    });

    it("keeps them to itself when it is not", async () => {
      const ran = await play(
        tasks(`- { include_role: { name: r } }\n- { name: behind, debug: { msg: "<%= defined('v') %>" } }`),
        { files, run: { speculate } },
      );
      expect(last(ran, "a")).to.equal("behind ok: false");
    });
  });
}

describe("what would change nothing", () => {
  const refused = (text: string) => play(tasks(text), { hosts: ["a"] }).catch(String);

  it("on an include is refused", async () => {
    const text = "- name: more\n  include_tasks: t.yml\n  become: true";
    expect(await refused(text)).to.contain("p.yml:6:7 become on include_tasks does not reach the tasks of the file");
  });

  it("as a tag is refused: a template", async () => {
    const text = "- name: one\n  debug: {msg: no}\n  tags: [x, '<%= y %>']";
    expect(await refused(text)).to.contain("p.yml:6:13 a tag cannot be a template");
  });
});
