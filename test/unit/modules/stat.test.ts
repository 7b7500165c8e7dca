import { expect } from "chai";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { copy } from "../../../src/modules/copy.js";
import { file } from "../../../src/modules/file.js";
import { stat } from "../../../src/modules/stat.js";
import { Unknown } from "../../../src/contract/query.js";
import { LocalHost, noLocal } from "../../support/local-host.js";

describe("stat", () => {
  let host: LocalHost;
  const at = (name: string): string => join(host.folder, name);
  const keys = async (args: object): Promise<Record<string, unknown>> => {
    const params = stat.params.parse(args);
    const { state, changes } = await host.look(stat, params);
    expect(changes).to.deep.equal([]);
    return stat.result?.([], params, state)["stat"] as Record<string, unknown>;
  };
  const hash = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest("hex");

  beforeEach(async () => {
    host = await LocalHost.open();
  });
  afterEach(() => host.close());

  it("tells only that nothing is there", async () => {
    expect(await keys({ path: at("none") })).to.deep.equal({ exists: false });
    expect(await keys({ path: at("none/below") })).to.deep.equal({ exists: false });
  });

  it("tells all about a file", async () => {
    writeFileSync(at("a b"), "hello");
    chmodSync(at("a b"), 0o4751);
    utimesSync(at("a b"), 1_000_000_000, 1_100_000_000);
    const real = statSync(at("a b"));
    expect(await keys({ path: at("a b") })).to.deep.include({
      ...{ exists: true, path: at("a b"), isreg: true, isdir: false, islnk: false, size: 5, mode: "4751" },
      ...{ isuid: true, isgid: false, rusr: true, xgrp: true, wgrp: false, roth: false, xoth: true },
      ...{ mtime: 1_100_000_000, atime: 1_000_000_000, uid: real.uid, gid: real.gid, inode: real.ino, dev: real.dev },
      ...{ pw_name: userInfo().username, nlink: 1, readable: true, writeable: true, executable: true },
      checksum: hash("sha1", "hello"),
    });
  });

  it("hashes as it is told", async () => {
    writeFileSync(at("f"), "x");
    expect(await keys({ path: at("f"), get_checksum: false })).not.to.have.property("checksum");
    const { checksum } = await keys({ path: at("f"), checksum_algorithm: "sha256" });
    expect(checksum).to.equal(hash("sha256", "x"));
  });

  it("hashes a big file by a dear question", async () => {
    writeFileSync(at("f"), "");
    truncateSync(at("f"), 17 * 1024 * 1024);
    const params = stat.params.parse({ path: at("f"), checksum_algorithm: "md5" });
    const { state, waves } = await host.look(stat, params);
    expect([state.checksum, waves]).to.deep.equal([hash("md5", "\0".repeat(17 * 1024 * 1024)), 2]);
  });

  it("tells a folder, a link, and what it leads to", async () => {
    mkdirSync(at("d"));
    writeFileSync(at("d/f"), "x");
    symlinkSync("d/f", at("one"));
    symlinkSync("one", at("two"));
    symlinkSync("nowhere", at("broken"));
    expect(await keys({ path: at("d") }))
      .to.include({ isdir: true, isreg: false })
      .and.not.have.property("checksum");
    const link = { islnk: true, isreg: false, lnk_target: "one", lnk_source: at("d/f") };
    expect(await keys({ path: at("two") }))
      .to.include(link)
      .and.not.have.property("checksum");
    expect(await keys({ path: at("two"), follow: true })).to.include({ islnk: false, isreg: true, size: 1 });
    expect(await keys({ path: at("broken") })).to.include({ exists: true, lnk_source: at("nowhere") });
    expect(await keys({ path: at("broken"), follow: true })).to.deep.equal({ exists: false });
  });

  it("tells a device", async () => {
    expect(await keys({ path: "/dev/null" })).to.include({ ischr: true, isreg: false });
  });

  it("needs one wave for an ordinary file", async () => {
    writeFileSync(at("f"), "x");
    expect((await host.look(stat, stat.params.parse({ path: at("f") }))).waves).to.equal(1);
  });

  it("knows in a dry run what will be gone, and does not know the times of what will be written", async () => {
    mkdirSync(at("d"));
    writeFileSync(at("d/f"), "x");
    const params = stat.params.parse({ path: at("d/f") });
    for (const path of [at("d"), at("d/f")]) {
      const gone = await host.look(file, file.params.parse({ path, state: "absent" }));
      const effects = gone.changes.flatMap((change) => change.effects);
      expect((await host.look(stat, params, noLocal, effects)).state).to.deep.equal({ facts: null });
    }
    const write = await host.look(copy, copy.params.parse({ content: "y", dest: at("d/f") }));
    const effects = write.changes.flatMap((change) => change.effects);
    const looked = await host.look(stat, params, noLocal, effects).catch((error: unknown) => error);
    expect(looked).to.be.instanceOf(Unknown);
  });
});
