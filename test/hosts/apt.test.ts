import { expect } from "chai";
import { apt } from "../../src/modules/apt.js";
import { packageState } from "../../src/probes/package.js";
import { packageVersion } from "../../src/probes/package-version.js";
import { Lab, type LabHost } from "../lab/index.js";
import type { LocalHost } from "../support/local-host.js";
import { obeysLaws } from "../support/laws.js";
import { enter } from "./support.js";

const kinds = ["bookworm", "trixie"] as const;
const bystanders = ["jq", "libjq1", "sl", "tree", "nginx", "hello"].flatMap((name) => [
  packageState(name),
  packageVersion(name),
]);

for (const kind of kinds) {
  describe(`apt on ${kind}`, function () {
    this.timeout(120_000);
    let lab: Lab;
    let machine: LabHost;
    let host: LocalHost;

    before(async function () {
      this.timeout(600_000);
      lab = await Lab.up({ name: `apt-${kind}`, fresh: true, hosts: [{ name: "a", kind }] });
      machine = lab.host("a");
      host = await enter(machine);
    });

    after(async () => {
      await host.close();
      await lab.down();
    });

    const laws = async (args: object) =>
      (await obeysLaws(host, apt, args, { bystanders })).map((change) => change.summary);

    it("fetches missing lists, even when the task does not say so, and installs", async () => {
      expect(await laws({ name: ["sl", "hello"] })).to.deep.equal(["fetch the package lists", "install sl, hello"]);
    });

    it("installs, knowing what comes along", async () => {
      const [summary, ...more] = await laws({ name: "jq", update_cache: true });
      expect(more).to.deep.equal([]);
      expect(summary).to.match(/^install jq 1\.\S+ with \d more$/);
      expect(await laws({ name: "jq", update_cache: true })).to.deep.equal([]);
      expect(await laws({ name: "jq, hello", state: "latest" })).to.deep.equal([]);
    });

    it("fetches lists that are too old", async () => {
      await machine.exec("touch -d '1 hour ago' /var/lib/apt/lists");
      expect(await laws({ update_cache: true })).to.deep.equal(["fetch the package lists"]);
      await machine.exec("touch -d '1 hour ago' /var/lib/apt/lists");
      expect(await laws({ name: "jq", cache_valid_time: 7200 })).to.deep.equal([]);
      expect(await laws({ name: "jq", state: "latest", update_cache: true })).to.deep.equal([
        "fetch the package lists",
        "install or upgrade jq",
      ]);
    });

    it("asks for a version", async () => {
      const [version] = await host.ask([packageVersion("hello")]);
      expect(await laws({ name: `hello=${version!}` })).to.deep.equal([]);
      expect(await laws({ name: `hello=${version!.slice(0, 2)}*` })).to.deep.equal([]);
      expect(await laws({ name: "hello", state: "absent" })).to.deep.equal(["remove hello"]);
      expect(await laws({ name: `hello=${version!}` })).to.deep.equal([`install hello ${version!}`]);
      const error = await laws({ name: "hello=99" }).catch(String);
      expect(error).to.contain("apt cannot do it: Version '99' for 'hello' was not found");
    });

    it("removes and purges, with what needs it and what nothing needs", async () => {
      expect(await laws({ name: "libjq1", state: "absent" })).to.deep.equal(["remove libjq1, and what needs it: jq"]);
      expect(await laws({ autoremove: true })).to.have.length(1);
      await laws({ name: "cron" });
      expect(await laws({ name: "cron", state: "absent" })).to.deep.equal(["remove cron"]);
      expect(await host.ask([packageState("cron")])).to.deep.equal(["configuration"]);
      expect(await laws({ name: "cron", state: "absent" })).to.deep.equal([]);
      expect(await laws({ name: "cron", state: "absent", purge: true })).to.deep.equal(["purge cron"]);
    });

    it("says that there is no such package", async () => {
      const error = await laws({ name: "nginxx" }).catch(String);
      expect(error).to.contain("there is no package nginxx; check its name");
    });

    it("upgrades nothing when there is nothing newer", async () => {
      expect(await laws({ upgrade: "full" })).to.deep.equal([]);
      expect(await laws({ upgrade: "safe", name: [] }).catch(() => "refused")).to.equal("refused");
    });

    it("waits for another apt that holds the lists", async () => {
      await machine.exec("touch -d '1 hour ago' /var/lib/apt/lists");
      const other = machine.exec(
        `perl -e 'use Fcntl; open(F, ">/var/lib/apt/lists/lock"); $l = pack("s s x4 l! l! i", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die; open(M, ">/run/held"); close(M); sleep 3'`,
      );
      await machine.exec("timeout 10 sh -c 'until [ -e /run/held ]; do sleep 0.1; done'");
      expect(await laws({ update_cache: true })).to.deep.equal(["fetch the package lists"]);
      await other;
    });
  });
}
