import { expect } from "chai";
import { spawn } from "node:child_process";
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

    it("brings an installation to its end when the controller is killed", async () => {
      const args = ["exec", "a", "-i", lab.inventoryPath, "-b", "-m", "apt", "-a", "name=nginx-light"];
      const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...args], { stdio: "ignore" });
      await machine.exec(
        "for i in $(seq 1000); do pgrep -f '[d]pkg .*--unpack' >/dev/null && exit; sleep 0.02; done; exit 1",
      );
      child.kill("SIGKILL");
      await machine.exec("for i in $(seq 300); do pgrep -x apt-get >/dev/null || exit 0; sleep 0.1; done");
      expect((await machine.exec("dpkg --audit; ls /var/lib/dpkg/updates")).stdout).to.equal("");
      expect((await machine.exec("dpkg-query -W -f '${db:Status-Status}' nginx-light")).stdout).to.equal("installed");
      expect((await machine.exec("ls -d /tmp/tmp.*; true")).stdout).to.equal("");
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
      expect(error).to.contain("there is no package nginxx; did you mean nginx? When");
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

    describe("with a repository of several versions", () => {
      const offer = (...offered: readonly (readonly [name: string, version: string, fields?: string])[]) =>
        machine.exec("cat > /tmp/offer && sh /tmp/offer", offerScript(offered));

      it("upgrades one package to what apt would choose, and to a version that is asked for", async () => {
        expect((await offer(["fettle-a", "1"], ["fettle-a", "2"], ["fettle-b", "1"])).code).to.equal(0);
        expect(await laws({ name: "fettle-a=1, fettle-b" })).to.deep.equal([
          "fetch the package lists",
          "install fettle-a=1, fettle-b",
        ]);
        expect(await laws({ name: "fettle-a" })).to.deep.equal([]);
        expect(await laws({ name: "fettle-a, fettle-b", state: "latest" })).to.deep.equal(["upgrade fettle-a 1 → 2"]);
        expect(await laws({ name: "fettle-a=1" }).catch(String)).to.contain(
          "apt cannot do it: Packages were downgraded",
        );
        expect(await laws({ name: "fettle-a=1", allow_downgrade: true })).to.deep.equal(["upgrade fettle-a 2 → 1"]);
        expect(await laws({ upgrade: "safe" })).to.deep.equal(["upgrade fettle-a 1 → 2"]);
      });

      it("knows which packages go for another", async () => {
        await offer(
          ["fettle-a", "3", "Conflicts: fettle-b"],
          ["fettle-b", "1"],
          ["fettle-c", "1", "Depends: fettle-d"],
          ["fettle-d", "1"],
        );
        expect(await laws({ upgrade: "safe", cache_valid_time: 60 })).to.deep.equal([
          "fetch the package lists",
          "upgrade all packages",
        ]);
        expect(await host.ask([packageVersion("fettle-a")])).to.deep.equal(["2"]);
        expect(await laws({ upgrade: "dist" })).to.deep.equal(["upgrade fettle-a 2 → 3; remove fettle-b"]);
        expect(await laws({ name: "fettle-c" })).to.deep.equal(["install fettle-c 1 with 1 more"]);
        expect(await laws({ name: "fettle-c", state: "absent", autoremove: true })).to.have.length(2);
        expect(await host.ask([packageState("fettle-d")])).to.deep.equal([null]);
      });

      it("leaves alone what is missing when it shall only upgrade", async () => {
        expect(await laws({ name: "fettle-c", only_upgrade: true })).to.deep.equal([]);
        expect(await laws({ name: "fettle-a, fettle-c", only_upgrade: true, state: "latest" })).to.deep.equal([]);
      });

      it("takes a virtual package for what provides it", async () => {
        await offer(["fettle-e", "1", "Provides: fettle-virtual"]);
        expect(await laws({ name: "fettle-virtual", cache_valid_time: 60 })).to.have.length(2);
        expect(await laws({ name: "fettle-e", state: "absent" })).to.deep.equal(["remove fettle-e"]);
        expect(await laws({ name: "fettle-virtual" })).to.deep.equal(["install fettle-e 1"]);
      });

      it("installs what does not fit together not at all", async () => {
        await offer(["fettle-f", "1", "Depends: fettle-none"]);
        await laws({ update_cache: true });
        expect(await laws({ name: "fettle-f" }).catch(String)).to.contain(
          "apt cannot do it: Unable to correct problems",
        );
      });
    });
  });
}

/** Makes packages with nothing in them, and a repository of them on the host itself. */
function offerScript(offered: readonly (readonly [name: string, version: string, fields?: string])[]): string {
  const build = offered.map(([name, version, fields = "Priority: optional"]) => {
    const control = [`Package: ${name}`, `Version: ${version}`, "Architecture: all", "Maintainer: x <x@example.org>"];
    return `build ${name}_${version} '${[...control, fields, "Description: test"].join("\n")}'`;
  });
  return `set -e
rm -rf /srv/offer; mkdir -p /srv/offer; cd /srv/offer
build() { mkdir -p "/tmp/b/$1/DEBIAN"; echo "$2" > "/tmp/b/$1/DEBIAN/control"; dpkg-deb -b "/tmp/b/$1" "$1.deb" >&2
echo "$2"; echo "Filename: ./$1.deb"; echo "Size: $(stat -c %s "$1.deb")"; echo "SHA256: $(sha256sum < "$1.deb" | cut -d' ' -f1)"; echo; }
{ ${build.join("\n")}
} > Packages
echo "deb [trusted=yes] file:/srv/offer ./" > /etc/apt/sources.list.d/offer.list
touch -d '1 hour ago' /var/lib/apt/lists
`;
}
