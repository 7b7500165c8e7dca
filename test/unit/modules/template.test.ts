import { expect } from "chai";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Local } from "../../../src/contract/module.js";
import { file } from "../../../src/modules/file.js";
import { template } from "../../../src/modules/template.js";
import { fileStat } from "../../../src/probes/file-stat.js";
import { fileText } from "../../../src/probes/file-text.js";
import { complaint, LocalHost, noLocal } from "../../support/local-host.js";
import { obeysLaws } from "../../support/laws.js";

describe("template", () => {
  let host: LocalHost;
  const at = (name: string): string => join(host.folder, name);
  const rendering = (text: string): Local => ({ ...noLocal, template: () => Promise.resolve(text) });
  const text = (name: string): string => readFileSync(at(name), "utf8");

  beforeEach(async () => {
    host = await LocalHost.open();
  });
  afterEach(() => host.close());

  it("writes a new file with its attributes", async () => {
    const args = { src: "motd.ejs", dest: at("motd"), mode: "0640" };
    const [change] = await obeysLaws(host, template, args, { local: rendering("hello\n") });
    expect(change).to.deep.include({ summary: `write ${at("motd")}`, before: null, after: "hello\n" });
    expect(text("motd")).to.equal("hello\n");
    expect(statSync(at("motd")).mode & 0o7777).to.equal(0o640);
  });

  it("shows both sides of a change, keeps the mode, and makes a backup", async () => {
    writeFileSync(at("motd"), "old\n", { mode: 0o600 });
    const args = { src: "motd.ejs", dest: at("motd"), backup: true };
    const [change] = await obeysLaws(host, template, args, { local: rendering("new\n") });
    expect(change).to.deep.include({ before: "old\n", after: "new\n" });
    expect(statSync(at("motd")).mode & 0o7777).to.equal(0o600);
    const backup = readdirSync(host.folder).find((name) => name.startsWith("motd."));
    expect(text(backup ?? "none")).to.equal("old\n");
  });

  it("sends nothing where only attributes differ", async () => {
    writeFileSync(at("motd"), "same\n", { mode: 0o600 });
    const args = { src: "motd.ejs", dest: at("motd"), mode: "0644" };
    const changes = await obeysLaws(host, template, args, { local: rendering("same\n") });
    expect(changes.flatMap((change) => change.steps)).to.deep.equal([
      { do: "exec", argv: ["chmod", "--", "00644", at("motd")] },
    ]);
  });

  it("goes into a folder under its own name", async () => {
    mkdirSync(at("d"));
    await obeysLaws(host, template, { src: "x/app.conf.ejs", dest: at("d") }, { local: rendering("a") });
    expect(text("d/app.conf")).to.equal("a");
  });

  it("replaces a link, or follows it", async () => {
    writeFileSync(at("f"), "old");
    symlinkSync("f", at("l"));
    const bystanders = [fileText(at("f")), fileStat(at("l"))];
    const options = { local: rendering("new"), bystanders };
    await obeysLaws(host, template, { src: "t", dest: at("l"), follow: true }, options);
    expect([text("f"), statSync(at("f")).ino]).to.deep.equal(["new", statSync(at("l")).ino]);
    writeFileSync(at("f"), "old");
    await obeysLaws(host, template, { src: "t", dest: at("l") }, options);
    expect([text("f"), text("l")]).to.deep.equal(["old", "new"]);
  });

  it("leaves what is there with force=false", async () => {
    writeFileSync(at("f"), "old");
    const args = { src: "t", dest: at("f"), force: false };
    expect(await obeysLaws(host, template, args, { local: rendering("new") })).to.deep.equal([]);
  });

  it("keeps the old file when validate says no", async () => {
    writeFileSync(at("f"), "good\n");
    const params = template.params.parse({ src: "t", dest: at("f"), validate: "grep -q good %s" });
    const { changes } = await host.look(template, params, rendering("bad\n"));
    expect(complaint(await host.send(changes))).to.match(/"code":1/);
    expect(readdirSync(host.folder)).to.deep.equal(["f"]);
    expect(text("f")).to.equal("good\n");
  });

  it("says what is wrong when the folder is missing, and plans when a task before brings it", async () => {
    const params = template.params.parse({ src: "t", dest: at("d/f"), owner: "nobody-yet" });
    const failed = await host.look(template, params, rendering("x")).catch((error: unknown) => error);
    expect((failed as Error).message).to.equal(
      `${at("d")} does not exist, so ${at("d/f")} cannot be written; create the folder in a task before (file: state=directory)`,
    );
    const folder = await host.look(file, file.params.parse({ path: at("d"), state: "directory" }));
    const effects = folder.changes.flatMap((change) => change.effects);
    const { changes } = await host.look(template, params, rendering("x"), effects);
    expect(changes.map((change) => change.summary)).to.deep.equal([`write ${at("d/f")}`]);
  });

  it("refuses a validate without a place for the path", () => {
    const parsed = template.params.safeParse({ src: "t", dest: "/x", validate: "visudo -c" });
    expect(parsed.error?.issues[0]?.message).to.equal(
      "does not hold %s, where the path of the file to check goes; write it where that belongs",
    );
  });
});
