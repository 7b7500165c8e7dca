import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { play } from "./support.js";

for (const speculate of [true, false]) {
  describe(`a file that would have been fetched, looked for ${speculate ? "ahead" : "a task at a time"}`, () => {
    let host: string;
    beforeEach(() => {
      host = mkdtempSync(join(tmpdir(), "fettle-fetched-"));
      writeFileSync(join(host, "key"), "secret\n");
    });
    afterEach(() => rmSync(host, { recursive: true }));

    /** What comes of the tasks behind a fetch of `got/key`, on the host that fetches and on another one. */
    const ran = async (tasks: string, mode: "apply" | "plan", files: Record<string, string> = {}) => {
      const fetch = `- name: fetch\n  fetch: { src: ${host}/key, dest: got/, flat: true }\n`;
      const text = `- hosts: a\n  tasks:\n${indented(fetch + tasks)}\n- hosts: b\n  tasks:\n${indented(tasks)}`;
      const { told, events } = await play(text, { hosts: ["a", "b"], files, run: { speculate, mode } });
      const why = events.flatMap((event) =>
        event.type === "taskSettled" ? event.items.flatMap(({ unknown }) => unknown?.because ?? []) : [],
      );
      return { of: [...(told["a"] ?? []), ...(told["b"] ?? [])], why: [...new Set(why)] };
    };
    const indented = (tasks: string): string => tasks.replace(/^(?=.)/gm, "    ");

    for (const [what, task] of [
      ["copy", "copy: { src: got/key, dest: HOST/copy }"],
      ["copy of its folder", "copy: { src: got/, dest: HOST/copies/ }"],
      ["template", "template: { src: got/key, dest: HOST/rendered }"],
      ["script", "script: got/key"],
      ["file()", "debug: { msg: '<%= file(\"got/key\") %>' }"],
      ["fileglob()", "debug: { msg: '<%= fileglob(\"got/*\").length %>' }"],
      ["firstFound()", 'debug: { msg: \'<%= firstFound(["none", "got/key"]) %>\' }'],
    ] as const)
      it(`makes what ${what} does with it unknown, and says why`, async () => {
        const { of, why } = await ran(`- name: use\n  ${task.replaceAll("HOST", host)}\n`, "plan");
        expect(of).to.deep.equal(["fetch changed", "use unknown", "use unknown"]);
        expect(why).to.deep.equal(["fetch"]);
      });

    it("makes it unknown too when another one is there", async () => {
      const use = `- name: use\n  copy: { src: got/key, dest: ${host}/copy }\n`;
      const { of } = await ran(use, "plan", { "got/key": "old\n" });
      expect(of).to.deep.equal(["fetch changed", "use unknown", "use unknown"]);
    });

    it("is as it is when it is there already, and when nothing looks for it", async () => {
      const use = `- name: use\n  copy: { src: got/key, dest: ${host}/copy }\n`;
      expect((await ran(use, "plan", { "got/key": "secret\n" })).of).to.deep.equal([
        "fetch ok",
        "use changed",
        "use changed",
      ]);
      const other = "- name: other\n  debug: { msg: '<%= file(\"other\") %>' }\n";
      expect((await ran(other, "plan", { other: "x" })).of).to.deep.equal([
        "fetch changed",
        "other ok: x",
        "other ok: x",
      ]);
    });

    it("is there in an apply", async () => {
      const use = `- name: use\n  copy: { src: got/key, dest: ${host}/copy }\n`;
      expect((await ran(use, "apply")).of).to.deep.equal(["fetch changed", "use changed", "use ok"]);
    });

    it("is unknown behind a fetch that is unknown itself", async () => {
      const tasks = `- name: use\n  copy: { src: got/made, dest: ${host}/copy }\n`;
      const make = `- hosts: a\n  tasks:\n    - name: make\n      command: touch ${host}/made\n    - name: fetch made\n      fetch: { src: ${host}/made, dest: got/, flat: true }\n${indented(tasks)}`;
      const { told } = await play(make, { hosts: ["a"], run: { speculate, mode: "plan" } });
      expect(told["a"]).to.deep.equal(["make changed", "fetch made unknown", "use unknown"]);
    });
  });
}
