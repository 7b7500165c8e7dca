import { expect } from "chai";
import { factSources } from "../../../src/probes/facts/index.js";
import { play, tasks } from "./support.js";

/** What the debug tasks of host a said. */
const said = (told: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  (told["a"] ?? []).flatMap((line) => /^say ok: (.*)$/.exec(line)?.[1] ?? []);

for (const speculate of [true, false]) {
  describe(`include_vars${speculate ? "" : ", one task at a time"}`, () => {
    const ask = async (text: string, files: Readonly<Record<string, string>>, more = "", run = {}) =>
      play(tasks(text, more), { hosts: ["a"], files, run: { speculate, factSources, ...run } });

    it("stands above the variables of the task, below set_fact and registers", async () => {
      const { told } = await ask(
        `
- set_fact: { fact: set }
- include_vars: v.yml
- { name: say, debug: { msg: "<%= play %> <%= task %> <%= fact %>" }, vars: { task: task } }`,
        { "v.yml": "play: file\ntask: file\nfact: file\n" },
        "  vars: { play: play }\n",
      );
      expect(said(told)).to.deep.equal(["file file set"]);
    });

    it("renders its values when they are used", async () => {
      const { told } = await ask(
        `
- include_vars: v.yml
- set_fact: { port: 80 }
- { name: say, debug: { msg: "<%= url %>" } }
- set_fact: { port: 81 }
- { name: say, debug: { msg: "<%= url %>" } }`,
        { "v.yml": 'url: "http://x:<%= port %>"\n' },
      );
      expect(said(told)).to.deep.equal(["http://x:80", "http://x:81"]);
    });

    it("takes a file that hangs on a fact and on a loop; the later wins", async () => {
      const { told, trips } = await ask(
        `
- { name: say, debug: { msg: "<%= x %>" } }
- { include_vars: "<%= item %>", loop: ["all.yml", "<%= facts.os_family %>.yml"] }
- { name: say, debug: { msg: "<%= x %> <%= y %>" } }`,
        { "all.yml": "x: all\ny: all\n", "Debian.yml": "x: debian\n" },
        "  vars: { x: play }\n",
      );
      expect(said(told)).to.deep.equal(["play", "debian all"]);
      expect(trips).to.equal(1);
    });

    it("puts all into one variable, from a file or a folder", async () => {
      const { told } = await ask(
        `
- include_vars: { file: v.yml, name: one }
- include_vars: { dir: d, name: all, ignore_files: ["no.yml"], ignore_unknown_extensions: true }
- { name: say, debug: { msg: "<%= one.x %> <%= JSON.stringify(all) %>" } }`,
        {
          "v.yml": "x: 1\n",
          "d/a.yml": "x: 1\nz: 1\n",
          "d/b.json": '{"x": 2}',
          "d/no.yml": "n: 1\n",
          "d/s/c.yml": "y: 3\n",
          "d/r.md": "",
        },
      );
      expect(said(told)).to.deep.equal(['1 {"x":2,"z":1,"y":3}']);
    });

    it("sets nothing when it is skipped, and lasts for the plays behind it", async () => {
      const { told } = await play(
        `${tasks("- { include_vars: v.yml, when: false }\n- include_vars: w.yml")}${tasks(
          `- { name: say, debug: { msg: "<%= defined('v') %> <%= w %>" } }`,
        )}`,
        { files: { "v.yml": "v: 1\n", "w.yml": "w: 1\n" }, hosts: ["a"], run: { speculate } },
      );
      expect(said(told)).to.deep.equal(["false 1"]);
    });

    it("leaves everything unknown in a dry run that cannot know the file", async () => {
      const { events } = await ask(
        `
- { command: echo v, register: name }
- { name: include, include_vars: "<%= name.stdout %>.yml" }
- { name: say, debug: { msg: "<%= x %>" } }`,
        { "v.yml": "x: 1\n" },
        "  vars: { x: play }\n",
        { mode: "plan" },
      );
      const statuses = events.flatMap((event) => (event.type === "taskSettled" ? [event.status] : []));
      expect(statuses).to.deep.equal(["changed", "unknown", "unknown"]);
    });

    it("looks in vars/ of its role, and not at its main.yml", async () => {
      const { told } = await play("- hosts: all\n  gather_facts: false\n  roles: [r]\n", {
        hosts: ["a"],
        run: { speculate },
        files: {
          "roles/r/tasks/main.yml": `
- include_vars: v.yml
- include_vars: { dir: vars, name: all }
- { name: say, debug: { msg: "<%= v %> <%= JSON.stringify(all) %>" } }`,
          "roles/r/vars/v.yml": "v: 1\n",
          "roles/r/vars/main.yml": "m: 1\n",
        },
      });
      expect(said(told)).to.deep.equal(['1 {"v":1}']);
    });
  });
}

describe("include_vars", () => {
  const refused = async (text: string, files: Readonly<Record<string, string>> = {}): Promise<string> => {
    try {
      await play(tasks(text), { hosts: ["a"], files });
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  it("tells before anything is touched what is wrong in a file whose name is known", async () => {
    expect(await refused("- include_vars: v.yml", { "v.yml": "x: [\n" })).to.match(/v\.yml:\d+:\d+/);
    expect(await refused("- include_vars: none.yml")).to.match(/p\.yml:4:\d+ there is no file of variables "none.yml"/);
    expect(await refused("- include_vars: { file: a.yml, dir: d }")).to.match(/needs file or dir, not both/);
  });
});
