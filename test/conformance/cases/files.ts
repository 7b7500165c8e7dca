import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FettleError } from "../../../src/contract/error.js";
import type { PutStep } from "../../../src/contract/step.js";
import { type BenchOf, bytes, group, LANE, outcomes, runOne, sh, text } from "../bench.js";

const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

function put(path: string, content: string | Uint8Array, more: Partial<PutStep> = {}): PutStep {
  return { do: "put", path, content: bytes(content), ...more };
}

/** Files that are written: content, attributes, atomicity. Each test has a folder of its own. */
export function files(bench: BenchOf): void {
  let folder: string;
  const ask = async (command: string): Promise<string> => text(await runOne(bench(), sh(command, { cwd: folder })));
  const list = (): Promise<string> => ask("ls -A");

  beforeEach(async () => {
    folder = `${bench().folder}/${randomBytes(4).toString("hex")}`;
    await runOne(bench(), sh(`umask 022; mkdir ${folder}`));
  });

  const contents: Readonly<Record<string, Uint8Array>> = {
    nothing: Buffer.alloc(0),
    "text without a newline at its end": Buffer.from("a'b\"c\\n %s $x `y`\tz"),
    newlines: Buffer.from("\n\n\n"),
    "carriage returns": Buffer.from("a\r\nb\r\n"),
    "NUL bytes": Buffer.from("a\0b\n\0"),
    "bytes that are no UTF-8": Buffer.from([0xff, 0xfe, 10, 0xc3, 0x80, 0x30]),
    "64 KiB of text": Buffer.alloc(65536, "é\n"),
    "64 KiB and a byte": Buffer.alloc(65537, "x"),
  };
  for (const [what, content] of Object.entries(contents)) {
    it(`writes ${what}`, async () => {
      await runOne(bench(), put(`${folder}/file`, content));
      expect((await ask("sha256sum <file")).slice(0, 64)).to.equal(sha256(content));
      expect(await list()).to.equal("file\n");
    });
  }

  it("writes to names in any characters", async () => {
    const names = ["a b", "it's", '"', "$HOME", "-n", "*", "é", "back\\slash", "new\nline", "%s"];
    const { results } = await bench().connection.run(LANE, [
      group(names.map((name) => [put(`${folder}/${name}`, name)])),
    ]);
    expect(outcomes(results)[0]!.flat()).to.deep.equal(names.map(() => "exited 0"));
    const found = (await ask('for f in *; do printf "%s\\1" "$f"; cat "./$f"; printf "\\1"; done')).split("\u0001");
    expect(found.slice(0, -1).sort()).to.deep.equal([...names, ...names].sort());
  });

  it("gives a new file the mode of the umask, or the mode, owner and group that were asked for", async () => {
    const [owner = "", groupName = ""] = (await ask("id -un; id -gn")).split("\n");
    await bench().connection.run(LANE, [
      group([[put(`${folder}/a`, "a"), put(`${folder}/b`, "b", { mode: 0o4710, owner, group: groupName })]]),
    ]);
    const umask = parseInt(await ask("umask"), 8);
    const expected = `${(0o666 & ~umask).toString(8)} a\n4710 b\n`;
    expect(await ask("stat -c '%a %n' a b")).to.equal(expected);
    expect(await ask("stat -c '%U %G' b")).to.equal(`${owner} ${groupName}\n`);
  });

  it("keeps the mode of a file that is there, and replaces it instead of writing into it", async () => {
    await ask("echo old >file; chmod 640 file; ln file other");
    await runOne(bench(), put(`${folder}/file`, "new\n"));
    expect(await ask("stat -c %a file; cat file other")).to.equal("640\nnew\nold\n");
  });

  it("keeps owner and group of a file that is there, or fails where it may not give a file away", async function () {
    if ((await bench().outside("id -u")) !== "0\n") this.skip();
    await bench().outside(`cd ${folder}; echo old >file; chown 1:2 file`);
    const { outcome } = await runOne(bench(), put(`${folder}/file`, "new\n"));
    const isRoot = (await ask("id -u")) === "0\n";
    expect(outcome).to.include({ kind: "exited", ok: isRoot });
    expect(await ask("cat file; stat -c %u:%g file; ls -A")).to.equal(`${isRoot ? "new" : "old"}\n1:2\nfile\n`);
    if (!isRoot) return;
    await runOne(bench(), put(`${folder}/file`, "newer\n", { owner: "3" }));
    expect(await ask("cat file; stat -c %u:%g file")).to.equal("newer\n3:2\n");
    await runOne(bench(), put(`${folder}/file`, "newest\n", { group: "4" }));
    expect(await ask("cat file; stat -c %u:%g file")).to.equal("newest\n3:4\n");
  });

  it("gives a new file the group of a setgid folder", async function () {
    if ((await bench().outside("id -u")) !== "0\n") this.skip();
    await bench().outside(`cd ${folder}; mkdir shared; chown :2 shared; chmod 2777 shared`);
    await runOne(bench(), put(`${folder}/shared/file`, "new\n"));
    expect(await ask("stat -c %g shared/file; id -u >own; stat -c %u shared/file >is; cmp own is")).to.equal("2\n");
  });

  it("replaces a link and leaves what it leads to", async () => {
    await ask("echo old >real; chmod 604 real; ln -s real link; ln -s nowhere broken");
    const { results } = await bench().connection.run(LANE, [
      group([[put(`${folder}/link`, "new\n")], [put(`${folder}/broken`, "new\n")]]),
    ]);
    expect(outcomes(results)).to.deep.equal([[["exited 0"], ["exited 0"]]]);
    expect(await ask("cat real link broken; stat -c %a link; [ ! -L link ] && [ ! -L broken ] && ls -A")).to.equal(
      "old\nnew\nnew\n604\nbroken\nlink\nreal\n",
    );
  });

  it("keeps a copy of the old file when it is asked to", async () => {
    await ask("echo old >file; chmod 640 file");
    await runOne(bench(), put(`${folder}/file`, "new\n", { backupPath: `${folder}/file.bak` }));
    expect(await ask("cat file file.bak; stat -c %a file.bak; ls -A")).to.equal("new\nold\n640\nfile\nfile.bak\n");
  });

  it("makes no copy of a file that was not there", async () => {
    const result = await runOne(bench(), put(`${folder}/file`, "new\n", { backupPath: `${folder}/file.bak` }));
    expect(result.outcome).to.include({ ok: true });
    expect(await list()).to.equal("file\n");
  });

  it("has the candidate checked, in the same folder, by its name", async () => {
    const validate = ["sh", "-c", 'case $1 in "$2"/*) grep -q good <"$1" ;; *) exit 9 ;; esac', "sh", "%s", folder];
    expect((await runOne(bench(), put(`${folder}/file`, "good\n", { validate }))).outcome).to.include({ code: 0 });
    expect(await ask("cat file; ls -A")).to.equal("good\nfile\n");
  });

  it("leaves the old file and nothing else when the check fails, with what the check said", async () => {
    await ask("echo old >file");
    const validate = ["sh", "-c", "echo bad line >&2; exit 3", "%s"];
    const failed = await runOne(bench(), put(`${folder}/file`, "new\n", { validate, backupPath: `${folder}/copy` }));
    expect(failed.outcome).to.deep.equal({ kind: "exited", code: 3, ok: false });
    expect(String(failed.stderr.bytes)).to.equal("bad line\n");
    expect(await ask("cat file; ls -A")).to.equal("old\nfile\n");
  });

  it("fails without a trace when there is no folder, no such owner, or a folder of that name", async () => {
    await ask("mkdir folder");
    const { results } = await bench().connection.run(LANE, [
      group([
        [put(`${folder}/none/file`, "x")],
        [put(`${folder}/file`, "x", { owner: "no-such-user" })],
        [put(`${folder}/folder`, "x")],
      ]),
    ]);
    expect(results[0]!.map(([one]) => one!.outcome.kind === "exited" && one!.outcome.ok)).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect(results[0]!.map(([one]) => one!.stderr.bytes.length > 0)).to.deep.equal([true, true, true]);
    expect(await ask("ls -A . folder")).to.equal(".:\nfolder\n\nfolder:\n");
  });

  it("sends 20 MB from memory or from a file, byte for byte", async function () {
    this.timeout(60_000);
    const local = mkdtempSync(join(tmpdir(), "fettle-content-"));
    const path = join(local, "big");
    const content = randomBytes(20_000_000);
    writeFileSync(path, content);
    const file = { kind: "file", path, sizeBytes: content.length } as const;
    const { results } = await bench().connection.run(LANE, [
      group([
        [{ do: "put", path: `${folder}/file`, content: file }, put(`${folder}/memory`, content), sh("echo next")],
      ]),
    ]);
    rmSync(local, { recursive: true });
    expect(outcomes(results)).to.deep.equal([[["exited 0", "exited 0", "exited 0"]]]);
    const sums = (await ask("sha256sum file memory | cut -c1-64; ls -A")).split("\n");
    expect(sums).to.deep.equal([sha256(content), sha256(content), "file", "memory", ""]);
  });

  it("leaves no trace of a content that became shorter than it was, or is gone", async () => {
    const local = mkdtempSync(join(tmpdir(), "fettle-content-"));
    const path = join(local, "short");
    writeFileSync(path, Buffer.alloc(100_000));
    for (const [file, cause] of [
      [path, `${path} became shorter while it was sent`],
      [`${path}-none`, `cannot read ${path}-none: ENOENT`],
    ] as const) {
      const content = { kind: "file", path: file, sizeBytes: 300_000 } as const;
      const script = [group([[{ do: "put", path: `${folder}/file`, content }, sh(`touch ${folder}/later`)]])];
      const error: unknown = await bench()
        .connection.run(LANE, script)
        .catch((one: unknown) => one);
      expect(error).to.be.instanceOf(FettleError);
      expect((error as FettleError).message).to.contain(cause);
    }
    rmSync(local, { recursive: true });
    expect(text(await runOne(bench(), sh(`until [ -z "$(ls -A ${folder})" ]; do sleep 0.05; done; echo ok`)))).to.equal(
      "ok\n",
    );
  });

  it("writes 1000 small files in few round trips", async function () {
    this.timeout(60_000);
    const content = (i: number): string => `file ${i}\n${"x".repeat(i)}\n`;
    const { counters } = bench().connection;
    const before = counters.roundTrips;
    const steps = Array.from({ length: 1000 }, (_, i) => [put(`${folder}/${String(i).padStart(4, "0")}`, content(i))]);
    const { results } = await bench().connection.run(LANE, [group(steps)]);
    expect(counters.roundTrips - before).to.equal(1);
    expect(results[0]!.filter(([one]) => one!.outcome.kind !== "exited" || !one!.outcome.ok)).to.deep.equal([]);
    const all = Buffer.from(steps.map((_, i) => content(i)).join(""));
    expect(await ask("ls -A | wc -l; cat * | sha256sum")).to.match(new RegExp(`^ *1000\n${sha256(all)}`));
  });
}
