import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashOf, localTarget } from "../../../src/language/playbook/local-target.js";
import { fetchModule } from "../../../src/modules/fetch.js";
import { LocalFiles } from "../../../src/language/playbook/local.js";
import { scopeOf, said } from "../language/scopes.js";
import { LocalHost } from "../../support/local-host.js";
import { parsed, problems } from "./support.js";

describe("fetch", () => {
  let host: LocalHost;
  const folder = mkdtempSync(join(tmpdir(), "fetch-"));
  const scope = (name: string) => scopeOf("", said({ inventory_hostname: name, playbook_dir: folder }));
  const place = (args: object, name = "web") =>
    host
      .look(fetchModule, parsed(fetchModule, args), new LocalFiles([folder], scope(name)))
      .then(({ state }) => state?.to);

  before(async () => {
    host = await LocalHost.open();
    writeFileSync(join(host.folder, "f"), "x");
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await host.close();
  });

  it("has a place for each host, or the one that is said", async () => {
    const src = join(host.folder, "f");
    expect(await place({ src, dest: "got" })).to.equal(join(folder, "got/web", src));
    expect(await place({ src, dest: "/" })).to.equal(`/web${src}`);
    expect(await place({ src, dest: "got/", flat: true })).to.equal(join(folder, "got/f"));
    expect(await place({ src, dest: "/tmp/never/x", flat: true })).to.equal("/tmp/never/x");
  });

  it("makes no folder of a host's name that leads elsewhere", () => {
    for (const name of ["..", ".", "../../etc", "a/b", "a\0b"])
      expect(() => localTarget(scope(name), (host) => `got/${host}/f`), name).to.throw(
        /is no name for a folder; write flat/,
      );
  });

  it("knows what is there, and writes over no folder", async () => {
    writeFileSync(join(folder, "there"), "x");
    mkdirSync(join(folder, "dir"));
    expect(await localTarget(scope("web"), () => "there").sha256()).to.equal(await hashOf(join(host.folder, "f")));
    expect(await localTarget(scope("web"), () => "none").sha256()).to.equal(null);
    expect(() => localTarget(scope("web"), () => "dir")).to.throw(/dir is a folder; end dest with \//);
  });

  it("refuses paths that lead out of the host's folder", () => {
    const wrong = (src: string) => problems(fetchModule, { src, dest: "got" }).join();
    expect(wrong("/a/../../../etc/x")).to.match(/^src: holds \.\./);
    expect(wrong("etc/passwd")).to.match(/^src: .* is not absolute/);
    expect(wrong("/")).to.equal("src: is no file");
    expect(problems(fetchModule, { src: "/a", dest: "" })).to.deep.equal(["dest: is empty"]);
  });
});
