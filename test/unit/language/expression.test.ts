import { expect } from "chai";
import { inputError } from "../../../src/contract/error.js";
import { NotYet, type Scope } from "../../../src/contract/play.js";
import { bareExpression, condition, templateTree } from "../../../src/language/expression.js";
import { Source } from "../../../src/language/source.js";
import { parseYaml } from "../../../src/language/yaml.js";
import { said, scopeOf } from "./scopes.js";
import { errorsOf, messagesOf } from "./support.js";

const VARIABLES = `
port: 8080
name: web
list: [3, 1, 2]
mapping: {a: {b: 1}}
empty: ""
flag: true
`;

const node = (text: string) => {
  const source = new Source("f.yml", text);
  const found = parseYaml(source, "1.2");
  if (found === null) throw new Error("nothing there");
  return [found, source] as const;
};
const rendered = (text: string, scope: Scope = scopeOf(VARIABLES)): unknown =>
  templateTree(...node(text)).evaluate(scope);
const bare = (text: string, scope: Scope = scopeOf(VARIABLES)): unknown =>
  bareExpression(...node(text)).evaluate(scope);
const asked = (text: string, scope: Scope = scopeOf(VARIABLES)): unknown => condition(...node(text)).evaluate(scope);
const wrong = (work: () => unknown) => messagesOf(work)[0];

describe("expressions: templates in texts", () => {
  it("keep the type of a text that is one tag and nothing else", () => {
    expect(rendered("<%= port %>")).to.equal(8080);
    expect(rendered("<%= list %>")).to.deep.equal([3, 1, 2]);
    expect(rendered("<%= list -%>")).to.deep.equal([3, 1, 2]);
    expect(rendered("<%= flag %>")).to.equal(true);
  });

  it("give text otherwise; a line's end is a text too", () => {
    expect(rendered("p<%= port %>")).to.equal("p8080");
    expect(rendered("<%= port %><%= port %>")).to.equal("80808080");
    expect(rendered("|\n  <%= port %>\n")).to.equal("8080\n");
    expect(rendered("x <%= list %> <%= null %>.")).to.equal("x [3,1,2] .");
    expect(rendered('"<%% <%= name %>"')).to.equal("<% web");
  });

  it("are never escaped for HTML", () => expect(rendered('x <%= "<&>\'" %>')).to.equal("x <&>'"));

  it("are rendered at any depth, and what has none is constant", () => {
    expect(rendered("a: [{b: <%= port %>}, c]")).to.deep.equal({ a: [{ b: 8080 }, "c"] });
    expect(templateTree(...node("a: [1, {b: c}]")).constant?.value).to.deep.equal({ a: [1, { b: "c" }] });
    expect(templateTree(...node("a: [<%= port %>]")).constant).to.equal(undefined);
  });

  it("name what is not defined, with the caret on the name", () => {
    const [error] = errorsOf(() => rendered(`"port <%= 'port' + prot %>"`));
    expect(error?.message).to.equal('f.yml:1:20 "prot" is not defined; did you mean "port"?');
    expect(error?.details.excerpt).to.equal(`1 | "port <%= 'port' + prot %>"\n${" ".repeat(23)}^`);
    expect(wrong(() => rendered("<%= mapping.port + prot %>"))).to.match(/^f.yml:1:20 "prot"/);
    expect(wrong(() => rendered("<%= quux %>"))).to.equal(
      'f.yml:1:5 "quux" is not defined; define it, or ask with defined("quux")',
    );
  });

  it("refuse what is undefined behind a dot", () => {
    expect(wrong(() => rendered("<%= mapping.x %>"))).to.equal(
      "f.yml:1:5 `mapping.x` is undefined; check the name after the dot, or write `?? …` behind it",
    );
    expect(rendered("<%= mapping.x ?? 5 %>")).to.equal(5);
    expect(wrong(() => rendered("a <%= mapping.x %>"))).to.equal(
      "f.yml:1:7 `mapping.x`: the value is undefined (is the name after the dot right?)",
    );
    expect(wrong(() => rendered("<%= mapping.x.y %>"))).to.equal(
      "f.yml:1:15 `mapping.x.y`: Cannot read properties of undefined (reading 'y'); what stands before \"y\" is undefined: check its name, or write ?. there",
    );
  });

  it("cannot change variables, not even inside", () => {
    const scope = scopeOf(VARIABLES);
    expect(wrong(() => rendered("<%= list.sort() %>", scope))).to.equal(
      "f.yml:1:5 `list.sort()`: Cannot assign to read only property '0' of object '[object Array]'; " +
        "variables are not changed in place: use [...list].sort(), list.concat(x), {...mapping, key: x}",
    );
    expect(wrong(() => rendered("<%= port = 1 %>", scope))).to.equal(
      'f.yml:1:5 `port = 1`: "port" cannot be assigned to; variables of your own begin with let',
    );
    expect(rendered("<%= [...list].sort() %>", scope)).to.deep.equal([1, 2, 3]);
    expect(rendered("<%= list %>", scope)).to.deep.equal([3, 1, 2]);
  });

  it("give NotYet through, as it is", () => {
    const dynamic = { ...said({}), names: () => ["out"], lookup: () => raise(new NotYet("out")) };
    for (const text of ["<%= out.rc %>", "a <%= out.rc %>"])
      expect(() => rendered(text, scopeOf("", dynamic))).to.throw(NotYet, /^not yet known$/);
  });

  it("ask whether something is defined", () => {
    const ask = (path: string) => rendered(`<%= defined("${path}") %>`);
    expect(["port", "mapping.a.b", "nope", "mapping.x", "port.x.y"].map(ask)).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

const raise = (error: Error): never => {
  throw error;
};

describe("expressions: bare", () => {
  it("give any value; lists and mappings stand for themselves", () => {
    expect(bare("list.filter((one) => one > 1)")).to.deep.equal([3, 2]);
    expect(bare("[a, <%= port %>]")).to.deep.equal(["a", 8080]);
    expect(bareExpression(...node("true")).constant).to.deep.equal({ value: true });
    expect(bareExpression(...node("'3'")).constant).to.deep.equal({ value: 3 });
  });

  it("are no templates", () => {
    expect(wrong(() => bare("<%= list %>"))).to.equal(
      "f.yml:1:1 this is an expression already, not a text; write list",
    );
    expect(wrong(() => bare("a <%= list %>"))).to.equal(
      "f.yml:1:1 this is an expression already, not a text; write it without <%= %>",
    );
  });

  it("refuse `in`, which is quietly false for a list", () => {
    expect(wrong(() => asked("'\"web\" in list'"))).to.equal(
      "f.yml:1:8 `in` asks for a key in JavaScript, not for an item; " +
        'write list.includes("web"); for a key of a mapping Object.hasOwn(mapping, "x")',
    );
    expect(wrong(() => asked("'\"x\" in mapping.a && name.at(-1) === list.map((n) => n)'"))).to.contain(
      'write list.includes("x"), or Object.hasOwn(mapping, "x")',
    );
    expect(asked("name === 'not in list'")).to.equal(false);
    expect(asked("list.includes(3)")).to.equal(true);
  });

  it("refuse == and !=, which guess; not what is null, nor what stands in a text", () => {
    const remedy = (text: string) => wrong(() => asked(text))?.replace(/.*?; write /, "");
    expect(wrong(() => asked("port == '8080'"))).to.equal(
      'f.yml:1:6 `==` guesses in JavaScript: "1" == 1 and "" == 0 are true, [] == [] is false; ' +
        'write port === "8080"; where the types differ String(x) or Number(x), for lists and mappings equal(a, b)',
    );
    expect(remedy("flag && name != empty")).to.match(/^write flag && name !== empty; |^flag && name !== empty; /);
    expect(remedy("list.some((one) => one == 3)")).to.match(/^=== *|^===; /);
    expect(remedy("list == []")).to.equal("list.length === 0");
    expect(remedy("list !== []")).to.equal("list.length > 0");
    expect(remedy("mapping == {}")).to.equal("Object.keys(mapping).length === 0");
    expect(remedy("mapping.list != ['h1', 'h2']")).to.equal("!equal(mapping.list, ['h1', 'h2'])");
    expect(wrong(() => rendered("x <%= port %><%= port == 1 %>"))).to.match(/^f\.yml:1:23 `==` guesses/);
    for (const text of [
      "mapping.x == null",
      "null != port",
      "undefined == mapping.x",
      "name !== 'a == b'",
      "!/a==b/.test(name)",
      "name !== `a==b${name}`",
      "name /* == */ === name",
      "name === ['web'][0]",
      "4 / 2 === 2 && 4 / 1 !== 3",
      "equal(list, [3, 1, 2]) && !equal(mapping, {})",
    ])
      expect(asked(JSON.stringify(text)), text).to.equal(true);
  });

  it("typeof asks of what is not there, and only typeof", () => {
    expect(bare("typeof nope")).to.equal("undefined");
    expect(bare("typeof name === 'string' && typeof mapping.a")).to.equal("object");
    expect(wrong(() => bare("typeof nope.x"))).to.contain('"nope" is not defined');
  });

  it("call functions behind three dots", () => {
    expect(bare("Math.max(...unique(list))")).to.equal(3);
    expect(bare("'Object.keys({...combine(mapping, {})})'")).to.deep.equal(["a"]);
    expect(bare("'[...flatten([1]), 4]'")).to.deep.equal([1, 4]);
  });

  const hints: Readonly<Record<string, string>> = {
    "name is defined": 'write defined("name")',
    "flag and flag": "write flag && flag",
    "flag && name is defined and !(list is string || port in list)":
      'write flag && defined("name") && !(typeof list === "string" || list.includes(port))',
    "flag and flag | frobnicate": "write && for and, || for or, ! for not",
    "not flag": "write !flag",
    "name is match('a')": "write /^a/.test(name)",
    "name is frobnicated": "there are no tests here: write a comparison",
  };
  for (const [text, hint] of Object.entries(hints)) {
    it(`hint for ${text}`, () =>
      expect(wrong(() => bare(text)))
        .to.match(/^f.yml:1:\d+ this is not a JavaScript expression: .*; /)
        .and.contain(`; ${hint}`));
  }

  it("names what is Python's, a filter, or a fact", () => {
    expect(wrong(() => asked("flag === True"))).to.equal('f.yml:1:10 "True" is not defined; write true');
    expect(wrong(() => asked("name | lower"))).to.equal('f.yml:1:8 "lower" is not defined; write name.toLowerCase()');
    expect(wrong(() => asked("ansible_os_family === 'Debian'"))).to.equal(
      'f.yml:1:1 "ansible_os_family" is not defined; a fact is written facts.os_family',
    );
    expect(wrong(() => asked("ansible_user === 'x'"))).to.equal(
      'f.yml:1:1 "ansible_user" is not defined; define it, or ask with defined("ansible_user")',
    );
  });
});

describe("expressions: conditions", () => {
  const cases: Readonly<Record<string, string>> = {
    list: "a list, not true or false; write list.length > 0",
    name: 'a text, not true or false; write name !== ""',
    port: "a number, not true or false; write port !== 0",
    mapping: "a mapping, not true or false; write Object.keys(mapping).length > 0",
    "mapping.x": "undefined, not true or false; write Boolean(mapping.x)",
  };
  for (const [text, end] of Object.entries(cases)) {
    it(`${text} is no condition`, () =>
      expect(wrong(() => asked(text))).to.equal(`f.yml:1:1 the condition \`${text}\` gives ${end}`));
  }

  it("what people from Ansible write has its remedy", () => {
    expect(wrong(() => bare("len(list)"))).to.match(/"len" is not defined; write list.length$/);
    expect(wrong(() => bare("lookup('env', 'HOME')"))).to.match(/a lookup is a function of its own: env\("HOME"\)/);
    expect(wrong(() => rendered("<%= list.map %>"))).to.equal(
      "f.yml:1:5 `list.map` is a function, and it is not called; write () behind it",
    );
    expect(wrong(() => asked("list.includes"))).to.match(
      /gives a function, not true or false; write list.includes\(\)$/,
    );
  });

  it("errors from outside get the place of the name that they are about", () => {
    const facts = new Proxy(
      {},
      {
        get: (_target, name) => {
          throw inputError(`there is no fact "${String(name)}"`);
        },
      },
    );
    expect(wrong(() => rendered("a <%= facts.os_famly %>", scopeOf("", said({}, facts))))).to.equal(
      'f.yml:1:13 there is no fact "os_famly"',
    );
  });

  it("constants are judged when they are read", () => {
    expect(wrong(() => condition(...node("yes")))).to.equal('f.yml:1:1 "yes" is not true or false; write true');
    expect(wrong(() => condition(...node("0")))).to.equal(
      "f.yml:1:1 the condition `0` gives a number, not true or false; write 0 !== 0",
    );
    expect(condition(...node("false")).constant).to.deep.equal({ value: false });
  });

  it("Jinja in a variable loads, and using it is the error; in a task it is one at once", () => {
    const text = '"{{ port }} and {{ a.b | default(1) }}"';
    expect(templateTree(...node(text), "when used").constant).to.equal(undefined);
    expect(wrong(() => templateTree(...node(text)))).to.match(/^f.yml:1:1 this is a Jinja template/);
    expect(wrong(() => condition(...node('"{{ a }} == {{ b | d(1) }}"')))).to.equal(
      'f.yml:1:1 this is a Jinja template, and templates are EJS here; write a === defaultTo("b", 1)',
    );
    expect(wrong(() => bareExpression(...node('"{% if a %}"')))).to.match(
      /; write a JavaScript expression: docs\/expressions.md shows how$/,
    );
    expect(wrong(() => rendered(text))).to.equal(
      "f.yml:1:1 this is a Jinja template, and templates are EJS here; " +
        'write <%= port %> and <%= defaultTo("a.b", 1) %>, or <%= "{{" %> for the braces themselves',
    );
    expect(wrong(() => rendered("'{% if port %}x{% endif %}'"))).to.equal(
      "f.yml:1:1 this is a Jinja template, and templates are EJS here; write <% if (port) { -%>x<% } -%>",
    );
    expect(rendered('!unsafe "{{.Names}}"')).to.equal("{{.Names}}");
    expect(rendered("'<%= \"{{\" %>.Names}}'")).to.equal("{{.Names}}");
    expect(wrong(() => rendered("!secret x"))).to.equal(
      "f.yml:1:1 there is no tag !secret; the tags are !vault and !unsafe; a template is <%= … %>",
    );
  });
});

describe("expressions: what is in reach", () => {
  for (const name of ["process", "globalThis", "require", "Function", "eval", "constructor", "fetch", "console"]) {
    it(`${name} is no name`, () => {
      expect(wrong(() => bare(name))).to.match(new RegExp(`^f.yml:1:1 "${name}" is not defined`));
      expect(wrong(() => rendered(`a <%= ${name} %>`))).to.match(new RegExp(`^f.yml:1:7 "${name}" is not defined`));
    });
  }

  it("`this` is nothing", () => {
    expect(bare("Object.keys(this)")).to.deep.equal([]);
    expect(rendered("a <%= Object.keys(this) %>")).to.equal("a []");
  });

  it("playbooks are code: who writes one can get out, as this shows; hosts' data cannot", () => {
    expect(bare("name.constructor.constructor('return typeof process')()")).to.equal("object");
    const payload = '<%= "".constructor.constructor("return process")().exit(1) %>';
    const scope = scopeOf(
      "copied: <%= out.stdout %>\nfact: <%= facts.x %>",
      said({ out: { stdout: payload } }, { x: payload }),
    );
    for (const text of ["<%= out.stdout %>", "<%= copied %>", "<%= fact %>"])
      expect(rendered(text, scope)).to.equal(payload);
    expect(rendered("x <%= copied %>", scope)).to.equal(`x ${payload}`);
  });

  it("EJS takes no options from data", () => {
    const evil = {
      outputFunctionName: "x;process.exit(1);s",
      escapeFn: "x",
      settings: { "view options": { client: true } },
    };
    const scope = scopeOf("port: 1", said({ ...evil, locals: 5 }));
    expect(rendered("a <%= port %> <%= outputFunctionName %>", scope)).to.equal("a 1 x;process.exit(1);s");
  });
});
