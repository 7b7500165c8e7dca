import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Local } from "../../src/contract/module.js";
import { LocalFiles } from "../../src/language/playbook/local.js";
import { unarchive } from "../../src/modules/unarchive.js";
import { fileStat } from "../../src/probes/file-stat.js";
import { Lab } from "../lab/index.js";
import { obeysLaws } from "../support/laws.js";
import type { LocalHost } from "../support/local-host.js";
import { fettle, verdictsOf } from "../support/cli.js";
import { scopeOf } from "../unit/language/scopes.js";
import { enter } from "./support.js";

const make = `mkdir -p top/sub top/empty; echo one >top/a; echo two >'top/sub/b c'; ln -s ../a top/sub/link; ln top/a top/hard
printf '#!/bin/sh\\n' >top/run; chmod 755 top/run; chmod 751 top/sub; chown -R 1234:1234 top
tar -czf x.tar.gz top; tar -cJf x.tar.xz top; tar --zstd -cf x.tar.zst top
mkdir zip; cp top/a top/run zip/; zip -qr x.zip zip`;

describe("unarchive on hosts", function () {
  this.timeout(120_000);
  let lab: Lab;
  let folder: string;
  let local: Local;
  const machines = [
    { name: "b", kind: "bookworm" },
    { name: "t", kind: "trixie" },
    { name: "x", kind: "busybox" },
  ] as const;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "unarchive", fresh: true, hosts: machines });
    folder = mkdtempSync(join(tmpdir(), "fettle-archives-"));
    execFileSync("sh", ["-ec", make], { cwd: folder });
    local = new LocalFiles([folder], scopeOf(""));
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await lab.down();
  });

  const within = async (name: string, work: (host: LocalHost) => Promise<void>): Promise<void> => {
    await lab.host(name).exec("rm -rf /srv/d; mkdir /srv/d");
    const host = await enter(lab.host(name));
    await work(host).finally(() => host.close());
  };
  const laws = async (host: LocalHost, args: object): Promise<number> => {
    const bystanders = ["", "/top", "/top/sub", "/top/a", "/top/run"].map((path) => fileStat(`/srv/d${path}`));
    return (await obeysLaws(host, unarchive, { dest: "/srv/d", ...args }, { local, bystanders })).length;
  };

  for (const { name, kind } of machines) {
    it(`unpacks tars on ${kind}`, () =>
      within(name, async (host) => {
        const machine = lab.host(name);
        for (const src of ["x.tar.gz", "x.tar.xz"]) {
          if (kind !== "busybox" && src === "x.tar.xz")
            await machine.exec("sudo apt-get update -q && sudo apt-get install -y -q xz-utils");
          await machine.exec("rm -rf /srv/d/*");
          expect(await laws(host, { src })).to.equal(1);
          expect(
            (await machine.exec("cd /srv/d/top; stat -c '%U %a %n' a hard run sub empty; cat sub/link")).stdout,
          ).to.equal("root 644 a\nroot 644 hard\nroot 755 run\nroot 751 sub\nroot 755 empty\none\n");
          expect(await laws(host, { src })).to.equal(0);
          await machine.exec("chmod 700 /srv/d/top; echo ONE >/srv/d/top/a");
          expect(await laws(host, { src })).to.equal(1);
          expect((await machine.exec("cd /srv/d/top; stat -c %a .; cat a")).stdout).to.equal("700\none\n");
          expect(await laws(host, { src, owner: "deploy", mode: "u=rwX,go=" })).to.be.at.least(1);
          expect(await laws(host, { src, owner: "deploy", mode: "u=rwX,go=" })).to.equal(0);
        }
      }));
  }

  it("says what it needs", () =>
    within("b", async (host) => {
      const why = await laws(host, { src: "x.tar.zst" }).catch(String);
      expect(why).to.contain("to unpack it, the host needs zstd");
      expect(await laws(host, { src: "x.zip" }).catch(String)).to.contain("to unpack it, the host needs unzip");
      await lab.host("b").exec("sudo apt-get install -y -q zstd unzip");
      expect(await laws(host, { src: "x.tar.zst" })).to.equal(1);
      await lab.host("b").exec("rm -rf /srv/d/*");
      expect(await laws(host, { src: "x.zip" })).to.equal(1);
      expect(await laws(host, { src: "x.zip" })).to.equal(0);
    }));

  it("unpacks a zip on busybox, but no part of a tar", () =>
    within("x", async (host) => {
      expect(await laws(host, { src: "x.zip" })).to.equal(1);
      expect((await lab.host("x").exec("stat -c '%a %n' /srv/d/zip/*")).stdout).to.equal(
        "644 /srv/d/zip/a\n755 /srv/d/zip/run\n",
      );
      expect(await laws(host, { src: "x.zip" })).to.equal(0);
      expect(await laws(host, { src: "x.tar.gz", include: "top/run" }).catch(String)).to.contain("needs GNU tar");
    }));

  it("plans what get_url will bring, and leaves out a part", async () => {
    const playbook = join(folder, "site.yml");
    const { fileName, sha256, url } = await lab.nodeArchive();
    writeFileSync(
      playbook,
      `- hosts: all
  become: true
  tasks:
    - name: folder
      file: { path: /opt/node, state: directory }
    - name: archive
      get_url: { url: "${url}", dest: /opt/, checksum: "sha256:${sha256}" }
    - name: mine
      file: { path: /opt/${fileName}, mode: "0600" }
    - name: unpack
      unarchive:
        src: /opt/${fileName}
        dest: /opt/node
        remote_src: true
        creates: /opt/node/bin/node
        extra_opts: [--strip-components=1]
`,
    );
    const args = ["-i", lab.inventoryPath, "--limit", "b,t", playbook, "--output", "json"];
    const plan = await fettle("plan", ...args);
    const apply = await fettle("apply", ...args);
    expect(apply.status, JSON.stringify(apply.events.filter(({ type }) => type === "taskSettled"))).to.equal(0);
    expect([...verdictsOf(plan.events)].sort()).to.deep.equal([...verdictsOf(apply.events)].sort());
    expect(new Set(verdictsOf(plan.events).values())).to.deep.equal(new Set(["changed"]));
    expect((await lab.host("t").exec("/opt/node/bin/node --version")).stdout).to.match(/^v\d+/);
    const again = await fettle("apply", ...args);
    expect(new Set(verdictsOf(again.events).values())).to.deep.equal(new Set(["ok"]));
  });
});
