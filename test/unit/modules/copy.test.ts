import { expect } from "chai";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Change } from "../../../src/contract/change.js";
import type { Local } from "../../../src/contract/module.js";
import { copy } from "../../../src/modules/copy.js";
import { fileHash } from "../../../src/probes/file-hash.js";
import { fileStat } from "../../../src/probes/file-stat.js";
import { fileText } from "../../../src/probes/file-text.js";
import { complaint, LocalHost } from "../../support/local-host.js";
import { obeysLaws } from "../../support/laws.js";
import { localFiles } from "./local-files.js";

describe("copy", () => {
  let host: LocalHost;
  let source: LocalHost;
  let local: Local;
  const at = (name: string): string => join(host.folder, name);
  const from = (name: string): string => join(source.folder, name);
  const text = (name: string): string => readFileSync(at(name), "utf8");
  const bits = (name: string): number => statSync(at(name)).mode & 0o7777;
  const laws = (args: object): Promise<readonly Change[]> => obeysLaws(host, copy, args, { local });
  const steps = (changes: readonly Change[]): number => changes.flatMap((change) => change.steps).length;
  const refused = (args: object): string => copy.params.safeParse(args).error?.issues[0]?.message ?? "not refused";
  const failure = (args: object): Promise<string> =>
    host.look(copy, copy.params.parse(args), local).then(
      () => "no failure",
      (error: unknown) => (error as Error).message,
    );
  const big = (letter: string): string => letter.repeat(300 * 1024);

  beforeEach(async () => {
    [host, source] = await Promise.all([LocalHost.open(), LocalHost.open()]);
    local = localFiles(source.folder);
  });
  afterEach(() => Promise.all([host.close(), source.close()]));

  describe("one file", () => {
    it("goes to its place, then nothing is sent any more", async () => {
      writeFileSync(from("motd"), "hello\n");
      const [change] = await laws({ src: "motd", dest: at("motd"), mode: "0640" });
      expect(change).to.deep.include({ summary: `write ${at("motd")}`, before: null, after: "hello\n" });
      expect([text("motd"), bits("motd")]).to.deep.equal(["hello\n", 0o640]);
      expect(await laws({ src: "motd", dest: at("motd"), mode: "0640" })).to.deep.equal([]);
    });

    it("takes the source's mode with preserve", async () => {
      writeFileSync(from("run"), "#!/bin/sh\n");
      chmodSync(from("run"), 0o751);
      await laws({ src: "run", dest: at("run"), mode: "preserve" });
      expect(bits("run")).to.equal(0o751);
    });

    it("goes into a folder that is there", async () => {
      mkdirSync(at("d"));
      writeFileSync(from("f"), "x");
      await laws({ src: "f", dest: at("d") });
      expect(text("d/f")).to.equal("x");
    });

    it("has the folders made when dest ends in /", async () => {
      writeFileSync(from("f"), "x");
      await laws({ src: "f", dest: at("a/b/"), directory_mode: "0700" });
      expect([text("a/b/f"), bits("a"), bits("a/b")]).to.deep.equal(["x", 0o700, 0o700]);
    });

    it("is compared by its hash when it is big", async () => {
      writeFileSync(from("f"), big("a"));
      writeFileSync(at("f"), big("b"));
      const bystanders = [fileHash({ path: at("f"), algorithm: "sha256", cost: "cheap" }), fileText(at("f"))];
      const changes = await obeysLaws(host, copy, { src: "f", dest: at("f") }, { local, bystanders });
      expect(changes[0]).to.deep.include({ before: "(file, 307200 bytes)\n", after: "(file, 307200 bytes)\n" });
      expect(text("f")).to.equal(big("a"));
      expect(await laws({ src: "f", dest: at("f") })).to.deep.equal([]);
    });

    it("keeps the old one with backup, and with force: false all of it", async () => {
      writeFileSync(at("f"), "old");
      expect(await laws({ content: "new", dest: at("f"), force: false })).to.deep.equal([]);
      await laws({ content: "new", dest: at("f"), backup: true });
      const backup = readdirSync(host.folder).find((name) => name.startsWith("f."));
      expect([text(backup ?? "none"), text("f")]).to.deep.equal(["old", "new"]);
    });

    it("changes nothing when validate says no", async () => {
      writeFileSync(at("f"), "good");
      const params = copy.params.parse({ content: "bad", dest: at("f"), validate: "grep good %s" });
      const { changes } = await host.look(copy, params, local);
      expect(complaint(await host.send(changes))).to.match(/"code":1/);
      expect(text("f")).to.equal("good");
    });
  });

  describe("content", () => {
    it("is a text, or a value as JSON", async () => {
      await laws({ content: "", dest: at("empty") });
      await laws({ content: { a: [1] }, dest: at("json") });
      expect([text("empty"), text("json")]).to.deep.equal(["", '{"a":[1]}']);
    });

    it("does not go into a folder", async () => {
      expect(await failure({ content: "x", dest: host.folder })).to.equal(`${host.folder} is a folder`);
      expect(refused({ content: "x", dest: "/tmp/" })).to.equal("names a folder; with content it must name the file");
    });
  });

  describe("a folder", () => {
    beforeEach(() => {
      mkdirSync(from("site/css"), { recursive: true });
      mkdirSync(from("site/empty"));
      writeFileSync(from("site/index.html"), "<p>");
      writeFileSync(from("site/css/a.css"), "p{}");
    });

    it("goes below dest under its name", async () => {
      await laws({ src: "site", dest: at("www"), mode: "0644", directory_mode: "0751" });
      expect([text("www/site/index.html"), text("www/site/css/a.css")]).to.deep.equal(["<p>", "p{}"]);
      expect(["www", "www/site", "www/site/empty"].map(bits)).to.deep.equal([0o751, 0o751, 0o751]);
    });

    it("gives what is in it when src ends in /, and only what differs is sent", async () => {
      const bystanders = [fileStat(at("www/css")), fileText(at("www/css/a.css")), fileStat(at("www/index.html"))];
      await obeysLaws(host, copy, { src: "site/", dest: at("www") }, { local, bystanders });
      writeFileSync(at("www/css/a.css"), "other");
      writeFileSync(at("www/mine"), "mine");
      chmodSync(at("www"), 0o700);
      const changes = await laws({ src: "site/", dest: at("www"), directory_mode: "0755" });
      expect(steps(changes)).to.equal(1);
      expect([text("www/css/a.css"), text("www/mine"), bits("www")]).to.deep.equal(["p{}", "mine", 0o700]);
    });

    it("needs one wave where its folder is there", async () => {
      mkdirSync(at("www"));
      const { waves } = await host.look(copy, copy.params.parse({ src: "site/", dest: at("www") }), local);
      expect(waves).to.equal(1);
    });

    it("has its links followed, or made again", async () => {
      symlinkSync("index.html", from("site/home.html"));
      await laws({ src: "site/", dest: at("a") });
      expect(lstatSync(at("a/home.html")).isFile()).to.equal(true);
      symlinkSync("home.html", from("site/also.html"));
      const { changes } = await host.look(
        copy,
        copy.params.parse({ src: "site/", dest: at("b"), local_follow: false }),
        local,
      );
      expect(complaint(await host.send(changes))).to.equal(undefined);
      rmSync(from("site/also.html"));
      rmSync(at("b/home.html"));
      await laws({ src: "site/", dest: at("b"), local_follow: false });
      expect(readlinkSync(at("b/home.html"))).to.equal("index.html");
    });

    it("has links to folders followed, other than those without an end", async () => {
      symlinkSync("css", from("site/style"));
      symlinkSync(from("site"), from("site/css/up"));
      symlinkSync("nowhere", from("site/broken"));
      await laws({ src: "site/", dest: at("a") });
      expect(lstatSync(at("a/style")).isDirectory()).to.equal(true);
      expect(text("a/style/a.css")).to.equal("p{}");
      const links = ["css/up", "style/up", "broken"].map((name) => readlinkSync(at(`a/${name}`)));
      expect(links).to.deep.equal([from("site"), from("site"), "nowhere"]);
    });

    it("does not claim to know where a link ends that leads out of its folder", async () => {
      symlinkSync("..", from("site/css/up"));
      const { changes } = await host.look(copy, copy.params.parse({ src: "site/", dest: at("a") }), local);
      const link = changes.find(({ title }) => title === at("a/css/up"));
      expect(link?.effects.map(({ kind }) => kind)).to.not.include("becomes");
      expect(complaint(await host.send(changes))).to.equal(undefined);
      expect(readlinkSync(at("a/css/up"))).to.equal("..");
    });

    it("does not replace a file by a folder", async () => {
      mkdirSync(at("www"));
      writeFileSync(at("www/css"), "");
      expect(await failure({ src: "site/", dest: at("www") })).to.equal(
        `${at("www/css")} is a file, not a folder; remove it in a task before (file: state=absent)`,
      );
    });
  });

  describe("remote_src", () => {
    it("copies a small file as any text", async () => {
      writeFileSync(at("a"), "a\n", { mode: 0o600 });
      const [change] = await laws({ src: at("a"), dest: at("b"), remote_src: true, mode: "preserve" });
      expect(change?.after).to.equal("a\n");
      expect([text("b"), bits("b")]).to.deep.equal(["a\n", 0o600]);
    });

    it("copies a big one on the host, with backup and validate", async () => {
      writeFileSync(at("a"), big("a"));
      writeFileSync(at("b"), big("b"));
      const args = { src: at("a"), dest: at("b"), remote_src: true, mode: "0640", backup: true, validate: "cmp %s %s" };
      await laws(args);
      expect([text("b") === big("a"), bits("b")]).to.deep.equal([true, 0o640]);
      expect(readdirSync(host.folder).filter((name) => name.startsWith("b."))).to.have.length(1);
      expect(await laws(args)).to.deep.equal([]);
    });

    it("leaves everything as it was when validate says no", async () => {
      writeFileSync(at("a"), big("a"));
      const params = copy.params.parse({ src: at("a"), dest: at("b"), remote_src: true, validate: "grep -q b %s" });
      const { changes } = await host.look(copy, params, local);
      expect(complaint(await host.send(changes))).to.match(/"code":1/);
      expect(readdirSync(host.folder)).to.deep.equal(["a"]);
    });

    it("takes no folder", async () => {
      mkdirSync(at("d"));
      expect(await failure({ src: at("d"), dest: at("e"), remote_src: true })).to.equal(
        `${at("d")} is a folder; with remote_src only plain files are copied; for a folder use command: cp -a`,
      );
      expect(existsSync(at("e"))).to.equal(false);
    });
  });

  it("refuses what makes no sense", () => {
    expect(refused({ dest: "/x" })).to.equal("needs src or content");
    expect(refused({ src: "a", content: "b", dest: "/x" })).to.equal("cannot stand beside src; remove one");
    expect(refused({ src: "a", dest: "/x", remote_src: true })).to.equal('"a" is not absolute; begin it with /');
    expect(refused({ src: "a", dest: "/x", mode: 640 })).to.equal('640 is not an octal mode; write "0640"');
  });
});
