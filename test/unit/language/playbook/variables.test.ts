import { expect } from "chai";
import { said } from "../scopes.js";
import { argsOf, type Given, load, wrong } from "./loading.js";

/** What `debug: {msg: "…"}` tasks of a play say on web1. */
const says = (text: string, given: Given = {}) =>
  argsOf(load(text, given)).map((one) => (typeof one === "string" ? one : one["msg"]));
const SAY = "- debug: {msg: '<%= x %>'}";

describe("playbooks: variables", () => {
  const LAYERS: readonly (readonly [name: string, files: Record<string, string>, play: string])[] = [
    ["role defaults", { "roles/r/defaults/main.yml": "x: defaults" }, ""],
    ["group_vars", { "group_vars/web.yml": "x: group" }, ""],
    ["host_vars", { "host_vars/web1.yml": "x: host" }, ""],
    ["play vars", {}, "  vars: {x: play}\n"],
    ["vars_files", { "v.yml": "x: file" }, "  vars_files: [v.yml]\n"],
    ["role vars", { "roles/r/vars/main.yml": "x: role" }, ""],
  ];
  const expected = ["defaults", "group", "host", "play", "file", "role"];
  for (const [i, [name]] of LAYERS.entries()) {
    it(`${name} win over what comes before`, () => {
      const used = LAYERS.slice(0, i + 1);
      const files = Object.assign({ "roles/r/tasks/main.yml": SAY }, ...used.map(([, one]) => one)) as Record<
        string,
        string
      >;
      const text = `- hosts: web\n${used.map(([, , one]) => one).join("")}  roles: [r]\n`;
      expect(says(text, { files })).to.deep.equal([expected[i]]);
    });
  }

  it("block, task, register, role parameters, -e: each wins over the one before", () => {
    const files = {
      "roles/r/tasks/main.yml": `- block:\n    ${SAY}\n    - debug: {msg: '<%= x %>'}\n      vars: {x: task}\n  vars: {x: block}`,
      "roles/r/vars/main.yml": "x: role",
    };
    const text = "- hosts: web\n  roles: [r]\n";
    expect(says(text, { files })).to.deep.equal(["block", "task"]);
    const registered = argsOf(load(text, { files }), "web1", said({ x: "said" }));
    expect(registered).to.deep.equal([{ msg: "said" }, { msg: "said" }]);
    const params = "- hosts: web\n  roles: [{role: r, x: param}]\n";
    expect(argsOf(load(params, { files }), "web1", said({ x: "said" }))).to.deep.equal([
      { msg: "param" },
      { msg: "param" },
    ]);
    expect(says(params, { files, extraVars: ["x=extra"] })).to.deep.equal(["extra", "extra"]);
  });

  it("of a role are its own, unless it is public", () => {
    const files = { "roles/r/defaults/main.yml": "x: 1", "roles/r/tasks/main.yml": SAY, "roles/s/tasks/main.yml": SAY };
    const missing = /^main.yml:1:21 "x" is not defined/;
    const own = says("- hosts: web\n  roles: [r, s]\n", { files });
    expect(own[0]).to.equal(1);
    expect(own[1]).to.match(missing);
    expect(says("- hosts: web\n  roles: [{role: r, public: true}, s]\n", { files })).to.deep.equal([1, 1]);
    expect(says("- hosts: web\n  roles: [{role: r, x: 5}, s]\n", { files })[1]).to.match(missing);
  });

  it("of a role reach those that it depends on, whose own win; and the other way round", () => {
    const files = {
      "roles/app/meta/main.yml": "dependencies: [{role: web, port: '<%= app_port %>'}]",
      "roles/app/defaults/main.yml": "app_port: 81\nlevel: app",
      "roles/app/vars/main.yml": "size: app",
      "roles/app/tasks/main.yml": "- debug: {msg: '<%= app_port %> <%= level %> <%= size %> <%= web_only %>'}",
      "roles/web/defaults/main.yml": "port: 1\nlevel: web\nweb_only: 7",
      "roles/web/tasks/main.yml": "- debug: {msg: '<%= port %> <%= level %> <%= size %>'}",
    };
    expect(says("- hosts: web\n  roles: [app]\n", { files })).to.deep.equal(["81 web app", "81 app app 7"]);
    const given = says("- hosts: web\n  roles: [{role: app, app_port: 82, level: given}]\n", { files });
    expect(given).to.deep.equal(["82 given app", "82 given app 7"]);
  });

  it("-e in all forms", () => {
    const text = "- hosts: web\n  tasks:\n    - debug: {msg: '<%= a %> <%= b %>'}\n";
    const files = { "group_vars/all.yml": "a: 0\nb: 0" };
    const say = (...extraVars: string[]) => says(text, { files, extraVars })[0];
    expect(say("a=1 b='x y'")).to.equal("1 x y");
    expect(say('{"a": [1], "b": true}')).to.equal("[1] true");
    expect(say("{a: {c: 2}}", "b=2", "b=3")).to.equal('{"c":2} 3');
    expect(say("a='<%= b %>'")).to.equal("0 0");
    expect(say('{"a": "<%= b %>", "b": [2]}')).to.equal("[2] [2]");
    expect(say("a='{{ b }}'")).to.contain("--extra-vars:1:4 this is a Jinja template");
    const bad = (extra: string) => wrong(text, { files, extraVars: [extra] })[0];
    expect(bad("abc")).to.equal(`"abc" is not name=value; write -e name=value, -e '{"name": "value"}' or -e @file`);
    expect(bad("[1]")).to.equal('--extra-vars:1:1 -e takes a mapping, and this is a list; write \'{"name": "value"}\'');
    expect(bad('{"a": ')).to.match(/^--extra-vars:1:\d+ this is not YAML: /);
    expect(bad("@/nope/x.yml")).to.equal("/nope/x.yml does not exist; there is no folder /nope either");
    const own = '"facts" is a name of fettle\'s own, and cannot be defined; choose another name';
    expect(bad("a=1 facts=2")).to.equal(`--extra-vars:1:5 ${own}`);
    expect(bad('{"facts": 2}')).to.equal(`--extra-vars:1:2 ${own}`);
  });

  it("with names of fettle's own", () => {
    const names =
      "<%= inventory_hostname %> <%= group_names %> <%= groups.web %> <%= hostvars.db1.x %> <%= hostvars[groups.web[1]].inventory_hostname_short %>";
    const text = `- hosts: web\n  name: site\n  tasks:\n    - debug: {msg: '${names}'}\n    - debug: {msg: <%= hostvars.db2.x %>}\n    - debug: {msg: <%= groups.web.sort() %>}\n`;
    const [all, unknown, sorted] = says(text, { files: { "host_vars/db1.yml": "x: 7" } });
    expect(all).to.equal('web1 ["web"] ["web1","web2"] 7 web2');
    expect(unknown).to.contain('hostvars: there is no host "db2" in the inventory; did you mean "db1"?');
    expect(sorted).to.contain("variables are not changed in place");
  });

  it("omit leaves a parameter out, at any depth", () => {
    const text =
      "- hosts: web\n  tasks:\n    - file: {path: /a, owner: <%= omit %>, mode: '<%= defined(\"m\") ? m : omit %>'}\n";
    expect(argsOf(load(text))).to.deep.equal([{ path: "/a" }]);
  });
});

describe("playbooks: inputs of roles", () => {
  const SPEC = `
argument_specs:
  main:
    options:
      port: {type: int, required: true}
      level: {choices: [debug, info]}
      users:
        type: list
        elements: dict
        options:
          name: {required: true}
          shell: {type: path}
      on: {type: bool}
`;
  const role = (params: string, more: Record<string, string> = {}) =>
    wrong(`- hosts: web\n  roles:\n    - role: r\n${params.replace(/^(?=.)/gm, "      ")}\n`, {
      files: { "roles/r/meta/argument_specs.yml": SPEC, "roles/r/tasks/main.yml": "- debug: {msg: a}", ...more },
    });

  it("are declared by a spec that is itself checked", () => {
    const spec = (option: string): readonly string[] =>
      role("", { "roles/r/meta/argument_specs.yml": `argument_specs:\n  main:\n    options:\n      a: ${option}\n` });
    expect(spec("{typ: int}")).to.deep.equal([
      'roles/r/meta/argument_specs.yml:4:11 an option has no key "typ"; did you mean "type"?',
    ]);
    expect(spec("{type: integer}")[0]).to.match(/:4:17 there is no type "integer"; did you mean "int"\?$/);
    expect(spec("{required: yes}")[0]).to.match(/:4:21 required must be true or false; write true$/);
    expect(spec("{type: dict, options: {b: {choices: x}}}")[0]).to.match(/:4:46 choices must be a list/);
    expect(spec("int")[0]).to.match(/:4:10 the option "a" must be a mapping/);
  });

  it("may be right", () => {
    expect(role("port: 80\nlevel: info\nusers: [{name: a, shell: /bin/sh}]\n'on': 'yes'")).to.deep.equal([]);
    expect(role("port: '80'")).to.deep.equal([]);
    expect(role("port: <%= facts.x %>")).to.deep.equal([]);
    expect(role("port: <%= hostvars.web2.facts.x %>")).to.deep.equal([]);
    expect(role("when: false")).to.deep.equal([]);
    expect(role("vars: {port: 80}")).to.deep.equal([]);
  });

  it("are checked for each host, before anything runs", () => {
    expect(role("")).to.deep.equal([
      'p.yml:3:7 the role r needs the input "port", and web1 has none; set port in group_vars, host_vars or with the role',
    ]);
    expect(role("", { "host_vars/web1.yml": "port: 1", "host_vars/web2.yml": "port: http" })).to.deep.equal([
      'host_vars/web2.yml:1:1 port is "http", and it must be a whole number (input of the role r, on web2); write digits, without a unit',
    ]);
  });

  it("have their names; what stands under vars: is no keyword", () => {
    expect(role("port: 1\nvars: {delay: 1, tag: 2}")).to.deep.equal([
      'p.yml:5:14 the role r has no input "delay"; `fettle doc r` lists them',
      'p.yml:5:24 the role r has no input "tag"; did you mean "tags"?',
    ]);
    expect(role("port: 1\nasync: 1")).to.deep.equal(['p.yml:5:7 a role cannot have "async" here; write it at a task']);
  });

  it("all that is wrong, in depth", () => {
    expect(role("port: x\nlevel: inof\nusers: [{nmae: a}, 5, {name: [b]}]\n'on': maybe")).to.deep.equal([
      'p.yml:4:7 port is "x", and it must be a whole number (input of the role r, on web1); write digits, without a unit',
      'p.yml:5:7 level is "inof", and it must be one of debug, info (input of the role r, on web1); did you mean "info"?',
      'p.yml:6:7 users[0] has no key "nmae" (input of the role r, on web1); did you mean "name"?',
      "p.yml:6:7 users[1] is 5, and it must be a mapping (input of the role r, on web1); write `name: value`, one on each line below, indented",
      'p.yml:6:7 users[2].name is ["b"], and it must be a text (input of the role r, on web1); write one text behind the colon',
      'p.yml:7:7 on is "maybe", and it must be true or false (input of the role r, on web1); write true',
    ]);
    expect(role("port: 1\nusers: [{x: 1}]")).to.deep.equal([
      'p.yml:5:7 users[0] has no key "x" (input of the role r, on web1); it has name, shell',
      'p.yml:5:7 users[0] needs the key "name" (input of the role r, on web1); add `name: …`',
    ]);
    expect(role("port: 1\nusers: web, db")).to.deep.equal([
      'p.yml:5:7 users is "web, db", and it must be a list (input of the role r, on web1); begin each item with `- `',
    ]);
  });

  it("that are left empty do not take the role's default away", () => {
    const defaults = { "roles/r/defaults/main.yml": "level: info\nusers: []\n'on': null" };
    expect(role("port: 1\nlevel:\nusers:\n'on':", defaults)).to.deep.equal([
      "p.yml:5:7 level is empty, and it must be a text (input of the role r, on web1); leave it away for the role's default",
      "p.yml:6:7 users is empty, and it must be a list (input of the role r, on web1); write [] for none, or leave it away for the role's default",
    ]);
    expect(role("port: 1\nlevel:")).to.deep.equal([]);
  });

  it("that are wrong are told once, and not again for what the role makes of them", () => {
    const defaults = { "roles/r/defaults/main.yml": "level: <%= port.toFixed() %>\n'on': <%= port %>" };
    expect(role("port: x", defaults)).to.deep.equal([
      'p.yml:4:7 port is "x", and it must be a whole number (input of the role r, on web1); write digits, without a unit',
    ]);
    expect(role("port: 5", { "roles/r/defaults/main.yml": "'on': <%= port %>" })).to.deep.equal([
      "roles/r/defaults/main.yml:1:1 on is 5, and it must be true or false (input of the role r, on web1); write true",
    ]);
  });
});
