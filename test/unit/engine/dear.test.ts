import { expect } from "chai";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registry } from "../../../src/modules/index.js";
import { makePlay, makeTask } from "../../support/plays.js";
import { start } from "./support.js";

describe("questions that are asked only at their task's turn", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "fettle-dear-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("see what the task before has done", async () => {
    mkdirSync(join(folder, "d"));
    writeFileSync(join(folder, "d/f"), "");
    chmodSync(join(folder, "d/f"), 0o4711);
    const recurse = (args: Record<string, unknown>) =>
      makeTask(registry.get("file")!, {
        args: { path: join(folder, "d"), state: "directory", recurse: true, ...args },
      });
    const { statuses } = await start([makePlay([recurse({ mode: "u=rwX,g=rX,o=" }), recurse({ group: "3" })])]);
    expect(statuses).to.deep.equal(["changed", "changed"]);
    expect((statSync(join(folder, "d/f")).mode & 0o7777).toString(8)).to.equal("750");
  });

  it("compare a big file with what the task before has written", async () => {
    const big = (letter: string): string => letter.repeat(300_000);
    writeFileSync(join(folder, "f"), big("b"));
    const write = (content: string) => makeTask(registry.get("copy")!, { args: { dest: join(folder, "f"), content } });
    const { statuses } = await start([makePlay([write(big("a")), write(big("b"))])]);
    expect(statuses).to.deep.equal(["changed", "changed"]);
    expect(readFileSync(join(folder, "f"), "utf8")).to.equal(big("b"));
  });
});
