import { expect } from "chai";
import { hostname } from "../../src/modules/hostname.js";
import { sysctl } from "../../src/modules/sysctl.js";
import { fileText } from "../../src/probes/file-text.js";
import { hostName } from "../../src/probes/host-name.js";
import { kernelValue } from "../../src/probes/kernel-setting.js";
import { obeysLaws } from "../support/laws.js";
import { onKinds } from "./on-kinds.js";

const kinds = ["bookworm", "trixie", "busybox"] as const;
const bystanders = [
  hostName(null),
  ...["/etc/hostname", "/etc/sysctl.conf", "/etc/sysctl.d/99-fettle.conf"].map(fileText),
  ...["net/ipv4/ip_forward", "net/ipv4/tcp_rmem", "net/ipv4/conf/eth0/rp_filter"].map(kernelValue),
];

describe("hostname and sysctl", function () {
  this.timeout(120_000);

  onKinds("system", kinds, (kind, at) => {
    const sh = async (command: string): Promise<string> => (await at.machine.exec(command)).stdout.trim();
    const names = async (args: object) =>
      (await obeysLaws(at.host, hostname, args, { bystanders })).map((change) => change.summary);
    const laws = async (args: object) =>
      (await obeysLaws(at.host, sysctl, args, { bystanders })).map((change) => change.summary);
    const failure = (args: object): Promise<string> =>
      at.host.look(sysctl, sysctl.params.parse(args)).then(
        () => "no failure",
        (error: unknown) => (error as Error).message,
      );

    it("gets a name, for now and for the next boot", async () => {
      expect(await names({ name: kind })).to.deep.equal([]);
      expect(await names({ name: "web1.example.org" })).to.deep.equal([
        "write /etc/hostname",
        `change the host's name from ${kind} to web1.example.org`,
      ]);
      expect(await sh("uname -n; cat /etc/hostname")).to.equal("web1.example.org\nweb1.example.org");
      await at.machine.exec("printf '# ours\\n\\nweb1.example.org' >/etc/hostname");
      expect(await names({ name: "web1.example.org" })).to.deep.equal([]);
      await at.machine.exec("rm /etc/hostname");
      expect(await names({ name: kind })).to.have.length(2);
    });

    it("sets what the kernel lets it set", async () => {
      const forward = { name: "net.ipv4.ip_forward", sysctl_set: true };
      const file = (await sh("ls /etc/sysctl.conf 2>/dev/null")) || "/etc/sysctl.d/99-fettle.conf";
      expect(file).to.equal(kind === "trixie" ? "/etc/sysctl.d/99-fettle.conf" : "/etc/sysctl.conf");
      expect(await laws({ ...forward, value: true })).to.deep.equal([`write ${file}`, `let the kernel have ${file}`]);
      expect(await sh("cat /proc/sys/net/ipv4/ip_forward")).to.equal("1");
      await at.machine.exec("echo 0 >/proc/sys/net/ipv4/ip_forward");
      expect(await laws({ ...forward, value: 1, sysctl_set: false })).to.deep.equal([]);
      expect(await laws({ ...forward, value: 1 })).to.deep.equal(["set net.ipv4.ip_forward to 1"]);
      const memory = { name: "net.ipv4.tcp_rmem", value: "4096   87380 6291456", sysctl_set: true };
      expect(await laws({ ...memory, sysctl_file: "/etc/sysctl.d/60-memory.conf" })).to.have.length(2);
      expect(await sh("cat /proc/sys/net/ipv4/tcp_rmem")).to.equal("4096\t87380\t6291456");
      expect(await laws({ ...forward, state: "absent" })).to.have.length(2);
      expect(await sh("cat /proc/sys/net/ipv4/ip_forward")).to.equal("1");
    });

    it("says in the plan what it may not set", async () => {
      expect(await failure({ name: "vm.swappiness", value: 10 })).to.match(
        /^vm\.swappiness cannot be set here; .* in a container/,
      );
      expect(await laws({ name: "vm.swappiness", value: 10, reload: false })).to.have.length(1);
      expect(await failure({ name: "vm.no_such", value: 10 })).to.match(/^the kernel has no setting vm\.no_such; load/);
    });
  });
});
