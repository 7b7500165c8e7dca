import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { play, type Ran, tasks } from "./support.js";

const HERE = { hosts: ["localhost"] };

for (const speculate of [true, false]) {
  describe(`functions that look at the controller, ${speculate ? "ahead" : "a task at a time"}`, () => {
    let kept: string;
    beforeEach(() => (kept = mkdtempSync(join(tmpdir(), "fettle-kept-"))));
    afterEach(() => rmSync(kept, { recursive: true }));
    const ran = (text: string, files: Record<string, string> = {}, mode: "apply" | "plan" = "apply"): Promise<Ran> =>
      play(tasks(text), { ...HERE, files, run: { speculate, mode } });
    const told = async (...given: Parameters<typeof ran>): Promise<readonly string[] | undefined> =>
      (await ran(...given)).told["localhost"];

    it("pipe runs when all before it is done", async () => {
      const text = `
- name: written
  copy: { dest: ${kept}/x, content: hello }
- name: run
  command: "echo more >> ${kept}/x"
- name: said
  debug: { msg: '<%= pipe("cat ${kept}/x; ls ${kept}") %>' }`;
      // `command` knows no shell: the second task changes nothing of the file.
      expect(await told(text)).to.deep.equal(["written changed", "run changed", "said ok: hellox"]);
    });

    it("pipe runs once a task, also behind a batch, and not at all in a task that is skipped", async () => {
      const count = `echo x >> ${kept}/count`;
      const text = `
- name: before
  copy: { dest: ${kept}/before, content: x }
- name: skipped
  debug: { msg: '<%= pipe("${count}") %>' }
  when: result.changed
  vars: { result: { changed: false } }
- name: counted
  command: 'echo <%= pipe("${count}; echo done") %>'`;
      expect(await told(text)).to.deep.equal(["before changed", "skipped skipped", "counted changed"]);
      expect(readFileSync(join(kept, "count"), "utf8")).to.equal("x\n");
    });

    it("a file is read as the tasks before have left it", async () => {
      const text = `
- name: written
  copy: { dest: $DIR/files/x, content: new }
- name: said
  debug: { msg: '<%= file("x") %>' }
- name: found
  debug: { msg: '<%= fileglob("x*").length %>' }`;
      expect(await told(text, { "files/x": "old" })).to.deep.equal(["written changed", "said ok: new", "found ok: 1"]);
    });

    it("a template too, also where the play says that its hosts are the controller", async () => {
      const text = `
- name: before
  debug: { msg: '<%= template("t.ejs") %>' }
- name: written
  copy: { dest: $DIR/templates/t.ejs, content: "new <%= '<' + '%= 1 + 1 %' + '>' %>" }
- name: said
  debug: { msg: '<%= template("t.ejs") %>' }`;
      const files = { "templates/t.ejs": "old" };
      const ran = await play(tasks(text, "  connection: local\n"), { hosts: ["a"], files, run: { speculate } });
      expect(ran.told["a"]).to.deep.equal(["before ok: old", "written changed", "said ok: new 2"]);
    });

    it("a password is made once, kept in a file that others cannot read, and never shown", async () => {
      const text = `
- name: first
  debug: { msg: '<%= password("${kept}/p", { length: 12 }).length %>' }
- name: second
  debug: { msg: '<%= password("${kept}/p") === file("${kept}/p") %>' }
- name: hashed
  debug: { msg: '<%= password("${kept}/p", { encrypt: "sha512" }) === password("${kept}/p", { encrypt: "sha512" }) %>' }`;
      expect(await told(text)).to.deep.equal(["first ok: 12", "second ok: true", "hashed ok: true"]);
      expect(statSync(join(kept, "p")).mode & 0o777).to.equal(0o600);
      expect(readFileSync(join(kept, "p"), "utf8")).to.match(/^[\w.,:-]{12} salt=[./\w]{16}\n$/);
    });

    it("a plan makes no file for a password, and has one password all the same", async () => {
      const text = `
- name: same
  debug: { msg: '<%= password("${kept}/p") === password("${kept}/p") %>' }`;
      expect(await told(text, {}, "plan")).to.deep.equal(["same ok: true"]);
      expect(existsSync(join(kept, "p"))).to.equal(false);
    });

    it("what a host says is not rendered by them", async () => {
      const text = `
- name: ask
  command: printf %s '<%%= 1 + 1 %>'
  register: answer
- name: said
  debug: { msg: "<%= indent(combine({}, { a: answer.stdout }).a, 2) %>" }`;
      expect((await told(text))?.at(-1)).to.equal("said ok: <%= 1 + 1 %>");
    });

    it("a failing pipe fails its task", async () => {
      expect((await ran(`- debug: { msg: '<%= pipe("exit 3") %>' }`)).failed).to.equal(true);
    });
  });
}
