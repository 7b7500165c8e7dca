import { join } from "node:path";
import { expect } from "chai";
import { OMIT } from "../../../src/language/scope.js";
import { Source } from "../../../src/language/source.js";
import { compileTemplate, renderFile } from "../../../src/language/template.js";
import { scopeOf } from "./scopes.js";
import { errorsOf, folderWith, messagesOf } from "./support.js";

const scope = scopeOf("list: [1, 2]\nname: web\nusers: [{name: a}, {}]\nport: 80").with({ omit: OMIT });
const render = (text: string) => compileTemplate(new Source("t.ejs", text))(scope);
const wrong = (text: string) => messagesOf(() => render(text))[0];

describe("templates", () => {
  it("loop, trim and comment", () => {
    expect(render("<% for (const one of list) { -%>\n- <%= one %>\n<% } -%>\nend\n")).to.equal("- 1\n- 2\nend\n");
    expect(render("a\n  <%_ if (port === 80) { _%>  \nb\n<% } -%>\n<%# no -%>\nc")).to.equal("a\nb\nc");
    expect(render('<%- name %>\\n "q" <%% %%> é\r\n')).to.equal('web\\n "q" <% %> é\r\n');
    expect(render("")).to.equal("");
  });

  it("%> that closes no tag is text; %%> and <%% are those of EJS", () => {
    expect(render('LogFormat "%h %l %>s %b" x\n')).to.equal('LogFormat "%h %l %>s %b" x\n');
    expect(render("a -%>\n _%>  b <%= port %> %> <%= port -%>\n %>%%>")).to.equal("a -%>\n _%>  b 80 %> 80 %>%>");
    expect(render("<%% <%= port %> %> x %>\n")).to.equal("<% 80 %> x %>\n");
    expect(render("<%# one -%>\n<% if (true) { %>%><% } %>%>")).to.equal("%>%>");
    expect(wrong("%> %>\n %> <%= port %> %> <%= prot %>")).to.equal(
      't.ejs:2:24 "prot" is not defined; did you mean "port"?',
    );
  });

  it("refuses comparisons that do not mean what they say", () => {
    expect(wrong("a\n<% if (port == '80') { %>b<% } %>")).to.match(
      /^t\.ejs:2:13 `==` guesses in JavaScript.*write ===/,
    );
    expect(wrong("<%= list === [] %>")).to.match(/write list\.length === 0$/);
    expect(wrong("<% if ('a' in list) { %>b<% } %>")).to.match(/^t\.ejs:1:12 `in` asks for a key/);
    expect(render("<% for (const key in list) { %><%= key %><% } %>")).to.equal("01");
    expect(render("<%= name == null %>")).to.equal("false");
  });

  it("<%- shows what <%= shows", () => {
    expect(render("<%- users[0] %> <%- list %> <%- port %>")).to.equal('{"name":"a"} [1,2] 80');
    expect(wrong("a\n<%- users[1].name %>")).to.equal(
      "t.ejs:2:5 `users[1].name`: the value is undefined (is the name after the dot right?)",
    );
  });

  it("includes others, from its own folder, with variables of their own", () => {
    const folder = folderWith({
      "a.ejs": 'a <%- include("parts/b.ejs", { port: 81 }) %><%= port %>',
      "parts/b.ejs": "b <%= port %> <%- include('c.ejs') -%>\n",
      "parts/c.ejs": "c <%= name %>\n",
      "missing.ejs": "x\n<%- include('nope.ejs') %>",
      "wrong.ejs": "x\n<%- include('parts/bad.ejs') %>",
      "parts/bad.ejs": "\n\n  <%= prot %>",
      "self.ejs": "<%- include('self.ejs') %>",
      "own.ejs": "<%= include %>",
    });
    const at = (name: string, values = scope) => renderFile(join(folder, name), values);
    expect(at("a.ejs")).to.equal("a b 81 c web\n80");
    const wrongAt = (name: string) => messagesOf(() => at(name), folder)[0];
    expect(wrongAt("missing.ejs")).to.equal(
      "missing.ejs:2:5 there is no template nope.ejs; name it from the folder of this file",
    );
    expect(wrongAt("wrong.ejs")).to.equal('parts/bad.ejs:3:7 "prot" is not defined; did you mean "port"?');
    expect(wrongAt("self.ejs")).to.equal("self.ejs:1:5 `include('self.ejs')`: templates include each other: self.ejs");
    expect(at("own.ejs", scopeOf("include: [a]"))).to.equal('["a"]');
  });

  it("refuses a template of Ansible's, but not what looks like one", () => {
    const compiled = (file: string, text: string) => compileTemplate(new Source(file, text))(scope);
    expect(messagesOf(() => compiled("a.conf.j2", "# a\nport {{ port }};\n"))).to.deep.equal([
      'a.conf.j2:2:6 this is a Jinja template, and templates are EJS here; write port <%= port %>;, or <%= "{{" %> for the braces themselves',
    ]);
    expect(messagesOf(() => compiled("a.j2", "{% if x %}\n"))[0]).to.match(/^a\.j2:1:1 .*write <% if/);
    expect(compiled("a.j2", "plain\n")).to.equal("plain\n");
    expect(compiled("a.j2", "{{ x }} <%= port %>")).to.equal("{{ x }} 80");
    expect(compiled("alerts.yml", "{{ $value }}")).to.equal("{{ $value }}");
  });

  const cases: Readonly<Record<string, readonly [text: string, message: string]>> = {
    "an undefined name": ["name: nmae\n# x\n  <%= nmae %>\n", '3:7 "nmae" is not defined; did you mean "name"?'],
    "an undefined name in a for": [
      "<% for (const one of list) { %>\n  <%= one %>\n  <%= two %>\n<% } %>\n",
      '3:7 "two" is not defined; define it, or ask with defined("two")',
    ],
    "the second of two tags on a line": ["<%= name %> <%= nmae %>", '1:17 "nmae" is not defined; did you mean "name"?'],
    "in a tag of several lines": [
      "a\n<%\n  const x = 1;\n  nmae.y;\n%>",
      '4:3 "nmae" is not defined; did you mean "name"?',
    ],
    "a type error in the second round": [
      "<% for (const user of users) { %>\n<%= user.name %>\n<%= user.name.length %>\n<% } %>",
      "2:5 `user.name`: the value is undefined (is the name after the dot right?)",
    ],
    "a type error": [
      "x\n\n<%= port %> <%= name.x.y %>",
      "3:24 `name.x.y`: Cannot read properties of undefined (reading 'y'); what stands before \"y\" is undefined: check its name, or write ?. there",
    ],
    "omit in a text": ["x <%= omit %>", "1:7 `omit`: omit leaves out a whole parameter, and this is a part of a text"],
    "no function": ["x\n<%= port %> <%= name.trimm() %>", "2:22 `name.trimm()`: name.trimm is not a function"],
    "whatever else": [
      "x\n<% [].reduce(() => 1) %>",
      "2:4 `[].reduce(() => 1)`: Reduce of empty array with no initial value",
    ],
    "a tag without an end": [
      "a\n <%= port\nb <%= port %>",
      '2:2 this <% has no %>; close it with %>; between { } or [ ] of YAML the whole value stands in "…"',
    ],
    "no expression": [
      "a\n<%= port %>\n <%= port port %>",
      "3:11 this is not a JavaScript expression: there is no operator before `port`; write &&, ||, +, === … between the two; a text stands in quotes",
    ],
    "Jinja's words": [
      "<%= port | default(3) and x %>",
      '1:10 this is not a JavaScript expression: there are no filters; write defaultTo("port", 3) && x',
    ],
    "a brace too few": ["a\n<% if (port) { %>\nb\n", "2:14 this { is never closed; write <% } %> where it ends"],
    "a brace too many": ["a\n<% if (port) { %>\n<% } } %>", "3:6 this } closes nothing"],
    "a parenthesis too few": ["a\n<%= port %>\n<% if (port { %>\nb<% } %>", "3:7 this ( is never closed"],
    "brackets crossed": [
      "<% if (port) { %>\n<% list.forEach((one) => { %>\n<% } %>\n<% ] %>",
      "4:4 this ] closes nothing; the ( on line 2 must be closed first",
    ],
    "no code": [
      "<%= port %>\n<% list.forEach((one) => { %><% }) %>\n<% if (port) { %><% } else { %><% } %>\n<% for (x on list) { %><% } %>",
      "4:4 `for (x on list) {` is not JavaScript: Unexpected identifier 'on'",
    ],
    "Jinja's words in code": [
      "<% if (port and name) { %><% } %>",
      "1:4 `if (port and name) {` is not JavaScript: Unexpected identifier 'and'; write && for and, || for or, ! for not",
    ],
    "a function": ["<%= name.trim %>", "1:5 `name.trim`: this is a function, and it is not called: write ()"],
    "an include": ["<%- include('x') %>", '1:5 "include" is not defined; define it, or ask with defined("include")'],
  };
  for (const [name, [text, message]] of Object.entries(cases)) {
    it(`says where: ${name}`, () => expect(wrong(text)).to.equal(`t.ejs:${message}`));
  }

  it("shows the line of the template", () => {
    const [error] = errorsOf(() => render("a\n  <%= nmae %>\nb"));
    expect(error?.details.excerpt).to.equal("2 |   <%= nmae %>\n          ^");
  });
});
