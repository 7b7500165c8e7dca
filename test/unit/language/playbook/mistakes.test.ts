import { expect } from "chai";
import { type Given, wrong } from "./loading.js";

/** A play with these tasks; the first stands on line 3, its text in column 7. */
const play = (tasks: string): string => `- hosts: web\n  tasks:\n${tasks.replace(/^/gm, "    ")}\n`;

const ROLES = {
  "roles/r/tasks/main.yml": "- debug: {msg: a}",
  "roles/r/meta/argument_specs.yml": "argument_specs: {main: {options: {port: {type: int}}}}",
  "roles/a/meta/main.yml": "dependencies: [b]",
  "roles/b/meta/main.yml": "dependencies: [{role: a}]",
  "roles/plain/defaults/main.yml": "tag: 1",
};

/** [what, playbook, messages without the file's name, what else is given] */
const CASES: readonly (readonly [string, string, readonly string[], Given?])[] = [
  ["an empty playbook", "", ["1:1 a playbook is a list of plays; begin each play with `- hosts: …`"]],
  ["no list", "hosts: web", ["1:1 a playbook is a list of plays; begin each play with `- hosts: …`"]],
  [
    "a text for a play",
    "- abc",
    ["1:3 a play must be a mapping, and this is a text; begin each play with `- hosts: …`"],
  ],
  ["an empty play", "-", ["1:1 this play is empty; remove the -"]],
  ["no hosts", "- tasks: []", ["1:3 a play needs hosts; write hosts: with a group or a pattern"]],
  ["empty hosts", "- hosts:", ["1:3 hosts is empty; write a group, a pattern, or all"]],
  [
    "hosts of a wrong kind",
    "- hosts: {a: b}",
    ["1:10 hosts must be a pattern, or a list of patterns; write web, or [web, db]"],
  ],
  ["hosts that nobody knows", "- hosts: wbe", ['1:10 no host and no group is called "wbe"; did you mean "web"?']],
  [
    "keys of a play, all at once",
    "- hosts: web\n  taks: []\n  becom: true",
    ['2:3 a play has no key "taks"; did you mean "tasks"?', '3:3 a play has no key "becom"; did you mean "become"?'],
  ],
  ["tasks that are no list", "- hosts: web\n  tasks: {a: b}", ["2:10 tasks must be a list; begin each item with `- `"]],
  ["a strategy", "- hosts: web\n  strategy: fre", ['2:13 there is no strategy "fre"; did you mean "free"?']],
  [
    "a connection",
    "- hosts: web\n  connection: docker",
    ['2:15 the connection "docker" is not supported; write ssh or local'],
  ],
  [
    "a role without anything in it",
    "- hosts: web\n  roles: [empty]",
    ['2:11 the role "empty" is empty: roles/empty has no tasks/; write tasks/main.yml'],
    { files: { "roles/empty/task/main.yml": "" } },
  ],
  [
    "a loop over no list",
    play("- ping:\n  loop: 5"),
    ["4:13 loop must give a list; write [a, b], or the name of a list"],
  ],
  [
    "an environment of words",
    play("- ping:\n  environment: [a]"),
    ["4:21 environment must be a mapping of texts; write `NAME: value`, one on each line below, indented"],
  ],
  ["a port", "- hosts: web\n  port: abc", ["2:9 port must be a number from 1 to 65535; write digits, without quotes"]],
  [
    "a port that is none",
    "- hosts: web\n  port: 70000",
    ["2:9 port must be a number from 1 to 65535; write digits, without quotes"],
  ],
  ["a user of a wrong kind", "- hosts: web\n  remote_user: 5", ['2:16 remote_user must be a text; write "5"']],
  [
    "a keyword of Ansible's",
    "- hosts: web\n  debugger: always",
    ['2:3 a play cannot have "debugger" here; remove it; `--step` asks before each task, and -vv shows what was sent'],
  ],
  [
    "tasks, each with its own mistake",
    play(
      "- nmae: x\n  debug: {msg: a}\n- debug: {mgs: a}\n- debgu: {msg: a}\n- debug: {msg: a}\n  command: uptime\n- name: x\n- {}\n-\n- abc\n- debug: {msg: a}\n  wehn: true",
    ),
    [
      '3:7 a task has no key "nmae"; did you mean "name"?',
      '5:15 debug has no parameter "mgs"; did you mean "msg"?',
      '6:7 there is no module "debgu"; did you mean "debug"?',
      '8:7 a task can have one module, not two: "debug" and "command"; make two tasks of it',
      "9:7 a task must name a module; for example `command: uptime`",
      "10:7 a task must name a module; for example `command: uptime`",
      "11:5 this task is empty; remove the -",
      "12:7 a task must be a mapping, and this is a text; write `- module: parameters`",
      '14:7 a task has no key "wehn"; did you mean "when"?',
    ],
  ],
  [
    "a module's full name",
    play("- ansible.builtin.comand: x"),
    ['3:7 there is no module "ansible.builtin.comand"; did you mean "command"?'],
  ],
  [
    "loops",
    play(
      "- debug: {msg: a}\n  loop: [1]\n  loop_control: {lable: x}\n- debug: {msg: a}\n  loop_control: {label: x}\n- debug: {msg: a}\n  with_items: [1]\n  loop: [1]\n- debug: {msg: a}\n  loop: x y",
    ),
    [
      '5:22 loop_control has no key "lable"; did you mean "label"?',
      "7:7 there is a loop_control without a loop; remove it, or add loop:",
      "10:7 a task has one loop at most; remove one",
      "12:15 this is not a JavaScript expression: there is no operator before `y`; write &&, ||, +, === … between the two; a text stands in quotes",
    ],
  ],
  [
    "how many hosts at a time",
    "- hosts: web\n  serial: [1, half]\n- hosts: web\n  max_fail_percentage: 200\n- hosts: web\n  order: sortd",
    [
      '2:15 serial: "half" is no number of hosts; write 2, "30%", or a list',
      "4:24 max_fail_percentage must be a number from 0 to 100; write digits, for example 30",
      '6:10 there is no order "sortd"; did you mean "sorted"?',
    ],
  ],
  [
    "parameters as words",
    play(
      "- debug: hello\n- file: path=/a path=/b\n- file: {path: /a}\n  args: {path: /b}\n- debug: [a]\n- debug: true",
    ),
    [
      '3:14 "hello" is not a parameter of debug; write msg=value, or a mapping',
      '4:21 "path" is given twice; remove one',
      '6:14 "path" is given twice: here and with the module; remove one',
      "7:14 the parameters of debug must be a mapping; write `name: value` without the -",
      "8:14 this is the value true, and not a text; write its parameters below it",
    ],
  ],
  [
    "values of keywords",
    play(
      [
        "when: yes", "become: yes", "ignore_errors: 1", "become_user: 5", "vars: [a]", "vars: {groups: 5}", "timeout: x",
        "tags: {a: b}", "notify: {a: b}", "name: [a]", "args: x", "register: a-b", "register: hostvars", "become_method: su",
      ].map((one) => `- debug: {msg: a}\n  ${one}`).join("\n"),
    ), // prettier-ignore
    [
      '4:13 "yes" is not true or false; write true',
      "6:15 become must be true or false; write true",
      "8:22 ignore_errors must be true or false; write true",
      '10:20 become_user must be a text; write "5"',
      "12:13 vars must be a mapping; write `name: value` without the -",
      '14:14 "groups" is a name of fettle\'s own, and cannot be defined; choose another name',
      "16:16 timeout must be a number of at least 0; write digits, without quotes and without a unit",
      "18:13 tags must be a text; write a name, or a list of names",
      "20:15 notify must be a text; write a name, or a list of names",
      "22:13 name must be a text; write one text behind the colon",
      "24:13 args must be a mapping; write `name: value`, one on each line below, indented",
      '26:17 "a-b" cannot be the name of a variable; use letters, digits and underscores',
      '28:17 "hostvars" is a name of fettle\'s own, and cannot be defined; choose another name',
      "30:22 become_method can only be sudo; remove it, and give the user a rule of sudo",
    ],
  ],
  [
    "blocks",
    play("- block: []\n  loop: [1]\n  rescue: []\n- block: x"),
    [
      '4:7 a block has no key "loop"; put its tasks into a file, and loop over include_tasks',
      "6:14 block must be a list; begin each item with `- `",
    ],
  ],
  [
    "imports",
    play(
      "- import_tasks: nope.yml\n- import_tasks: <%= x %>.yml\n- import_tasks: {file: ok.yml, x: 1}\n- import_tasks: ok.yml\n  lop: 1",
    ),
    [
      "3:21 nope.yml does not exist; in its folder there are hosts, ok.yml, p.yml",
      "4:21 the file of import_tasks must be known beforehand; write include_tasks:",
      '5:36 import_tasks has no key "x"; it takes file',
      '7:7 import_tasks has no key "lop"; it takes name, when, tags, become, become_user, become_method, vars, environment …',
    ],
    { files: { "ok.yml": "- debug: {msg: a}" } },
  ],
  [
    "handlers that nobody has, at load time",
    "- hosts: web\n  tasks:\n    - debug: {msg: a}\n      notify: [restart ngix, topic, <%= x %>]\n  handlers:\n    - name: restart nginx\n      debug: {msg: a}\n      listen: topic\n      notify: something\n",
    [
      '4:16 no handler of this play is called "restart ngix"; did you mean "restart nginx"?',
      '9:15 no handler of this play is called "something"; add it under handlers:',
    ],
  ],
  [
    "no more of that when a handler could not be read",
    "- hosts: web\n  tasks:\n    - debug: {msg: a}\n      notify: x\n  handlers:\n    - name: x\n      debgu: {msg: a}\n",
    ['7:7 there is no module "debgu"; did you mean "debug"?'],
  ],
  [
    "files of variables",
    "- hosts: web\n  vars_files: [nope.yml, <%= x %>.yml]",
    [
      "2:16 nope.yml does not exist; in its folder there are hosts, p.yml",
      "2:26 the names in vars_files must be known beforehand; use include_vars: in a task",
    ],
  ],
  [
    "roles",
    "- hosts: web\n  roles: [{}, {role: r, vras: 1}, {role: <%= x %>}, {role: plain, tag: 1, wehn: true}, [x], plian]",
    [
      "2:11 a role needs its name; write `- role: nginx`",
      '2:25 the role r has no input "vras"; did you mean "vars"?',
      "2:42 the name of a role must be known beforehand",
      '2:75 a role has no key "wehn"; did you mean "when"?',
      "2:88 the name of a role must be a text; write one text behind the colon",
      '2:93 there is no role "plian"; did you mean "plain"?',
    ],
    { files: ROLES },
  ],
];

describe("playbooks: mistakes, with place and remedy", () => {
  for (const [what, text, messages, given] of CASES) {
    it(what, () => expect(wrong(text, given)).to.deep.equal(messages.map((one) => `p.yml:${one}`)));
  }

  it("no inventory", () => {
    expect(wrong("- hosts: web", { files: { hosts: "" } })).to.deep.equal([
      "there are no hosts in the inventory; name one with -i: a file, a folder, or `-i web1,`",
    ]);
  });

  it("are named where they stand, in other files too", () => {
    expect(wrong("- hosts: web\n  roles: [a]", { files: ROLES })).to.deep.equal([
      "roles/b/meta/main.yml:1:23 roles depend on each other: a → b → a",
    ]);
    expect(
      wrong(play("- import_tasks: self.yml"), { files: { "self.yml": "- import_tasks: self.yml" } }),
    ).to.deep.equal([
      "self.yml:1:17 imports are nested too deeply: self.yml leads to itself; remove one of the imports, or use include_tasks: with a when:",
    ]);
    const files = { "bad.yml": "- a" };
    expect(wrong("- hosts: web\n  vars_files: [bad.yml]", { files })).to.deep.equal([
      "bad.yml:1:1 a file of variables is a mapping; write `name: value` without the -",
    ]);
  });
});
