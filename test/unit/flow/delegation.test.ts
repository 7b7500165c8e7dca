import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { FettleError } from "../../../src/contract/error.js";
import { direct } from "../../support/direct.js";
import { play, tasks } from "./support.js";

/** Runs with connections that remember who was spoken to; `lost` cannot be reached. */
async function spokenTo(text: string, given: Parameters<typeof play>[1] = {}) {
  const sent: Record<string, number> = {};
  const connect = (host: string) => {
    if (host === "lost") return Promise.reject(new FettleError({ kind: "unreachable", cause: "lost is gone" }));
    const connection = direct();
    return Promise.resolve({
      ...connection,
      run: (...args: Parameters<typeof connection.run>) => {
        sent[host] = (sent[host] ?? 0) + 1;
        return connection.run(...args);
      },
    });
  };
  const ran = await play(text, { ...given, run: { ...given.run, connect } });
  return { ...ran, sent };
}

for (const speculate of [true, false])
  describe(`delegate_to ${speculate ? "with" : "without"} speculation`, () => {
    it("does the task on the other host, with the variables of its own", async () => {
      const text =
        '- name: there\n  command: "echo <%= inventory_hostname %>"\n  delegate_to: other\n  register: r\n- name: see\n  debug: {msg: "<%= r.stdout %>"}';
      const ran = await spokenTo(tasks(text), { hosts: ["a"], run: { speculate } });
      expect(ran.told).to.deep.equal({ a: ["there changed", "see ok: a"] });
      expect(ran.sent["other"]).to.equal(1);
      expect(ran.sent["a"]).to.equal(undefined);
    });

    it("may be a host of the play, which is busy itself", async () => {
      const text =
        "- {name: put, copy: {content: x, dest: $DIR/<%= inventory_hostname %>}, delegate_to: a}\n- {name: run, command: 'true'}";
      const folder = join(tmpdir(), "fettle-busy");
      mkdirSync(folder, { recursive: true });
      const ran = await play(tasks(text.replace("$DIR", folder)), { run: { speculate } });
      rmSync(folder, { recursive: true });
      expect(ran.told["b"]).to.deep.equal(["put changed", "run changed"]);
    });

    for (const more of ["delegate_to: a", "delegate_to: b", "retries: 1", "loop_control: {pause: 0.01}"])
      it(`loses nothing of what the items of a loop write into one file: ${more}`, async () => {
        const file = join(mkdtempSync(join(tmpdir(), "fettle-lines-")), "f");
        const text = `- name: lines\n  lineinfile: {path: ${file}, line: "<%= item %>", create: true}\n  loop: [x, y, z]\n  ${more}`;
        const ran = await play(tasks(text), { hosts: ["a"], run: { speculate } });
        expect(ran.told["a"]).to.deep.equal(["lines changed"]);
        expect(readFileSync(file, "utf8")).to.equal("x\ny\nz\n");
        rmSync(dirname(file), { recursive: true });
      });

    it("takes a host for each item of a loop", async () => {
      const text = "- name: there\n  command: ls\n  delegate_to: <%= item %>\n  loop: [x, y]";
      const ran = await spokenTo(tasks(text), { hosts: ["a"], run: { speculate } });
      expect(Object.keys(ran.sent).sort()).to.deep.equal(["x", "y"]);
    });

    it("sends what waits on its own host first, and is looked at after it", async () => {
      const text =
        "- name: here\n  copy: {dest: $DIR/f, content: here}\n- name: there\n  copy: {dest: $DIR/f, content: here}\n  delegate_to: other";
      const ran = await spokenTo(tasks(text), { hosts: ["a"], run: { speculate } });
      expect(ran.told["a"]).to.deep.equal(["here changed", "there ok"]);
    });

    it("lets hosts change another one in turn: each sees what the others did", async () => {
      const text = "- name: add\n  lineinfile: {path: $DIR/f, line: same, create: true}\n  delegate_to: other";
      const ran = await spokenTo(tasks(text), { hosts: ["a", "b", "c"], run: { speculate } });
      const statuses = Object.values(ran.told).flat().sort();
      expect(statuses).to.deep.equal(["add changed", "add ok", "add ok"]);
    });

    it("does it on a host of a later play", async () => {
      const text = "- name: there\n  command: ls\n  delegate_to: b";
      const later = "- hosts: b\n  gather_facts: false\n  tasks: [{ name: later, command: ls }]\n";
      const ran = await spokenTo(tasks(text).replace("hosts: all", "hosts: a") + later, { run: { speculate } });
      expect(ran.told).to.deep.equal({ a: ["there changed"], b: ["later changed"] });
    });

    it("fails its host alone when the other cannot be reached", async () => {
      const text =
        '- name: there\n  command: ls\n  delegate_to: \'<%= inventory_hostname === "a" ? "lost" : "other" %>\'\n- name: next\n  debug: {msg: x}';
      const ran = await spokenTo(tasks(text), { run: { speculate } });
      expect(ran.told).to.deep.equal({ b: ["there changed", "next ok: x"] });
      expect(ran.recap["a"]?.unreachable).to.equal(1);
    });
  });

describe("delegate_to in a dry run", () => {
  it("predicts on the other host", async () => {
    const text =
      "- name: there\n  copy: {dest: $DIR/f, content: x}\n  delegate_to: b\n- name: again\n  copy: {dest: $DIR/f, content: x}\n  delegate_to: b\n- name: here\n  copy: {dest: $DIR/f, content: x}";
    const ran = await spokenTo(tasks(text), { hosts: ["a"], run: { mode: "plan" } });
    expect(ran.told["a"]).to.deep.equal(["there changed", "again ok", "here changed"]);
  });
});
