import { expect } from "chai";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { file } from "../../../src/modules/file.js";
import { fileStat } from "../../../src/probes/file-stat.js";
import { fileText } from "../../../src/probes/file-text.js";
import { LocalHost } from "../../support/local-host.js";
import { obeysLaws } from "../../support/laws.js";

describe("file", () => {
  let host: LocalHost;
  const at = (name: string): string => join(host.folder, name);
  const summaries = async (args: object): Promise<readonly string[]> =>
    (await obeysLaws(host, file, args)).map((change) => change.summary);
  const complaint = async (args: object): Promise<string> => {
    const params = file.params.parse(args);
    return host.look(file, params).then(
      () => "no complaint",
      (error: unknown) => (error as Error).message,
    );
  };
  const refused = (args: object): string => file.params.safeParse(args).error?.issues[0]?.message ?? "not refused";

  beforeEach(async () => {
    host = await LocalHost.open();
  });
  afterEach(() => host.close());

  describe("state=directory", () => {
    it("makes the folders above too, all with the attributes", async () => {
      await obeysLaws(host, file, { path: at("a/b/c"), state: "directory", mode: "0750" });
      expect(["a", "a/b", "a/b/c"].map((name) => statSync(at(name)).mode & 0o7777)).to.deep.equal([
        0o750, 0o750, 0o750,
      ]);
    });

    it("changes only the attributes of a folder that is there", async () => {
      mkdirSync(at("d"), { mode: 0o755 });
      expect(await summaries({ path: at("d"), state: "directory", mode: "u=rwx,g=rx,o=" })).to.deep.equal([
        `change ${at("d")} (mode 0755 → 0750)`,
      ]);
    });

    it("takes a link to a folder for the folder", async () => {
      mkdirSync(at("d"), { mode: 0o755 });
      symlinkSync("d", at("l"));
      await obeysLaws(
        host,
        file,
        { path: at("l"), state: "directory", mode: "0700" },
        { bystanders: [fileStat(at("d"))] },
      );
      expect(statSync(at("d")).mode & 0o7777).to.equal(0o700);
    });

    it("does not replace a file", async () => {
      writeFileSync(at("f"), "");
      expect(await complaint({ path: at("f"), state: "directory" })).to.equal(
        `${at("f")} is a file, not a folder; remove it in a task before (file: state=absent)`,
      );
    });

    it("gives everything below the attributes with recurse, X only to folders", async () => {
      mkdirSync(at("d/sub"), { recursive: true });
      writeFileSync(at("d/sub/f"), "", { mode: 0o600 });
      symlinkSync("/etc/hostname", at("d/l"));
      const args = { path: at("d"), recurse: true, mode: "u=rwX,g=rX,o=" };
      await obeysLaws(host, file, args, { bystanders: [fileStat(at("d/sub/f")), fileStat(at("d/sub"))] });
      expect(statSync(at("d/sub/f")).mode & 0o7777).to.equal(0o640);
      expect(statSync(at("d/sub")).mode & 0o7777).to.equal(0o750);
      expect(await summaries(args)).to.deep.equal([]);
    });
  });

  describe("state=absent", () => {
    it("removes a folder with all in it, and knows then that nothing is left below", async () => {
      mkdirSync(at("d"));
      writeFileSync(at("d/f"), "x");
      const { changes } = await host.look(file, file.params.parse({ path: at("d"), state: "absent" }));
      const effects = changes.flatMap((change) => change.effects);
      const inner = file.params.parse({ path: at("d/f"), state: "absent" });
      expect((await host.look(file, inner, undefined, effects)).changes).to.deep.equal([]);
      await obeysLaws(host, file, { path: at("d"), state: "absent" }, { bystanders: [fileText(at("d/f"))] });
      expect(existsSync(at("d"))).to.equal(false);
    });

    it("removes a link, not what it leads to", async () => {
      writeFileSync(at("f"), "x");
      symlinkSync("f", at("l"));
      expect(await summaries({ path: at("l"), state: "absent" })).to.deep.equal([`remove ${at("l")}`]);
      expect(existsSync(at("f"))).to.equal(true);
    });

    it("is content with nothing", async () => {
      expect(await summaries({ path: at("no/such/thing"), state: "absent" })).to.deep.equal([]);
    });
  });

  describe("state=link", () => {
    it("makes a link, and turns it round", async () => {
      mkdirSync(at("v1"));
      mkdirSync(at("v2"));
      const bystanders = [fileStat(at("now/x"))];
      await obeysLaws(host, file, { src: "v1", dest: at("now"), state: "link" }, { bystanders });
      await obeysLaws(host, file, { src: at("v2"), dest: at("now"), state: "link" }, { bystanders });
      expect(readlinkSync(at("now"))).to.equal(at("v2"));
    });

    it("refuses what leads to nothing, unless forced", async () => {
      const args = { src: "none", dest: at("l"), state: "link" };
      expect(await complaint(args)).to.equal(
        `${at("none")}, where ${at("l")} shall lead, does not exist; write force: true to make the link all the same`,
      );
      await obeysLaws(host, file, { ...args, force: true });
      expect(readlinkSync(at("l"))).to.equal("none");
    });

    it("replaces a file only when forced", async () => {
      writeFileSync(at("f"), "x");
      const args = { src: "/etc", dest: at("f"), state: "link" };
      expect(await complaint(args)).to.equal(
        `${at("f")} is a file; it is not replaced by a symbolic link; write force: true to replace it`,
      );
      await obeysLaws(host, file, { ...args, force: true }, { bystanders: [fileText(at("f"))] });
      expect(lstatSync(at("f")).isSymbolicLink()).to.equal(true);
    });
  });

  describe("state=hard", () => {
    it("makes a second name, replacing a file when forced", async () => {
      writeFileSync(at("a"), "a");
      writeFileSync(at("b"), "b");
      const bystanders = [fileText(at("b")), fileStat(at("a"))];
      await obeysLaws(host, file, { src: at("a"), path: at("b"), state: "hard", force: true }, { bystanders });
      expect(statSync(at("a")).ino).to.equal(statSync(at("b")).ino);
    });

    it("is content with a name of the same file", async () => {
      writeFileSync(at("a"), "a");
      linkSync(at("a"), at("b"));
      expect(await summaries({ src: at("a"), path: at("b"), state: "hard" })).to.deep.equal([]);
    });
  });

  describe("state=touch", () => {
    it("makes an empty file, once when the times are preserved", async () => {
      const args = {
        path: at("f"),
        state: "touch",
        mode: "0640",
        access_time: "preserve",
        modification_time: "preserve",
      };
      expect(await summaries(args)).to.deep.equal([`write ${at("f")}`]);
      expect(statSync(at("f"))).to.include({ size: 0 });
      expect(file.actsAlways?.(file.params.parse(args))).to.equal(false);
    });

    it("sets the times each time otherwise", async () => {
      writeFileSync(at("f"), "x", { mode: 0o600 });
      const params = file.params.parse({ path: at("f"), state: "touch", mode: "0644" });
      const { changes } = await host.look(file, params);
      expect(changes.map((change) => change.summary)).to.deep.equal([
        `touch ${at("f")}`,
        `change ${at("f")} (mode 0600 → 0644)`,
      ]);
      expect(file.actsAlways?.(params)).to.equal(true);
    });
  });

  it("needs something to be there when no state is said", async () => {
    expect(await complaint({ path: at("f"), mode: "0644" })).to.equal(
      `${at("f")} does not exist; say which state it shall have: directory, link, touch`,
    );
  });

  it("refuses what makes no sense", () => {
    expect(refused({ path: "/x", mode: 644 })).to.equal('644 is not an octal mode; write "0644"');
    expect(refused({ path: "x" })).to.equal('"x" is not absolute; begin it with /');
    expect(refused({ path: "/x", dest: "/y" })).to.equal("has both path and dest, which mean the same");
    expect(refused({ path: "/", state: "absent" })).to.equal("/ cannot be removed");
    expect(refused({ path: "/x", state: "link" })).to.equal("needs src with state: link");
  });
});
