import { expect } from "chai";
import { assert } from "../../../src/modules/assert.js";
import { debug } from "../../../src/modules/debug.js";
import { fail } from "../../../src/modules/fail.js";
import { meta } from "../../../src/modules/meta.js";
import { setFact } from "../../../src/modules/set_fact.js";
import { changes, problems, resultOf } from "./support.js";

const is = (expression: string, value: unknown) => ({ expression, value });

describe("debug", () => {
  it("shows a text, and any value as JSON", () => {
    expect(resultOf(debug, { msg: "hi" })).to.deep.equal({ changed: false, msg: "hi", message: "hi" });
    expect(resultOf(debug, { msg: [1, 2] }).message).to.equal("[\n  1,\n  2\n]");
    expect(resultOf(debug, {})).to.include({ msg: "Hello world!" });
  });

  it("shows a variable under its name", () => {
    expect(resultOf(debug, { var: is("a.b", { x: null }) })).to.deep.equal({
      changed: false,
      "a.b": { x: null },
      message: 'a.b: {\n  "x": null\n}',
    });
  });

  it("passes on how many -v it wants", () => {
    expect(resultOf(debug, { msg: "x", verbosity: "2" })).to.include({ verbosity: 2 });
  });

  it("takes only one of msg and var", () => {
    expect(problems(debug, { msg: "x", var: is("x", 1) })).to.deep.equal([": needs msg or var, not both"]);
  });
});

describe("assert", () => {
  it("names the first expression that is false", () => {
    const that = [is("a > 1", true), is("b > 1", false), is("c > 1", false)];
    expect(resultOf(assert, { that, fail_msg: "too small" })).to.deep.equal({
      failed: true,
      msg: "too small: `b > 1` is false",
      assertion: "b > 1",
      evaluated_to: false,
    });
  });

  it("wants true, not something like it", () => {
    expect(resultOf(assert, { that: is("name", "x") }).msg).to.equal(
      'assertion failed: `name` gives "x", not true or false',
    );
    expect(resultOf(assert, { that: is("name", undefined) }).msg).to.equal(
      "assertion failed: `name` gives undefined, not true or false",
    );
  });

  it("says that all hold, unless it is to be quiet", () => {
    const msg = "All assertions passed";
    expect(resultOf(assert, { that: [is("a", true)] })).to.deep.equal({ changed: false, msg, message: msg });
    expect(resultOf(assert, { that: [is("a", true)], quiet: true })).to.deep.equal({ changed: false, msg });
    expect(resultOf(assert, { that: [is("a", true)], success_msg: "fine" })).to.include({ message: "fine" });
  });
});

describe("fail", () => {
  it("fails with its message", () => {
    expect(resultOf(fail, { msg: "no" })).to.deep.equal({ failed: true, msg: "no" });
    expect(resultOf(fail, {})).to.include({ msg: "Failed as requested from task" });
  });
});

describe("set_fact", () => {
  it("sets each parameter but cacheable", () => {
    const variables = { a: 1, b: ["x"] };
    expect(resultOf(setFact, { ...variables, cacheable: true })).to.deep.equal({
      changed: false,
      ansible_facts: variables,
      variables,
    });
  });

  it("never sets a prototype", () => {
    const { variables } = resultOf(setFact, JSON.parse('{"__proto__": {"b": 1}, "a": 2}'));
    expect(variables).to.deep.equal({ a: 2 });
    expect(variables).not.to.have.property("b");
  });

  it("refuses what is no name", () => {
    const wrong = "is not a variable's name; use letters, digits and underscores";
    expect(problems(setFact, { "a-b": 1 })).to.deep.equal([`a-b: ${wrong}`]);
    expect(problems(setFact, { constructor: 1 })).to.deep.equal([`constructor: ${wrong}`]);
    expect(problems(setFact, { cacheable: true })).to.deep.equal([": needs at least one variable"]);
  });
});

describe("meta", () => {
  it("knows its actions and touches nothing", () => {
    expect(changes(meta, { free_form: "flush_handlers" })).to.deep.equal([]);
    expect(problems(meta, { free_form: "end_all" })).to.deep.equal([
      "free_form: must be one of flush_handlers, noop, end_host, end_play, end_batch, clear_facts, clear_host_errors, refresh_inventory, reset_connection",
    ]);
  });
});
