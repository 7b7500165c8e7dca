import { expect } from "chai";
import type { Change } from "../../src/contract/change.js";
import type { Local, LocalEntry, LocalFile, ModuleSpec } from "../../src/contract/module.js";
import { blockinfile } from "../../src/modules/blockinfile.js";
import { copy } from "../../src/modules/copy.js";
import { file } from "../../src/modules/file.js";
import { lineinfile } from "../../src/modules/lineinfile.js";
import { slurp } from "../../src/modules/slurp.js";
import { stat } from "../../src/modules/stat.js";
import { template } from "../../src/modules/template.js";
import { fileHash } from "../../src/probes/file-hash.js";
import { fileStat } from "../../src/probes/file-stat.js";
import { fileText } from "../../src/probes/file-text.js";
import { Lab } from "../lab/index.js";
import type { LocalHost } from "../support/local-host.js";
import { obeysLaws } from "../support/laws.js";
import { enter } from "./support.js";

const KINDS = ["busybox", "trixie"] as const;
const big = Buffer.alloc(400 * 1024, "0123456789abcde\n");

function localFile(text: string): LocalFile {
  const bytes = Buffer.from(text);
  const common = { path: "/none", sizeBytes: bytes.length, mode: 0o644, isDirectory: false };
  return { ...common, bytes: () => Promise.resolve(bytes), sha256: () => Promise.reject(new Error("small")) };
}

const tree: readonly LocalEntry[] = [
  { relativePath: "a b", kind: "directory" },
  { relativePath: "a b/ü", kind: "file", file: localFile("ü\n") },
  { relativePath: "plain", kind: "file", file: localFile("plain\n") },
];

const local: Local = {
  file: () => Promise.resolve({ ...localFile(""), isDirectory: true }),
  template: () => Promise.resolve("rendered\n"),
  target: () => Promise.reject(new Error("no place to write to in this test")),
  tree: () => Promise.resolve(tree),
  fetch: () => Promise.reject(new Error("nothing is fetched in this test")),
  variables: () => Promise.reject(new Error("no variables in this test")),
};

describe("file modules on hosts", function () {
  this.timeout(300_000);
  let lab: Lab;
  const hosts = new Map<string, LocalHost>();

  before(async () => {
    lab = await Lab.up({ name: "files", hosts: KINDS.map((kind) => ({ name: kind, kind })), fresh: true });
    // sshd lets nobody in whose shell is not there; root's is bash.
    await lab.host("busybox").exec("sed -i '/^root:/s|/bin/bash|/bin/sh|' /etc/passwd");
    for (const kind of KINDS) hosts.set(kind, await enter(lab.host(kind)));
  });
  after(async () => {
    await Promise.all([...hosts.values()].map((host) => host.close()));
    await lab.down();
  });

  for (const kind of KINDS) {
    describe(kind, () => {
      let host: LocalHost;
      const bystanders = [
        fileStat("/srv/t/f"),
        fileText("/srv/t/f"),
        fileStat("/srv/t/l"),
        fileText("/srv/t/l"),
        fileHash({ path: "/srv/t/big", algorithm: "sha256", cost: "cheap" }),
        fileStat("/srv/t/new/deep"),
      ];
      const laws = async <P, S>(spec: ModuleSpec<P, S>, args: object, changes: number): Promise<readonly Change[]> => {
        const made = await obeysLaws(host, spec, args, { local, bystanders });
        expect(made.length, JSON.stringify(made.map((change) => change.summary))).to.equal(changes);
        return made;
      };
      const keys = async (args: object): Promise<Record<string, unknown>> => {
        const params = stat.params.parse(args);
        const { state } = await host.look(stat, params);
        return stat.result?.([], params, state)["stat"] as Record<string, unknown>;
      };

      before(() => {
        host = hosts.get(kind) as LocalHost;
      });

      it("file, in all its states", async () => {
        await laws(file, { path: "/srv/t/new/deep", state: "directory", owner: "daemon", mode: "2750" }, 1);
        await laws(
          file,
          { path: "/srv/t/f", state: "touch", access_time: "preserve", modification_time: "preserve" },
          1,
        );
        await laws(file, { path: "/srv/t/f", owner: "daemon", group: "1", mode: "4755" }, 1);
        await laws(file, { path: "/srv/t/l", src: "f", state: "link" }, 1);
        await laws(file, { path: "/srv/t/l", src: "/srv/t/new", state: "link" }, 1);
        await laws(file, { path: "/srv/t/h", src: "/srv/t/f", state: "hard" }, 1);
        await laws(file, { path: "/srv/t/new", recurse: true, group: "daemon", mode: "u=rwX,go=rX" }, 2);
        await laws(file, { path: "/srv/t/h", state: "absent" }, 1);
      });

      it("template and copy", async () => {
        await laws(template, { src: "t", dest: "/srv/t/f", owner: "root", mode: "0640" }, 1);
        await laws(copy, { src: "site/", dest: "/srv/t/new", directory_mode: "0751", owner: "daemon" }, 3);
        await laws(copy, { content: big.toString(), dest: "/srv/t/big" }, 1);
        const remote = { src: "/srv/t/big", dest: "/srv/t/big2", remote_src: true, mode: "0600", backup: true };
        await laws(copy, { ...remote, group: "daemon", validate: "cmp /srv/t/big %s" }, 1);
        expect(await keys({ path: "/srv/t/big2" })).to.include({ gr_name: "daemon", mode: "0600", size: big.length });
      });

      it("lineinfile and blockinfile", async () => {
        await laws(lineinfile, { path: "/srv/t/f", line: "second", insertbefore: "^rendered", backup: true }, 1);
        await laws(lineinfile, { path: "/srv/t/f", regexp: "^sec", line: "2nd" }, 1);
        await laws(blockinfile, { path: "/srv/t/e/f/g", block: "x", create: true }, 2);
        const { state } = await host.look(slurp, slurp.params.parse({ src: "/srv/t/f" }));
        expect(state.toString()).to.equal("2nd\nrendered\n");
      });

      it("stat and slurp", async () => {
        expect(await keys({ path: "/srv/t/l" })).to.include({ islnk: true, lnk_target: "/srv/t/new" });
        expect(await keys({ path: "/srv/t/l", follow: true })).to.include({ isdir: true, pw_name: "daemon" });
        const checksum = "14f404d5df739c002109349d91900c49";
        expect(await keys({ path: "/srv/t/big", checksum_algorithm: "md5" })).to.have.property("checksum", checksum);
        const { state } = await host.look(slurp, slurp.params.parse({ src: "/srv/t/big" }));
        expect(state.equals(big)).to.equal(true);
      });
    });
  }
});
