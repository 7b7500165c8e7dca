import { expect } from "chai";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Local, LocalFile } from "../../../src/contract/module.js";
import type { Read } from "../../../src/contract/query.js";
import { script } from "../../../src/modules/script.js";
import { runHere } from "./local-run.js";
import { execStep, parsed, problems } from "./support.js";

function local(text: string, more: Partial<LocalFile> = {}): Local {
  const bytes = Buffer.from(text);
  const file = {
    path: "/p/files/x.sh",
    sizeBytes: bytes.length,
    isDirectory: false,
    bytes: () => Promise.resolve(bytes),
  };
  return { file: () => Promise.resolve({ ...file, ...more } as LocalFile) } as Partial<Local> as Local;
}

const nothingThere = (() => Promise.resolve({ entry: null })) as unknown as Read;

async function step(args: unknown, files: Local) {
  const params = parsed(script, args);
  return execStep(script.diff(await script.observe(nothingThere, params, files), params));
}

describe("script", () => {
  it("runs a script with its arguments, by its own #! line, and gives its status", async () => {
    const text = '#!/bin/sh\nprintf "%s|" "$@"\nread line || echo "${0##*/} reads nothing"\nexit 3\n';
    const result = await runHere(await step({ cmd: "dir/x.sh 'a b' -c" }, local(text)));
    expect(result.stdout.bytes.toString()).to.equal("a b|-c|x.sh reads nothing\n");
    expect(result.outcome).to.include({ code: 3 });
  });

  it("runs it by a program, where the file itself may not be run", async () => {
    const result = await runHere(await step({ cmd: "x.awk y", executable: "awk -f".split(" ")[0] }, local("")));
    expect(result.outcome).to.include({ kind: "exited" });
    const shell = await runHere(await step({ cmd: "x y", executable: "sh" }, local("echo by sh $1")));
    expect(shell.stdout.bytes.toString()).to.equal("by sh y\n");
  });

  it("keeps it private and takes it away again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "script-"));
    try {
      const made = await step({ cmd: "x.sh" }, local('#!/bin/sh\nls -ld "${0%/*}" "$0" | cut -c1-10'));
      const result = await runHere({ ...made, argv: ["env", `TMPDIR=${folder}`, ...made.argv] });
      expect(result.stdout.bytes.toString()).to.equal("drwx------\n-rwx------\n");
      expect(readdirSync(folder)).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("runs with the umask of the user", async () => {
    const result = await runHere(await step({ cmd: "x.sh" }, local("#!/bin/sh\numask")));
    const own = await runHere({ do: "exec", argv: ["sh", "-c", "umask"] });
    expect(result.stdout.bytes.toString()).to.equal(own.stdout.bytes.toString());
  });

  it("passes guards and folder on, and big scripts as files", async () => {
    const made = await step({ cmd: "-rf", creates: "done", chdir: "/srv" }, local("", { sizeBytes: 1e6 }));
    expect(made.stdin).to.deep.equal({ kind: "file", path: "/p/files/x.sh", sizeBytes: 1e6 });
    expect(made.guards).to.deep.equal([{ kind: "creates", path: "/srv/done" }]);
    expect(made.cwd).to.equal("/srv");
    expect(made.argv.slice(4)).to.deep.equal(["", "script"]);
  });

  it("wants a file and words", async () => {
    const failure = await step({ cmd: "x" }, local("", { isDirectory: true })).catch((error: unknown) => error);
    expect(failure).to.have.property("message", "script: /p/files/x.sh is a folder; name a file");
    expect(problems(script, { cmd: "x 'y" })).to.deep.equal([
      "cmd: cannot be split into words: the quote ' at character 3 is not closed",
    ]);
  });
});
