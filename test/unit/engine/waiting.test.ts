import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope, Task } from "../../../src/contract/play.js";
import { registry } from "../../../src/modules/index.js";
import { computed, constant, makePlay, makeTask } from "../../support/plays.js";
import { start } from "./support.js";

const module = (name: string) => registry.get(name)!;

describe("waiting", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fettle-waiting-"));
    file = join(folder, "late");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Somebody else makes the file a little later. */
  const somebody = (): Task =>
    makeTask(module("command"), {
      args: { argv: ["sh", "-c", '(sleep 0.3; : >"$1") >/dev/null 2>&1 &', "sh", file] },
      changedWhen: [constant(false)],
    });
  const look = (): Task => makeTask(module("stat"), { args: { path: file }, register: "found" });
  const exists = computed("found.stat.exists", (scope: Scope) => {
    const { stat } = scope.get("found") as { stat: { exists: boolean } };
    return stat.exists;
  });
  const whenThere = (): Task => makeTask(module("debug"), { args: { msg: "there" }, when: [exists] });
  const waits: Record<string, () => Task> = {
    wait_for: () => makeTask(module("wait_for"), { name: "wait", args: { path: file, timeout: 5, sleep: 0.1 } }),
    pause: () => makeTask(module("pause"), { args: { seconds: 1 } }),
  };

  for (const [name, wait] of Object.entries(waits)) {
    it(`makes what was read before ${name} be read again`, async () => {
      const { statuses } = await start([makePlay([somebody(), wait(), look(), whenThere()])]);
      expect(statuses.slice(-2)).to.deep.equal(["ok", "ok"]);
    });
  }

  it("for a file that is not there leaves it unknown in a dry run", async () => {
    const tasks = [waits["wait_for"]!(), look(), whenThere()];
    const { settled } = await start([makePlay(tasks)], { mode: "plan" });
    expect(settled.map(({ status }) => status)).to.deep.equal(["ok", "unknown", "unknown"]);
    expect(settled[1]?.items[0]?.unknown?.because).to.equal("wait");
  });

  it("for a file that is there leaves all known in a dry run", async () => {
    writeFileSync(file, "");
    const { statuses } = await start([makePlay([waits["wait_for"]!(), look(), whenThere()])], { mode: "plan" });
    expect(statuses.at(-1)).to.equal("ok");
  });
});
