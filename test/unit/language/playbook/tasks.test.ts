import { expect } from "chai";
import { isSelected } from "../../../../src/language/playbook/tags.js";
import { said } from "../scopes.js";
import { argsOf, type Given, load, tasksOf } from "./loading.js";

const names = (text: string, given: Given = {}) => tasksOf(load(text, given)).map((task) => task.name.source);

describe("playbooks: tasks", () => {
  it("name modules shortly or in full, with parameters in all forms", () => {
    const text = `
- hosts: web
  tasks:
    - command: uptime -a x=1
    - ansible.builtin.command: creates=/x cmd="a b"
    - command: uptime
      args: {chdir: /x}
    - file: path=/etc/app state=directory mode=0755
    - file: path="<%= 1 + 1 %> x" owner='a b'
    - file:
      args: {path: /a}
    - shell: |
        echo a
        b=1 c
`;
    expect(argsOf(load(text))).to.deep.equal([
      { cmd: "uptime -a x=1" },
      { creates: "/x", cmd: "a b" },
      { cmd: "uptime", chdir: "/x" },
      { path: "/etc/app", state: "directory", mode: "0755" },
      { path: "2 x", owner: "a b" },
      { path: "/a" },
      { cmd: "echo a\nb=1 c\n" },
    ]);
  });

  it("inherit of plays, roles, blocks and imports", () => {
    const text = `
- hosts: web
  become: true
  tags: play
  environment: {A: "1"}
  tasks:
    - block:
        - import_tasks: more.yml
          tags: [imported]
          when: c
      when: b
      become_user: me
      ignore_errors: true
`;
    const [task] = tasksOf(
      load(text, { files: { "more.yml": "- command: x\n  when: d\n  tags: own\n  become: false" } }),
    );
    expect(task?.tags).to.deep.equal(["play", "imported", "own"]);
    expect(task?.when.map((one) => one.source)).to.deep.equal(["b", "c", "d"]);
    const scope = task?.scope("web1", said({}));
    expect(scope && task?.becomeUser?.evaluate(scope)).to.equal("me");
    expect(scope && task?.become?.evaluate(scope)).to.equal(false);
    expect(scope && task?.ignoreErrors?.evaluate(scope)).to.equal(true);
    expect(scope && task?.environment.map((one) => one.evaluate(scope))).to.deep.equal([{ A: "1" }]);
  });

  it("become: the play, then the task, then the inventory; the command line fills in", () => {
    const of = (text: string, given: Given = {}) => {
      const [task] = tasksOf(load(text, given));
      const scope = task?.scope("web1", said({}));
      return scope && [task?.become?.evaluate(scope), task?.becomeUser?.evaluate(scope)];
    };
    const plain = "- hosts: web\n  tasks: [{command: x}]";
    expect(of(plain)).to.deep.equal([false, "root"]);
    expect(of(plain, { become: { become: true, user: "me" } })).to.deep.equal([true, "me"]);
    expect(of("- hosts: web\n  become: false\n  tasks: [{command: x}]", { become: { become: true } })).to.deep.equal([
      false,
      "root",
    ]);
    const files = { "group_vars/web.yml": "ansible_become: yes\nansible_become_user: you" };
    expect(of("- hosts: web\n  become_user: me\n  tasks: [{command: x}]", { files })).to.deep.equal([true, "you"]);
  });

  it("of roles come after pre_tasks; dependencies first, and each once", () => {
    const say = (name: string) => `- name: ${name}\n  command: x`;
    const files = {
      "roles/a/tasks/main.yml": say("a"),
      "roles/a/meta/main.yml": "dependencies: [c]",
      "roles/b/tasks/main.yml": say("b"),
      "roles/b/meta/main.yml": "dependencies: [{role: c}]",
      "roles/c/tasks/main.yml": say("c"),
    };
    const text = `- hosts: web\n  tasks: [{name: t, command: x}]\n  pre_tasks: [{name: pre, command: x}]\n  roles: [a, b, c, {role: c, x: 1}]\n  post_tasks: [{name: post, command: x}]\n`;
    expect(names(text, { files })).to.deep.equal(["pre", "c", "a", "b", "c", "t", "post"]);
    const again = { ...files, "roles/c/meta/main.yml": "allow_duplicates: true" };
    expect(names(text, { files: again })).to.deep.equal(["pre", "c", "a", "c", "b", "c", "c", "t", "post"]);
  });

  it("of a role run once for the same parameters, conditions and tags", () => {
    const files = {
      "roles/r/tasks/main.yml": "- ping:",
      "roles/a/meta/main.yml": "dependencies: [r]",
      "roles/b/meta/main.yml": "dependencies: [r]",
    };
    const count = (roles: string, given = {}) =>
      tasksOf(load(`- hosts: web\n  roles: ${roles}\n`, { files, ...given })).length;
    expect(count("[r, r, {role: r}, a]")).to.equal(1);
    expect(count("[{role: r, x: 1}, {role: r, x: 2}, {role: r, x: 1}]")).to.equal(2);
    expect(count("[{role: r, when: false}, r]")).to.equal(2);
    expect(count("[{role: a, when: false}, b]")).to.equal(2);
    expect(count("[{role: r, tags: x}, {role: r, tags: y}]", { tags: { only: ["y"], skip: [] } })).to.equal(1);
  });

  it("of a role that is used twice notify its handlers once, or as each use's conditions say", () => {
    const files = { "roles/r/handlers/main.yml": "- name: h\n  command: x\n  listen: t\n- name: i\n  command: x" };
    const handlers = (roles: string) =>
      load(`- hosts: web\n  roles: ${roles}\n`, { files })[0]?.handlers.map((one) => one.topics.join("|"));
    expect(handlers("[{role: r, x: 1}, {role: r, x: 2}]")).to.deep.equal(["h|r : h|t", "i|r : i"]);
    expect(handlers("[r, {role: r, when: false}]")).to.deep.equal(["h|r : h|t", "i|r : i", "h|r : h|t", "i|r : i"]);
  });

  it("notify handlers by name, topic, and the role's name", () => {
    const files = { "roles/r/handlers/main.yml": "- name: restart\n  command: x\n  listen: [one, two]" };
    const text =
      "- hosts: web\n  roles: [r]\n  tasks:\n    - command: x\n      notify: ['r : restart', one]\n  handlers: [{name: restart, command: y}]\n";
    const [play] = load(text, { files });
    expect(play?.handlers.map((handler) => handler.topics)).to.deep.equal([["r : restart", "one", "two"], ["restart"]]);
  });
});

describe("omit as the value of a keyword", () => {
  it("is as if the keyword were not written", () => {
    const text = `
- hosts: web
  become: true
  tasks:
    - command: a
      become: <%= omit %>
      become_user: <%= defaultTo("who", omit) %>
      delegate_to: <%= defaultTo("there", omit) %>
      ignore_errors: <%= omit %>
      throttle: <%= omit %>
    - command: b
      vars: { who: app }
      become_user: <%= defaultTo("who", omit) %>
`;
    const [first, second] = tasksOf(load(text));
    const scope = first?.scope("web1", said({}));
    if (first === undefined || second === undefined || scope === undefined) throw new Error("no tasks");
    expect(first.become?.evaluate(scope)).to.equal(true);
    expect(first.becomeUser?.evaluate(scope)).to.equal("root");
    expect(first.delegateTo?.evaluate(scope)).to.equal("web1");
    expect(first.ignoreErrors?.evaluate(scope)).to.equal(undefined);
    expect(first.throttle?.evaluate(scope)).to.equal(0);
    expect(second.becomeUser?.evaluate(second.scope("web1", said({})))).to.equal("app");
  });
});

describe("tags", () => {
  const TASKS = { none: [], a: ["a"], always: ["always"], never: ["never", "a"], both: ["a", "b"] };
  const left = (only: readonly string[], skip: readonly string[] = []) =>
    Object.entries(TASKS).flatMap(([name, tags]) => (isSelected(tags, { only, skip }) ? [name] : []));

  it("run what is both always and never", () => {
    const both = (only: readonly string[], skip: readonly string[] = []) =>
      isSelected(["never", "always"], { only, skip });
    expect([both([]), both(["x"]), both([], ["never"]), both([], ["always"])]).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });

  it("choose as Ansible's", () => {
    expect(left([])).to.deep.equal(["none", "a", "always", "both"]);
    expect(left(["a"])).to.deep.equal(["a", "always", "never", "both"]);
    expect(left(["b"])).to.deep.equal(["always", "both"]);
    expect(left(["never"])).to.deep.equal(["always", "never"]);
    expect(left(["tagged"])).to.deep.equal(["a", "always", "both"]);
    expect(left(["untagged"])).to.deep.equal(["none", "always"]);
    expect(left(["all"])).to.deep.equal(["none", "a", "always", "both"]);
    expect(left([], ["a"])).to.deep.equal(["none", "always"]);
    expect(left([], ["always"])).to.deep.equal(["none", "a", "both"]);
    expect(left([], ["tagged"])).to.deep.equal(["none"]);
    expect(left(["a"], ["b"])).to.deep.equal(["a", "always", "never"]);
    expect(left([], ["untagged"])).to.deep.equal(["a", "always", "both"]);
  });
});
