import { chmodSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readInventory } from "../../../../src/language/inventory/sources.js";
import { hostScope } from "../../../../src/language/playbook/host-scope.js";
import { folderWith, messagesOf } from "../support.js";

const HOSTS = `
all:
  hosts:
    h1: {p: host, ansible_port: 22}
    h2:
    lone:
  vars: {p: all, on: yes, mode: 0644}
  children:
    web:
      hosts:
        h1:
        "n[1:3]": {x: 1}
      vars: {p: web, q: web, z: web}
      children:
        inner:
          hosts: {h1: {}}
          vars: {q: inner, z: inner}
    aaa:
      hosts: {h1: , h2: }
      vars: {z: aaa, y: aaa, ansible_group_priority: 5}
    bbb: {hosts: {h1: }, vars: {z: bbb, y: bbb, w: bbb}}
    ccc: {hosts: {h1: }, vars: {w: ccc, y: ccc}}
`;

describe("inventories: variables of hosts, in Ansible's order", () => {
  const files = {
    "a/hosts.yml": HOSTS,
    "a/group_vars/all/1.yml": "gall: first\np: gv_all",
    "a/group_vars/all/2.yml": "gall: second",
    "a/group_vars/all/.hidden.yml": "hidden: 1",
    "a/group_vars/all/old.yml~": "hidden: 1",
    "a/group_vars/web.yml": "gw: a_web\nq: gv_web",
    "a/host_vars/h1.json": '{"hv": "a", "p": "hv_a"}',
    "b/hosts": "[web]\nh9\nh1 p=from_b\n[web:vars]\nq=b_ini\n[new:children]\nweb\n",
    "b/group_vars/web/x.yml": "gw: b_web",
    "b/host_vars/h1/main.yml": "hv: b",
    "play/group_vars/all.yml": "gall: play\nonly: play_all",
    "play/group_vars/inner.yml": "gw: play_inner",
    "play/group_vars/web.yml": "only: play_web",
    "play/host_vars/h1.yml": "hv: play",
  };
  /** Values of a host, without and with a playbook's folder. */
  const values = (host: string, names: readonly string[], play?: true) => {
    const folder = folderWith(files);
    const inventory = readInventory([join(folder, "a"), join(folder, "b")]);
    const scope = hostScope(host, inventory, [], play === undefined ? undefined : join(folder, "play"));
    return Object.fromEntries(names.map((name) => [name, scope.has(name) ? scope.get(name) : undefined]));
  };

  it("of the inventory's own files (as ansible-inventory --list says)", () => {
    expect(
      values("h1", ["p", "q", "w", "y", "z", "gall", "gw", "hv", "hidden", "ansible_group_priority"]),
    ).to.deep.equal({
      p: "hv_a",
      q: "gv_web",
      w: "ccc",
      y: "aaa",
      z: "inner",
      gall: "second",
      gw: "b_web",
      hv: "b",
      hidden: undefined,
      ansible_group_priority: undefined,
    });
    expect(values("h9", ["p", "q"])).to.deep.equal({ p: "gv_all", q: "gv_web" });
    expect(values("n2", ["p", "q", "x", "mode", "true"])).to.deep.equal({
      p: "gv_all",
      q: "gv_web",
      x: 1,
      mode: 420,
      true: true,
    });
  });

  it("with the playbook's beside them", () => {
    expect(values("h1", ["gall", "gw", "hv", "only"], true)).to.deep.equal({
      gall: "play",
      gw: "play_inner",
      hv: "play",
      only: "play_web",
    });
  });
});

describe("inventories: sources", () => {
  it("lists of hosts, with ranges", () => {
    expect(readInventory(["a,b,"]).hosts).to.deep.equal(["a", "b"]);
    expect(readInventory([" x[1:2] ,"]).groups.get("ungrouped")).to.deep.equal(["x1", "x2"]);
  });

  it("lists of hosts, with ports", () => {
    const inventory = readInventory(["a:2222,[fe80::1]:22,b"]);
    expect(inventory.hosts).to.deep.equal(["a", "fe80::1", "b"]);
    expect(hostScope("a", inventory, []).get("ansible_port")).to.equal(2222);
    expect(messagesOf(() => readInventory(["-oX,"]))).to.deep.equal([
      '--inventory:1:1 "-oX" cannot be the name of a host',
    ]);
  });

  it("YAML names hosts as INI does: ranges, ports, and what cannot be a name", () => {
    const folder = folderWith({
      "ok.yml": 'web: {hosts: {"n[1:2]:2222": {x: 1}, "[fe80::1]:22": }, children: kid}\nkid: {hosts: k}',
      "range.yml": "web:\n  hosts:\n    n[3:1]:",
      "dash.yml": "web: {hosts: {-oProxyCommand=x: }}",
      "slash.yml": "web: {hosts: {../../x: }}",
      "line.yml": 'web: {hosts: {"a\\nb": }}',
    });
    const inventory = readInventory([join(folder, "ok.yml")]);
    expect(inventory.groups.get("web")).to.deep.equal(["n1", "n2", "fe80::1", "k"]);
    const port = (host: string) => hostScope(host, inventory, []).get("ansible_port");
    expect(["n1", "n2", "fe80::1"].map(port)).to.deep.equal([2222, 2222, 22]);
    const wrong = (name: string) => messagesOf(() => readInventory([join(folder, name)]), folder)[0];
    expect(wrong("range.yml")).to.equal(
      "range.yml:3:5 the range [3:1] runs backwards; write web[01:10], web[a:f] or web[0:10:2]",
    );
    expect(wrong("dash.yml")).to.equal('dash.yml:1:15 "-oProxyCommand=x" cannot be the name of a host');
    expect(wrong("slash.yml")).to.equal('slash.yml:1:15 "../../x" cannot be the name of a host');
    expect(wrong("line.yml")).to.equal('line.yml:1:15 "a\\nb" cannot be the name of a host');
  });

  it("YAML without an ending and INI with one, by their content", () => {
    const folder = folderWith({
      a: "# c\n---\nweb: {hosts: {a: }}",
      b: "all:\n  hosts:\n    b:\n",
      c: '{"web": {"hosts": {"c": null}}}',
      "d.yml": "[web]\nd x=1\n",
      e: "e:\n",
    });
    const hosts = (name: string) => readInventory([join(folder, name)]).hosts;
    expect(["a", "b", "c", "d.yml"].map(hosts)).to.deep.equal([["a"], ["b"], ["c"], ["d"]]);
  });

  it("the port of a name counts where the host is named first, as in Ansible", () => {
    const folder = folderWith({ hosts: "a:22\nb\nc:22 ansible_port=23\n[g]\na:99\nb:99\nc:99\n" });
    const inventory = readInventory([join(folder, "hosts")]);
    const port = (host: string) => {
      const scope = hostScope(host, inventory, []);
      return scope.has("ansible_port") ? scope.get("ansible_port") : undefined;
    };
    expect(["a", "b", "c"].map(port)).to.deep.equal([22, undefined, 23]);
  });

  it("a broken vault, a loop of groups and a blank without quotes are named", () => {
    const folder = folderWith({
      hosts: "h\n",
      "host_vars/h.yml": "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
      loop: "[a:children]\nb\n[b:children]\na\n",
      blank: "h x={{ y }}\n",
    });
    const wrong = (work: () => unknown) => messagesOf(work, folder)[0];
    expect(wrong(() => hostScope("h", readInventory([join(folder, "hosts")]), []).has("x"))).to.equal(
      "host_vars/h.yml:2:1 this vault is cut off, or something in it is lost; copy it again from where it was made",
    );
    expect(wrong(() => readInventory([join(folder, "loop")]))).to.match(/^loop:\d:1 groups contain each other: /);
    expect(wrong(() => readInventory([join(folder, "blank")]))).to.equal(
      'blank:1:8 "y" is not a variable of the host; put a value with blanks in quotes: name="…"',
    );
  });

  it("folders of variables: what Ansible reads there, and a folder hides a file of the same name", () => {
    const folder = folderWith({
      hosts: "[web]\nw\n",
      "group_vars/web/a.yml": "a: folder",
      "group_vars/web/README.md": "# [not yaml",
      "group_vars/web/a.yml.bak": "a: old",
      "group_vars/web/b": "b: plain",
      "group_vars/web/deep/c.json": '{"c": "deep"}',
      "group_vars/web/deep.d/c.yml": "c: no",
      "group_vars/web.yml": "a: file\nd: file",
      "host_vars/w.yml": "e: yml",
      "host_vars/w.yaml": "e: yaml",
    });
    const scope = hostScope("w", readInventory([join(folder, "hosts")]), []);
    const values = ["a", "b", "c", "d", "e"].map((name) => (scope.has(name) ? scope.get(name) : undefined));
    expect(values).to.deep.equal(["folder", "plain", "deep", undefined, "yml"]);
  });

  it("folders: what is no inventory is left out, and others are merged", () => {
    const folder = folderWith({
      "1.yml": "web: {hosts: {a: }}",
      "2": "[web]\nb\n",
      "3.bak": "c\n",
      ".4": "d\n",
      "README.md": "# no\n",
      "group_vars/web.yml": "x: 1",
      "sub/5": "e\n",
    });
    const inventory = readInventory([folder]);
    expect(inventory.groups.get("web")).to.deep.equal(["a", "b"]);
    expect(inventory.hosts, "as in Ansible those of no group come first").to.deep.equal(["e", "a", "b"]);
    expect(hostScope("b", inventory, []).get("x")).to.equal(1);
  });

  it("says what is wrong with a source", () => {
    const folder = folderWith({
      program: "#!/bin/sh\n",
      "list.yml": "- a",
      "plugin.yml": "plugin: aws_ec2",
      "group.yml": "web:\n  host: {a: }",
      "h.yml": "web: {hosts: [a]}",
    });
    chmodSync(join(folder, "program"), 0o755);
    const wrong = (name: string) => messagesOf(() => readInventory([join(folder, name)]), folder)[0];
    expect(wrong("nothing")).to.equal(
      "the inventory nothing does not exist; name a file or folder, or a list of hosts that ends with a comma: `-i web1,`",
    );
    expect(wrong("program")).to.equal(
      "program --list printed nothing; an inventory program prints JSON, and anything else to stderr",
    );
    expect(wrong("plugin.yml")).to.equal(
      "plugin.yml:1:1 the inventory plugin aws_ec2 is not supported, only constructed is; use a program that prints the inventory: `ansible-inventory --list` of this file is one",
    );
    expect(wrong("list.yml")).to.equal(
      "list.yml:1:1 an inventory is a mapping of groups; begin with `all:`, and hosts: below it",
    );
    expect(wrong("group.yml")).to.equal('group.yml:2:3 "host" does not belong into a group; did you mean "hosts"?');
    expect(wrong("h.yml")).to.equal("h.yml:1:14 hosts is a mapping of names; write `a:` on a line for each host");
  });

  it("a file of variables must be a mapping", () => {
    const folder = folderWith({ hosts: "h\n", "host_vars/h.yml": "- a", "group_vars/all.yml": "" });
    const inventory = readInventory([join(folder, "hosts")]);
    expect(messagesOf(() => hostScope("h", inventory, []).has("x"), folder)).to.deep.equal([
      "host_vars/h.yml:1:1 a file of variables is a mapping; write `name: value` without the -",
    ]);
  });
});
