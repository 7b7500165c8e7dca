import { expect } from "chai";
import { createScope } from "../../../src/language/scope.js";
import { dataLayer } from "../../../src/language/variables.js";
import { said, scopeOf } from "./scopes.js";
import { messagesOf } from "./support.js";

const PLACE = { file: "f.yml", line: 1, column: 1 };
const layer = (name: string, values: Record<string, unknown>) => dataLayer(name, values, PLACE);

describe("Scope", () => {
  it("takes the strongest: parameters and -e, then what the host said, then the rest, the last first", () => {
    const scope = createScope({
      below: [
        layer("defaults", { a: "default", b: "default", c: "default", d: "default" }),
        layer("vars", { b: "vars", c: "vars", d: "vars" }),
      ],
      above: [layer("params", { d: "params" })],
      dynamic: said({ c: "said", d: "said" }),
      magic: {},
    });
    expect(["a", "b", "c", "d"].map((name) => scope.get(name))).to.deep.equal(["default", "vars", "said", "params"]);
    expect(scope.with({ d: "item" }).get("d")).to.equal("item");
    expect(scope.has("e")).to.equal(false);
    expect([...scope.names()].sort()).to.deep.equal(["a", "b", "c", "d", "facts"]);
  });

  it("renders a variable when it is asked for", () => {
    const scope = scopeOf("good: <%= base + 1 %>\nbase: 1\nbad: <%= nope %>");
    expect(scope.get("good")).to.equal(2);
    expect(messagesOf(() => scope.get("bad"))).to.deep.equal([
      'vars.yml:3:10 "nope" is not defined; define it, or ask with defined("nope")',
    ]);
  });

  it("sees the item of a loop inside of variables", () => {
    const scope = scopeOf("path: /srv/<%= item %>");
    expect(["a", "b"].map((item) => scope.with({ item }).get("path"))).to.deep.equal(["/srv/a", "/srv/b"]);
  });

  it("names a variable that needs itself, with the way", () => {
    const scope = scopeOf("a: <%= b %>\nb: x <%= c %>\nc: <%= a %>");
    expect(messagesOf(() => scope.get("a"))).to.deep.equal([
      'vars.yml:1:1 the variable "a" needs itself: a → b → c → a; a name in its own value is not the definition further out: give one of the two another name',
    ]);
    expect(messagesOf(() => scope.get("b"))).to.deep.equal([
      'vars.yml:2:1 the variable "b" needs itself: b → c → a → b; a name in its own value is not the definition further out: give one of the two another name',
    ]);
  });
});
