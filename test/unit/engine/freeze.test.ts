import { expect } from "chai";
import { registry } from "../../../src/modules/index.js";
import { makePlay, makeTask } from "../../support/plays.js";
import { start } from "./support.js";

const module = (name: string) => registry.get(name)!;

describe("registers", () => {
  it("cannot be changed in place: an expression is evaluated as often as the engine likes", async () => {
    const lines = (scope: { get(name: string): unknown }) =>
      (scope.get("r") as { stdout_lines: string[] }).stdout_lines;
    const tasks = [
      makeTask(module("command"), { args: { argv: ["printf", "a\nb\n"] }, register: "r" }),
      makeTask(module("debug"), { args: (scope) => ({ msg: [...lines(scope)].reverse().join() }) }),
      makeTask(module("debug"), {
        args: (scope) => {
          const own = lines(scope);
          expect(() => own.reverse()).to.throw(TypeError, "read only");
          expect(() => own.push("c")).to.throw(TypeError);
          return { msg: own.join() };
        },
      }),
    ];
    const { settled } = await start([makePlay(tasks)]);
    expect(settled.map(({ items }) => items[0]?.message)).to.deep.equal([undefined, "b,a", "a,b"]);
  });
});
