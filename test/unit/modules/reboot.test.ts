import { expect } from "chai";
import { reboot } from "../../../src/modules/reboot.js";
import { LocalHost } from "../../support/local-host.js";
import { parsed, problems } from "./support.js";

describe("reboot", () => {
  const steps = (args: object) => reboot.diff(null, parsed(reboot, args)).flatMap((change) => change.steps);

  it("waits for as long as it is told", () => {
    const [step] = steps({ post_reboot_delay: 2.5, reboot_timeout: "30", connect_timeout: 4, test_command: "a b" });
    expect(step).to.deep.include({ do: "reboot", delayMs: 2500, timeoutMs: 30_000, connectTimeoutMs: 4000 });
    expect(step).to.deep.include({ test: ["sh", "-c", "a b"] });
    expect(steps({})[0]).to.not.have.property("connectTimeoutMs");
  });

  it("tells users before it waits, and never takes their words for shell", () => {
    const [tell, wait, step] = steps({ pre_reboot_delay: 60, msg: "$(id)" });
    expect(tell).to.deep.include({ do: "exec" });
    expect(tell?.do === "exec" && tell.argv.at(-1)).to.equal("$(id) (in 60 s)");
    expect(wait).to.deep.equal({ do: "sleep", ms: 60_000 });
    expect(step?.do === "reboot" && step.argv.slice(3)).to.deep.equal([
      "reboot",
      "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin",
      "$(id)",
    ]);
  });

  it("says when it would be, in a dry run", () => {
    expect(reboot.result?.(undefined, parsed(reboot, {}), null)).to.deep.equal({ rebooted: true, elapsed: 0 });
  });

  it("does not reboot the machine that fettle runs on", async () => {
    const host = await LocalHost.open();
    const error: unknown = await host
      .look(reboot, parsed(reboot, {}))
      .catch((thrown: unknown) => (thrown as Error).message);
    await host.close();
    expect(error).to.equal("this is the machine that fettle runs on, and would end with it; reboot it by hand");
  });

  it("refuses what makes no sense", () => {
    expect(problems(reboot, { reboot_timeout: 0 })).to.deep.equal(["reboot_timeout: must be at least 1"]);
    expect(problems(reboot, { test_command: " " })).to.deep.equal(["test_command: is empty"]);
    expect(problems(reboot, { search_paths: ["sbin"] })[0]).to.match(/^search_paths: must be a value or a list/);
  });
});
