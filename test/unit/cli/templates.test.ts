import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fettle, verdictsOf } from "../../support/cli.js";

describe("templates on a host", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fettle-templates-"));
    mkdirSync(join(folder, "templates"));
    writeFileSync(join(folder, "hosts"), "here ansible_connection=local\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const run = (command: string) =>
    fettle(command, join(folder, "site.yml"), "-i", join(folder, "hosts"), "--output", "json");

  it("use facts, registers and what set_fact set, also in parts that they include", async function () {
    this.timeout(60_000);
    write("templates/a.ejs", "<%= facts.hostname %> <%- include('b.ejs', { n: 2 }) %>");
    write("templates/b.ejs", "<%= n %> <%= said.stdout %> <%= word %>\n");
    write(
      "site.yml",
      `- hosts: all
  tasks:
    - command: echo hello
      register: said
    - set_fact: { word: "<%= said.stdout.toUpperCase() %>" }
    - template: { src: a.ejs, dest: "${join(folder, "out")}" }
    - command: cp "${join(folder, "out")}" "${join(folder, "kept")}"
    - file: { path: "${join(folder, "out")}", state: absent }
`,
    );
    const plan = await run("plan");
    expect([...verdictsOf(plan.events).values()]).to.deep.equal([
      "changed",
      "unknown",
      "unknown",
      "changed",
      "unknown",
    ]);
    expect(plan.status).to.equal(0);
    const apply = await run("apply");
    expect([...verdictsOf(apply.events).values()]).to.deep.equal(["changed", "ok", "changed", "changed", "changed"]);
    expect(readFileSync(join(folder, "kept"), "utf8")).to.equal(`${hostname().split(".")[0] ?? ""} 2 hello HELLO\n`);
  });
});
