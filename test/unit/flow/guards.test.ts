import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { connect } from "../../../src/transport/index.js";
import { LOCAL } from "../engine/support.js";
import { play, tasks } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "fettle-guards-"));
after(() => rmSync(folder, { recursive: true }));

const ask = async (mode: "plan" | "apply", text: string) =>
  (await play(tasks(text), { hosts: ["a"], run: { mode, connect: () => connect(LOCAL) } })).told["a"];

/** `unless` and `only_if` only look, so a dry run asks them, as long as nothing before them can change the answer. */
describe("guards that are commands, in a dry run", () => {
  it("are asked, and so is the task's register", async () => {
    const told = await ask(
      "plan",
      `
- { name: there, command: { cmd: touch ${folder}/x, unless: "true" }, register: one }
- { name: not there, command: { cmd: touch ${folder}/x, unless: "false" } }`,
    );
    expect(told).to.deep.equal(["there ok", "not there changed"]);
    const only = await ask(
      "plan",
      `
- { name: no, shell: { cmd: touch ${folder}/x, only_if: "false" }, register: one }
- { name: say, debug: { msg: "<%= one.changed %> <%= one.skipped %>" } }
- { name: yes, shell: { cmd: touch ${folder}/x, only_if: "true" } }`,
    );
    expect(only).to.deep.equal(["no ok", "say ok: false false", "yes changed"]);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("are not known after whatever may change their answer", async () => {
    const after = (what: string) =>
      ask("plan", `- ${what}\n- { name: then, command: { cmd: "true", unless: test -e ${folder}/x } }`);
    expect((await after(`{ name: first, command: "touch ${folder}/x" }`))?.[1]).to.equal("then unknown");
    expect((await after(`{ name: first, file: { path: ${folder}/x, state: touch } }`))?.[1]).to.equal("then unknown");
    expect((await after(`{ name: first, command: "true", changed_when: false }`))?.[1]).to.equal("then changed");
    expect((await after(`{ name: first, command: { cmd: "true", unless: "true" } }`))?.[1]).to.equal("then changed");
  });

  it("are asked at their turn alone in an apply", async () => {
    const told = await ask(
      "apply",
      `
- { name: first, command: touch ${folder}/x }
- { name: then, command: { cmd: "false", unless: test -e ${folder}/x } }`,
    );
    expect(told).to.deep.equal(["first changed", "then ok"]);
  });
});
