import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Local } from "../../../src/contract/module.js";
import { unarchive } from "../../../src/modules/unarchive.js";
import { anythingBelow } from "../../../src/probes/file-below.js";
import { fileStat } from "../../../src/probes/file-stat.js";
import { fileText } from "../../../src/probes/file-text.js";
import { linkText } from "../../../src/probes/link-text.js";
import { obeysLaws } from "../../support/laws.js";
import { LocalHost } from "../../support/local-host.js";
import { localFiles } from "./local-files.js";
import { problems } from "./support.js";

describe("unarchive", () => {
  let host: LocalHost;
  let source: LocalHost;
  let local: Local;
  const at = (name: string): string => join(host.folder, name);
  const from = (name: string): string => join(source.folder, name);
  const text = (name: string): string => readFileSync(at(name), "utf8");
  const bits = (name: string): string => (statSync(at(name)).mode & 0o7777).toString(8);
  const sh = (script: string): void => void execFileSync("sh", ["-ec", script], { cwd: source.folder });
  const laws = async (args: object): Promise<readonly string[]> => {
    const names = ["d", "d/top", "d/top/a", "d/top/run", "d/top/sub", "d/top/sub/b c", "d/top/link", "d/a", "d/other"];
    const bystanders = [
      ...names.flatMap((name) => [fileStat(at(name)), fileText(at(name)), anythingBelow(at(name))]),
      linkText(at("d/top/link")),
    ];
    const changes = await obeysLaws(host, unarchive, { dest: at("d"), ...args }, { local, bystanders });
    return changes.map(({ summary }) => summary.replaceAll(host.folder, ""));
  };
  const failure = (args: object): Promise<string> =>
    host.look(unarchive, unarchive.params.parse({ dest: at("d"), ...args }), local).then(
      () => "no failure",
      (error: unknown) => (error as Error).message,
    );

  beforeEach(async () => {
    [host, source] = await Promise.all([LocalHost.open(), LocalHost.open()]);
    local = localFiles(source.folder);
    mkdirSync(at("d"));
    mkdirSync(from("top/sub"), { recursive: true });
    mkdirSync(from("top/empty"));
    writeFileSync(from("top/a"), "a\n");
    writeFileSync(from("top/run"), "#!/bin/sh\n", { mode: 0o700 });
    writeFileSync(from("top/sub/b c"), "b\n");
    writeFileSync(from("top/sub/ü\n-x"), "odd\n");
    chmodSync(from("top/sub"), 0o751);
    symlinkSync("../a", from("top/sub/link"));
    execFileSync("ln", [from("top/a"), from("top/hard")]);
  });
  afterEach(() => Promise.all([host.close(), source.close()]));

  for (const [name, make] of [
    ["tar", "tar -cf x top"],
    ["tar.gz", "tar -czf x top"],
    ["tar.bz2", "tar -cjf x top"],
    ["tar.xz", "tar -cJf x top"],
    ["tar.zst", "tar --zstd -cf x top"],
  ] as const) {
    it(`unpacks a ${name}, and then knows that all is there`, async () => {
      sh(`chown -R 1234:1234 top; ${make}`);
      expect(await laws({ src: "x" })).to.deep.equal(["unpack x into /d (9 new)"]);
      expect([text("d/top/a"), text("d/top/hard"), text("d/top/sub/link"), text("d/top/sub/ü\n-x")]).to.deep.equal([
        "a\n",
        "a\n",
        "a\n",
        "odd\n",
      ]);
      expect([bits("d/top/run"), bits("d/top/sub")]).to.deep.equal(["700", "751"]);
      expect(statSync(at("d/top/a")).uid).to.equal(process.getuid?.());
      expect(await laws({ src: "x" })).to.deep.equal([]);
      expect(await laws({ src: from("x"), remote_src: true })).to.deep.equal([]);
    });
  }

  it("unpacks a zip, from here and from there", async () => {
    sh("rm top/sub/link; mv top/sub/?*-x top/sub/ü; zip -qry x top; mv x.zip x");
    expect(await laws({ src: "x" })).to.deep.equal(["unpack x into /d (8 new)"]);
    expect([text("d/top/sub/b c"), bits("d/top/run")]).to.deep.equal(["b\n", "700"]);
    expect(await laws({ src: from("x"), remote_src: true })).to.deep.equal([]);
    writeFileSync(at("d/top/a"), "A\n");
    expect(await laws({ src: from("x"), remote_src: true })).to.deep.equal([
      `unpack ${from("x")} into /d (other content)`,
    ]);
    writeFileSync(at("d/top/a"), "A\n");
    expect(await laws({ src: "x" })).to.deep.equal(["unpack x into /d (other content)"]);
    expect(text("d/top/a")).to.equal("a\n");
  });

  it("sees what is missing, other content of the same size, another mode and another link", async () => {
    sh("tar -cf x top");
    await laws({ src: "x" });
    writeFileSync(at("d/other"), "mine");
    rmSync(at("d/top/sub/b c"));
    expect(await laws({ src: "x" })).to.deep.equal(["unpack x into /d (1 new)"]);
    writeFileSync(at("d/top/run"), "#!/bin/ksh");
    expect(await laws({ src: "x" })).to.deep.equal(["unpack x into /d (other content)"]);
    chmodSync(at("d/top/run"), 0o755);
    expect(await laws({ src: "x" })).to.deep.equal(["change /d/top/run (mode 0755 → 0700)"]);
    rmSync(at("d/top/sub/link"));
    symlinkSync("../run", at("d/top/sub/link"));
    expect(await laws({ src: "x" })).to.deep.equal(["unpack x into /d (1 different)"]);
    chmodSync(at("d/top"), 0o711);
    expect(await laws({ src: "x" })).to.deep.equal([]);
    expect([text("d/other"), bits("d/top")]).to.deep.equal(["mine", "711"]);
  });

  it("leaves out parts of names, and takes only a part", async () => {
    sh("rm top/hard; tar -czf x top");
    const part = { src: "x", extra_opts: ["--strip-components=1"], include: ["top/sub", "top/a"], exclude: ["*/b *"] };
    expect(await laws(part)).to.deep.equal(["unpack x into /d (4 new)"]);
    expect(readdirSync(at("d")).sort()).to.deep.equal(["a", "sub"]);
    expect(await laws(part)).to.deep.equal([]);
    writeFileSync(at("d/a"), "A\n");
    expect(await laws(part)).to.deep.equal(["unpack x into /d (other content)"]);
    expect(await failure({ src: "x", include: ["nothing"] })).to.contain("nothing in the archive fits");
  });

  it("gives all of it an owner and permissions", async () => {
    sh("tar -cf x -C top .");
    const args = { src: "x", owner: "daemon", group: "daemon", mode: "u=rwX,go=rX" };
    await laws(args);
    expect([bits("d/run"), bits("d/a"), bits("d/sub"), statSync(at("d/a")).uid]).to.deep.equal([
      "755",
      "644",
      "755",
      1,
    ]);
    expect(await laws(args)).to.deep.equal([]);
    expect(await laws({ ...args, owner: "root" })).to.have.length(1);
  });

  it("does nothing when what it creates is there", async () => {
    sh("tar -cf x top");
    writeFileSync(at("d/here"), "");
    expect(await laws({ src: "x", creates: at("d/here") })).to.deep.equal([]);
    expect(await laws({ src: "x", creates: at("d/top/a") })).to.have.length(1);
  });

  const evil: readonly (readonly [what: string, make: string, why: string])[] = [
    ["absolute names", "tar -cPf x $PWD/top", "is an absolute name"],
    ["..", "mkdir z; cd z; tar -cPf ../x ../top/a", "leads out of its folder by .."],
    [".. inside", "tar -cPf x top/sub/../a", "leads out of its folder by .."],
    [
      "a link to an absolute place",
      "ln -s /etc l; tar -cf x l",
      'is a symbolic link to "/etc", which is or may be outside',
    ],
    ["a link up", "mkdir z; ln -s ../../b z/l; tar -cf x z", 'is a symbolic link to "../../b"'],
    ["a link up behind a name", "ln -s top/../../b l; tar -cf x l", 'is a symbolic link to "top/../../b"'],
    ["a file behind a link", "ln -s top l; tar -cf x l; rm l; mkdir l; echo e >l/e; tar -rf x l/e", 'lies behind "l"'],
    ["a link twice", "ln -s top l; tar -cf x l; rm l; echo e >l; tar -rf x l", "is there twice"],
    [
      "a hard link to elsewhere",
      "tar -cPf x --transform 's,^top/a$,/etc/passwd,' --exclude=top/sub top",
      "is an absolute name",
    ],
    ["a device", "mknod z c 1 3; tar -cf x z", "is a device"],
    ["a setuid program", "chmod 4755 top/run; tar -cf x top", "has a setuid or setgid bit; when it shall have it"],
    ["a zip with ..", "mkdir z; cd z; zip -q ../x ../top/a", "leads out of its folder by .."],
    ["a zip with a link", "ln -s /etc l; zip -qy x l", "is a symbolic link"],
  ];
  for (const [what, make, why] of evil) {
    it(`refuses ${what}`, async () => {
      sh(make);
      const name = readdirSync(source.folder).find((one) => one.startsWith("x")) ?? "";
      expect(await failure({ src: name }))
        .to.contain("the archive was not unpacked")
        .and.to.contain(why);
      expect(await failure({ src: from(name), remote_src: true })).to.contain(why);
      expect(readdirSync(at("d"))).to.deep.equal([]);
    });
  }

  it("does not go through a link of somebody else", async () => {
    sh("tar -cf x top");
    mkdirSync(at("elsewhere"));
    symlinkSync(at("elsewhere"), at("d/top"));
    execFileSync("chown", ["-h", "daemon", at("d/top")]);
    expect(await failure({ src: "x" })).to.contain("is a symbolic link that daemon owns");
    execFileSync("chown", ["-h", "root", at("d/top")]);
    expect(await obeysLaws(host, unarchive, { src: "x", dest: at("d") }, { local })).to.have.length(1);
    expect(readdirSync(at("elsewhere"))).to.include("run");
  });

  it("takes setuid when it is asked to", async () => {
    sh("chmod 4755 top/run; tar -cf x top");
    await laws({ src: "x", allow_setuid: true });
    expect(bits("d/top/run")).to.equal("4755");
    await laws({ src: "x", allow_setuid: true, owner: "daemon" });
    expect([bits("d/top/run"), statSync(at("d/top/run")).uid]).to.deep.equal(["4755", 1]);
  });

  it("says what is wrong", async () => {
    sh("tar -czf x top; head -c 100 x >half; echo text >plain");
    expect(await failure({ src: from("half"), remote_src: true })).to.match(/unexpected end of file|Unexpected EOF/);
    expect(await failure({ src: from("plain"), remote_src: true })).to.match(
      /does not look like a tar archive|exiting/,
    );
    expect(await failure({ src: "x", dest: at("none") })).to.contain("does not exist; make it in a task before");
    expect(await failure({ src: from("none"), remote_src: true })).to.contain("does not exist on the host");
    writeFileSync(at("d/top"), "");
    expect(await failure({ src: "x" })).to.contain("is no folder, and in the archive it is one");
    const refused = (args: object): string => problems(unarchive, { src: "x", dest: "/d", ...args }).join();
    expect(refused({ src: "http://h/x" })).to.equal("src: is a URL; fetch it by get_url in a task before");
    expect(refused({ extra_opts: ["--to-command=sh"] })).to.match(/^extra_opts: takes only --strip-components=N/);
    expect(refused({ remote_src: true })).to.equal('src: "x" is not absolute; begin it with /');
  });
});
