import { expect } from "chai";
import { readIni } from "../../../../src/language/inventory/ini.js";
import { Inventory } from "../../../../src/language/inventory/inventory.js";
import { Model } from "../../../../src/language/inventory/model.js";
import { hostScope } from "../../../../src/language/playbook/host-scope.js";
import { Source } from "../../../../src/language/source.js";
import { errorsOf, messagesOf } from "../support.js";

const read = (text: string): Inventory => {
  const model = new Model();
  readIni(new Source("hosts", text), model);
  return new Inventory(model, []);
};
const variable = (text: string, name = "x"): unknown => hostScope("h", read(text), []).get(name);
const wrong = (text: string) => messagesOf(() => read(text))[0];

/** What `ansible-inventory --list` of ansible-core 2.14 says, except where it is noted. */
describe("inventories in INI", () => {
  it("hosts, groups, children; ungrouped are those in no group", () => {
    const inventory = read("lone\nh\n[web] # comment\nh\n\n; no\n[all_of:children]\nweb # too\n[empty]\n");
    expect(Object.fromEntries(inventory.groups)).to.deep.equal({
      all: ["lone", "h"],
      ungrouped: ["lone"],
      web: ["h"],
      all_of: ["h"],
      empty: [],
    });
    expect(inventory.groupsOf("h")).to.deep.equal(["all_of", "web"]);
    expect(inventory.groupsOf("lone")).to.deep.equal(["ungrouped"]);
  });

  it("ranges, ports, addresses", () => {
    const hosts = "web[01:03]\nn[0:10:5].x\ndb-[a:c]:2222\n[fe80::1]:22\nfe80::2\n10.0.0.5:2200\nx[1:3:2]y[a:b]";
    const inventory = read(hosts);
    expect(inventory.hosts.join(" ")).to.equal(
      "web01 web02 web03 n0.x n5.x n10.x db-a db-b db-c fe80::1 fe80::2 10.0.0.5 x1ya x1yb x3ya x3yb",
    );
    const port = (host: string) => {
      const scope = hostScope(host, inventory, []);
      return scope.has("ansible_port") ? scope.get("ansible_port") : undefined;
    };
    expect(["db-c", "fe80::1", "fe80::2", "10.0.0.5", "web01"].map(port)).to.deep.equal([
      2222,
      22,
      undefined,
      2200,
      undefined,
    ]);
  });

  const ofHost: Readonly<Record<string, unknown>> = {
    "x=1": 1, "x=0644": "0644", 'x="two words"': "two words", "x='a b'": "a b", "x=True": true, "x=true": "true",
    "x=None": null, "x=yes": "yes", "x=[1,2]": [1, 2], 'x="5"': 5, "x=0x1f": 31, "x=1_000": 1000, "x=-1": -1, "x=": "",
    "x=a=b": "a=b", 'x="a \\"q\\" b"': 'a "q" b', "x=a\\ b": "a b", "x=1.5 # y": 1.5, "x=a#b": "a", 'x="a # b"': "a # b",
    // Ansible: the number 1.0, which it shows as 1.0.
    "x=1.0": "1.0", "x=12345678901234567890": "12345678901234567890",
  }; // prettier-ignore
  for (const [text, value] of Object.entries(ofHost))
    it(`h ${text}`, () => expect(variable(`h ${text}`)).to.deep.equal(value));

  const ofGroup: Readonly<Record<string, unknown>> = {
    "x='it''s'": "its", "x=5": 5, 'x="5"': "5", "x=two words # no comment": "two words # no comment", "x=5 # comment": 5, "x = a": "a",
    "x=[1, 'b', {'c': None}]": [1, "b", { c: null }], "x=(1, 2)": [1, 2], "x={'a': 1,}": { a: 1 }, "x=a ; b": "a ; b",
    "x=[1, b]": "[1, b]", "x='it\\'s'": "it's", "x=1.5": 1.5, "x=1e3": 1000, "x=0o17": 15, "x=1__0": "1__0", "x=[1": "[1",
  }; // prettier-ignore
  for (const [text, value] of Object.entries(ofGroup))
    it(`[g:vars] ${text}`, () => expect(variable(`[g]\nh\n[g:vars]\n${text}`)).to.deep.equal(value));

  it("templates in values, with their place", () => {
    expect(variable('h x="<%= y + 1 %>" y=1')).to.equal(2);
    expect(messagesOf(() => variable("[g]\nh\n[g:vars]\nx = <%= nope %>"))).to.deep.equal([
      'hosts:4:9 "nope" is not defined; define it, or ask with defined("nope")',
    ]);
  });

  const errors: Readonly<Record<string, string>> = {
    "[web:childern]": 'hosts:1:1 [web:childern] is not a kind of section; did you mean ":children"?',
    "[web servers]":
      "hosts:1:1 [web servers] is not a section; write [webservers], [webservers:vars] or [webservers:children]",
    "[web": "hosts:1:1 [web is not a section; write [webservers], [webservers:vars] or [webservers:children]",
    "[]": "hosts:1:1 a section needs a name; write [webservers], [webservers:vars] or [webservers:children]",
    "[a:children]\nother": 'hosts:2:1 "a" contains "other", and there is no such group; add a section [other]',
    "[web]\n[wbe:vars]\nx=1": 'hosts:2:1 these are variables of "wbe", and there is no such group; did you mean "web"?',
    "[a:vars]\nx": 'hosts:2:1 "x" is not name=value; write name=value',
    "h  x": 'hosts:1:4 "x" is not a variable of the host; write name=value; one host on each line',
    "h x=it's": 'hosts:1:1 a quote in this line is never closed; put a text with a \' in "…"',
    "../h": 'hosts:1:1 "../h" cannot be the name of a host',
    "-h": 'hosts:1:1 "-h" cannot be the name of a host',
    "h[3:1]": "hosts:1:1 the range [3:1] runs backwards; write web[01:10], web[a:f] or web[0:10:2]",
    "h[01:100]":
      "hosts:1:1 the range [01:100] needs as many digits at its end as at its beginning; write web[01:10], web[a:f] or web[0:10:2]",
    "h[1:a]":
      "hosts:1:1 the range [1:a] is neither of numbers nor of letters; write web[01:10], web[a:f] or web[0:10:2]",
    "h[1:9:0]": "hosts:1:1 the range [1:9] has the step 0; write web[01:10], web[a:f] or web[0:10:2]",
    "h[1:999999999]":
      "hosts:1:1 the range [1:999999999] stands for more than 100000 names; write web[01:10], web[a:f] or web[0:10:2]",
  };
  for (const [text, message] of Object.entries(errors))
    it(`refuses ${JSON.stringify(text)}`, () => expect(wrong(text)).to.equal(message));

  it("refuses groups that contain each other", () => {
    const [error] = errorsOf(() => read("[a:children]\nb\n[b:children]\nc\n[c:children]\na"));
    expect(error?.message).to.equal(
      "hosts:2:1 groups contain each other: a → b → c → a; remove one of the :children lines",
    );
  });
});
