import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Lab, type LabHost } from "../lab/index.js";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "../support/cli.js";
import { openPorts } from "../support/scan.js";

/** The firewall of the site on a host of each kind, looked at from another host. */
describe("the role ufw", function () {
  this.timeout(300_000);
  let lab: Lab;
  let folder: string;
  let hosts: readonly LabHost[];

  const play = async (command: "plan" | "apply", inputs: object): Promise<CliRun> => {
    const playbook = join(folder, "ufw.yml");
    await writeFile(playbook, `- hosts: old:new\n  become: true\n  roles:\n    - role: ${resolve("roles/ufw")}\n`);
    return fettle(command, "-i", lab.inventoryPath, playbook, "-e", JSON.stringify(inputs), "--output", "json");
  };
  const verdicts = ({ events }: CliRun): readonly string[] => [...new Set(verdictsOf(events).values())];
  const declared = {
    ufw_ssh_from: ["192.0.2.1"],
    ufw_rules: [{ port: "8080", from: ["10.99.0.0/16", "fe80::/10"], comment: "web" }],
  };
  const seen = (address: string) => openPorts(lab.host("other").namespace, address);
  const linkLocal = async (host: LabHost): Promise<string> =>
    `${/inet6 (fe80\S+)\//.exec((await host.exec("ip -6 addr show eth0")).stdout)?.[1]}%eth0`;

  before(async function () {
    this.timeout(600_000);
    const kinds = [{ name: "old", kind: "bookworm" } as const, { name: "new", kind: "trixie" } as const];
    lab = await Lab.up({ name: "ufw-role", fresh: true, hosts: [...kinds, { name: "other", kind: "bookworm" }] });
    hosts = [lab.host("old"), lab.host("new")];
    folder = await mkdtemp(join(tmpdir(), "fettle-ufw-"));
  });

  after(async () => {
    await lab.down();
    await rm(folder, { recursive: true });
  });

  /** Something that listens to the declared port, and to one that nobody has declared. */
  const listen = (host: LabHost) =>
    host.exec("systemd-run -q --unit=ears systemd-socket-activate -a -l 8080 -l 9090 /bin/cat");

  it("plans what it does on bare hosts, and does it once", async () => {
    const plan = await play("plan", declared);
    expect(verdicts(plan)).to.not.include("failed");
    const apply = await play("apply", declared);
    expect(apply.status, apply.stdout.slice(-3000) + apply.stderr).to.equal(0);
    expect(wrongVerdicts(plan.events, apply.events)).to.deep.equal([]);
    expect(verdicts(await play("apply", declared))).to.have.members(["ok", "skipped"]);
  });

  it("leaves only the declared ports to other hosts, by IPv4 and IPv6, also after a reboot", async function () {
    // Six scans of all ports.
    this.timeout(600_000);
    for (const host of hosts) {
      await listen(host);
      expect(await seen(host.address), "IPv4").to.deep.equal([8080]);
      expect(await seen(await linkLocal(host)), "IPv6").to.deep.equal([8080]);
    }
    const [old] = hosts as [LabHost];
    await old.power("off");
    await old.power("on");
    await listen(old);
    expect(await seen(old.address)).to.deep.equal([8080]);
    expect(verdicts(await play("apply", declared))).to.have.members(["ok", "skipped"]);
  });

  it("refuses VRRP where ufw is too old for it, with the rules as they were", async () => {
    const [old] = hosts as [LabHost];
    const rules = async () => (await old.exec("ufw show added")).stdout;
    const before = await rules();
    const vrrp = { ufw_rules: [{ proto: "vrrp", from: ["10.99.0.1"] }] };
    // There is none that is really older: only its version is.
    await old.exec(
      "cp /var/lib/dpkg/status /root; sed -i '/^Package: ufw$/,/^$/s/^Version: .*/Version: 0.36.1-4/' /var/lib/dpkg/status",
    );
    const refused = await play("apply", vrrp);
    expect(refused.status).to.equal(3);
    expect(refused.stdout).to.contain("proto vrrp needs ufw 0.36.2 or newer, and old has 0.36.1");
    expect(await rules()).to.equal(before);
    await old.exec("cp /root/status /var/lib/dpkg/status");
    const taken = await play("apply", vrrp);
    expect(taken.status, taken.stdout.slice(-3000)).to.equal(0);
    expect(await rules()).to.contain("vrrp");
  });

  it("lets in SSH at the port that the inventory names, for others than the controller as well", async () => {
    const host = lab.host("new");
    await host.exec("ufw --force reset"); // as on a host that listens there from the beginning
    await host.exec("printf 'Port 22\\nPort 2222\\n' >/etc/ssh/sshd_config.d/ports.conf; systemctl restart ssh");
    const trust = `-o UserKnownHostsFile=${join(folder, "known_hosts")} -o StrictHostKeyChecking=accept-new`;
    const there = { ansible_port: 2222, ansible_ssh_common_args: trust, ufw_ssh_from: ["any"] };
    const playbook = join(folder, "ufw.yml");
    const args = ["-i", lab.inventoryPath, "--limit", "new", "-e", JSON.stringify({ ...declared, ...there })];
    const apply = await fettle("apply", ...args, playbook);
    expect(apply.status, apply.stdout + apply.stderr).to.equal(0);
    expect(await seen(host.address)).to.include.members([22, 2222]);
  });

  it("takes back what is not declared any more", async () => {
    const apply = await play("apply", { ...declared, ufw_rules: [] });
    expect(apply.status).to.equal(0);
    for (const host of hosts) expect((await host.exec("ufw show added")).stdout).to.not.match(/8080/);
  });
});
