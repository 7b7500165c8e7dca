import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { FettleError } from "../../../src/contract/error.js";
import type { Scope } from "../../../src/contract/play.js";
import { bareExpression, templateText } from "../../../src/language/expression.js";
import { HELPER_NAMES } from "../../../src/language/helpers/index.js";
import { readInventory } from "../../../src/language/index.js";
import { siteFor } from "../../../src/language/playbook/task-site.js";
import { createScope } from "../../../src/language/scope.js";
import { Source } from "../../../src/language/source.js";
import { sealBytes } from "../../../src/language/vault/cipher.js";
import { formatEnvelope } from "../../../src/language/vault/format.js";
import { Keyring } from "../../../src/language/vault/keyring.js";
import { layerOf } from "../../../src/language/variables.js";
import { parseYaml } from "../../../src/language/yaml.js";
import { said, scopeOf } from "./scopes.js";
import { folderWith } from "./support.js";

function value(text: string, scope: Scope = scopeOf("{}")): unknown {
  const source = new Source("f.yml", text.includes("<%") ? JSON.stringify(text) : `|-\n  ${text}`);
  const node = parseYaml(source, "1.2");
  if (node?.kind !== "scalar") throw new Error("a scalar");
  return (text.includes("<%") ? templateText(node, source) : bareExpression(node, source)).evaluate(scope);
}

function wrong(text: string, scope?: Scope): string {
  try {
    return `no error: ${String(value(text, scope))}`;
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    return error.message.replace(/^f.yml:\d+:\d+ /, "");
  }
}

/** A scope that knows a folder. */
function scopeAt(folder: string, vault = new Keyring([]), isPlan = false): Scope {
  const source = new Source("vars.yml", "x: 1");
  const node = parseYaml(source, "1.2");
  return createScope({
    below: node?.kind === "map" ? [layerOf("vars", node, source)] : [],
    above: [],
    dynamic: { ...said({}), magic: { ansible_check_mode: isPlan } },
    magic: {},
    site: siteFor({ inventory: readInventory(["a,b,"]), vault }, folder),
  });
}

describe("helpers and names", () => {
  it("a variable goes before the function of its name", () => {
    expect(value("quote", scopeOf("quote: mine"))).to.equal("mine");
    expect(value('quote + basename("/a/b")', scopeOf("quote: mine"))).to.equal("mineb");
  });

  it("calling a variable that hides a function says so", () => {
    expect(wrong('quote("x")', scopeOf("quote: mine"))).to.equal(
      '`quote("x")`: quote is not a function; the variable "quote" hides the function of that name: rename it (vars.yml:1:1)',
    );
  });

  it("a name that is not called is no function: a variable that is missing must not be quietly unequal", () => {
    expect(wrong('env === "prod"')).to.equal(
      '"env" is not defined; define it; the function of that name is called: env("NAME", otherwise = "")',
    );
    expect(wrong("<%= password %>")).to.match(/^"password" is not defined; define it/);
    expect(value('defined("env")')).to.equal(false);
    expect(value('defaultTo("env", "x")')).to.equal("x");
  });

  it("a function may be handed over to a list's own", () => {
    expect(value('["/a/b"].map(basename)')).to.deep.equal(["b"]);
  });

  it("a misspelt one is told, and so is a lookup of Ansible's", () => {
    expect(wrong('regexreplace("a", "b")')).to.match(/did you mean "regexReplace"\?$/);
    expect(wrong('lookup("env", "HOME")')).to.match(/a lookup is a function of its own/);
  });

  it("unknown options are errors", () => {
    expect(wrong("indent('a', 2, { frist: true })")).to.equal(
      'indent: there is no option "frist"; known are first, blank',
    );
  });

  it("what they are given stays as it is", () => {
    const scope = scopeOf("a: { l: [2, 1], m: { x: 1 } }\nb: { m: { y: 2 } }");
    const before = JSON.stringify(scope.get("a"));
    value("combine(a, b, { recursive: true, listMerge: 'append' })", scope);
    value("[sort(a.l), unique(a.l), flatten([a.l]), difference(a.l, [1])]", scope);
    expect(JSON.stringify(scope.get("a"))).to.equal(before);
  });

  it("a mapping of data with the names of options is data", () => {
    expect(value("combine(a, b)", scopeOf("a: { x: 1 }\nb: { recursive: true }"))).to.deep.equal({
      x: 1,
      recursive: true,
    });
  });

  it("keys that reach into objects are keys", () => {
    const made = value(`fromJson('{"__proto__": {"x": 1}}')`) as object;
    expect(Object.keys(made)).to.deep.equal(["__proto__"]);
    expect((made as { x?: unknown }).x).to.equal(undefined);
  });

  it("have no name of JavaScript's own", () => {
    expect(HELPER_NAMES.filter((name) => name in globalThis)).to.deep.equal([]);
  });

  it("without a task there is no controller", () => {
    expect(wrong('file("x")')).to.match(/^file\(\) does not work here/);
  });
});

describe("secrets of helpers", () => {
  const key = { id: "default", password: Buffer.from("pw") };

  it("a file from a vault is concealed", () => {
    const folder = folderWith({});
    mkdirSync(join(folder, "files"));
    writeFileSync(join(folder, "files", "key"), formatEnvelope(sealBytes(Buffer.from("the key\n"), key.password)));
    const vault = new Keyring([key]);
    expect(value('file("key")', scopeAt(folder, vault))).to.equal("the key");
    expect(vault.secrets()).to.include("the key");
  });

  it("a password is concealed, made or read, and so is its hash", () => {
    const folder = folderWith({ kept: "s3cret.pass\n" });
    const vault = new Keyring([]);
    const scope = scopeAt(folder, vault);
    expect(value('password("kept")', scope)).to.equal("s3cret.pass");
    const hashed = value('password("new", { encrypt: "sha512" })', scope);
    expect(vault.secrets()).to.include("s3cret.pass");
    expect(vault.secrets()).to.include(hashed);
  });

  it("a password of fewer characters than it is said is not made", () => {
    expect(wrong('password("x length=5")', scopeAt(folderWith({})))).to.match(/is a path with options behind it/);
  });

  it("passwordHash makes a new salt unless one is given", () => {
    const [a, b] = [value('passwordHash("x")'), value('passwordHash("x")')];
    expect(a).to.match(/^\$6\$[./\w]{16}\$[./\w]{86}$/);
    expect(a).to.not.equal(b);
    expect(wrong('passwordHash("x", "bcrypt")')).to.equal(
      'passwordHash: there is no type "bcrypt"; write sha512 or sha256',
    );
  });
});

describe("seeds", () => {
  it("the same one gives the same number and order, another one others", () => {
    const draws = [...Array(20).keys()].map((i) => value(`random(1000, { seed: "web${i}" })`));
    expect(new Set(draws).size).to.be.greaterThan(15);
    expect(value('random(1000, { seed: "web1" })')).to.equal(draws[1]);
    expect(value('shuffle([1, 2, 3, 4, 5, 6], { seed: "a" })')).to.deep.equal(
      value('shuffle([1, 2, 3, 4, 5, 6], { seed: "a" })'),
    );
  });
});
