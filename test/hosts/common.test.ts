import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Lab } from "../lab/index.js";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "../support/cli.js";

/** What every host needs, on a bare host of each kind. */
describe("the role common", function () {
  this.timeout(300_000);
  let lab: Lab;
  let folder: string;

  const play = async (command: "plan" | "apply", inputs: object): Promise<CliRun> => {
    const playbook = join(folder, "common.yml");
    await writeFile(playbook, `- hosts: all\n  become: true\n  roles:\n    - role: ${resolve("roles/common")}\n`);
    return fettle(command, "-i", lab.inventoryPath, playbook, "-e", JSON.stringify(inputs), "--output", "json");
  };
  const verdicts = ({ events }: CliRun): readonly string[] => [...new Set(verdictsOf(events).values())];
  const everywhere = (command: string): Promise<readonly string[]> =>
    Promise.all(lab.hosts.map((host) => host.exec(command).then(({ stdout }) => stdout.trim())));
  const both = (text: string): readonly string[] => [text, text];
  const DROP_IN = "/etc/ssh/sshd_config.d/00-fettle.conf";
  const inputs = {
    common_packages: ["tree", "jq"],
    common_ntp_servers: ["192.0.2.7"],
    common_hosts_domain: "site.test",
    common_hosts_extra: [{ address: "192.0.2.9", names: ["vip"] }],
    common_upgrades_blacklist: ["mariadb-"],
    // As -e common_sshd_password_login=no gives it.
    common_sshd_password_login: "no",
    common_sshd_settings: { ClientAliveInterval: 60, AllowAgentForwarding: false },
  };

  before(async function () {
    this.timeout(600_000);
    const hosts = [{ name: "old", kind: "bookworm" } as const, { name: "new", kind: "trixie" } as const];
    lab = await Lab.up({ name: "common", fresh: true, hosts });
    folder = await mkdtemp(join(tmpdir(), "fettle-common-"));
  });

  after(async () => {
    await lab.down();
    await rm(folder, { recursive: true });
  });

  it("refuses to shut out an operator who has no key, in a dry run too, and changes nothing", async () => {
    await everywhere("mv /home/operator/.ssh /home/operator/.ssh-away");
    const login = { ansible_user: "operator", ansible_password: "fettle-lab", ansible_become_password: "fettle-lab" };
    for (const command of ["plan", "apply"] as const) {
      const refused = await play(command, { ...inputs, ...login });
      expect(refused.status).to.equal(3);
      expect(refused.stdout).to.contain("sshd stays as it is: operator has no key to log in by; give him one");
    }
    expect(await everywhere(`ls ${DROP_IN} 2>/dev/null; dpkg -l tree 2>/dev/null`)).to.deep.equal(both(""));
    await everywhere("mv /home/operator/.ssh-away /home/operator/.ssh");
  });

  it("refuses to shut out root when root is who logs in", async () => {
    const refused = await play("apply", { ...inputs, ansible_user: "root", common_sshd_root_login: "no" });
    expect(refused.status).to.equal(3);
    expect(refused.stdout).to.contain("this run logs in as root, who would be shut out");
  });

  it("plans what it does on bare hosts, and does it once", async () => {
    const plan = await play("plan", inputs);
    expect(verdicts(plan)).to.not.include("failed");
    expect(await everywhere("ls -A /etc/ssh/sshd_config.d | grep fettle")).to.deep.equal(both(""));
    const apply = await play("apply", inputs);
    expect(apply.status, apply.stdout.slice(-3000) + apply.stderr).to.equal(0);
    expect(wrongVerdicts(plan.events, apply.events)).to.deep.equal([]);
    expect(verdicts(await play("apply", inputs))).to.deep.equal(["ok"]);
  });

  it("means it: packages, names, sshd, updates", async () => {
    expect(await everywhere("dpkg-query -W -f '${db:Status-Abbrev}' tree jq unattended-upgrades")).to.deep.equal(
      both("ii ii ii"),
    );
    expect(await everywhere("getent hosts vip; getent ahostsv4 new.site.test | head -n 1 | tr -s ' '")).to.deep.equal(
      both(`192.0.2.9       vip\n${lab.host("new").address} STREAM new.site.test`),
    );
    const effective =
      "sshd -T | grep -E '^(passwordauthentication|permitrootlogin|allowagentforwarding|x11forwarding) '";
    expect(await everywhere(`${effective} | sort`)).to.deep.equal(
      both("allowagentforwarding no\npasswordauthentication no\npermitrootlogin without-password\nx11forwarding no"),
    );
    const origins = "apt-config dump Unattended-Upgrade::Origins-Pattern | grep -v 'Pattern \"\"'";
    expect(await everywhere(`${origins} | grep -vc ecurity; ${origins} | wc -l`)).to.deep.equal(both("0\n3"));
    expect(await everywhere("apt-config dump Unattended-Upgrade::Package-Blacklist | grep -c mariadb-")).to.deep.equal(
      both("1"),
    );
    expect(await everywhere("systemctl is-enabled apt-daily-upgrade.timer systemd-timesyncd")).to.deep.equal(
      both("enabled\nenabled"),
    );
    expect(await everywhere("grep NTP= /etc/systemd/timesyncd.conf.d/fettle.conf")).to.deep.equal(
      both("NTP=192.0.2.7"),
    );
  });

  it("has reloaded sshd, which takes no password any more", async () => {
    await everywhere("mv /home/operator/.ssh /home/operator/.ssh-away");
    const login = { ansible_user: "operator", ansible_password: "fettle-lab", ansible_become_password: "fettle-lab" };
    const refused = await play("plan", { ...inputs, ...login });
    await everywhere("mv /home/operator/.ssh-away /home/operator/.ssh");
    expect(refused.status).to.not.equal(0);
    expect(await everywhere("systemctl show -p NRestarts,ActiveState --value ssh | xargs")).to.deep.equal(
      both("0 active"),
    );
  });

  it("refuses settings that sshd does not know, and the good ones stay", async () => {
    const refused = await play("apply", { ...inputs, common_sshd_settings: { NoSuchThing: "yes" } });
    expect(refused.status).to.equal(3);
    expect(refused.stdout).to.match(/Bad configuration option: NoSuchThing/i);
    expect(await everywhere(`grep -c ClientAliveInterval ${DROP_IN}; sshd -t && echo good`)).to.deep.equal(
      both("1\ngood"),
    );
  });

  it("changes from timesyncd to chrony, once", async () => {
    const chrony = { ...inputs, common_time_service: "chrony" };
    expect((await play("apply", chrony)).status).to.equal(0);
    expect(verdicts(await play("apply", chrony))).to.have.members(["ok", "skipped"]);
    expect(await everywhere("cat /etc/chrony/sources.d/fettle.sources | tail -n 1")).to.deep.equal(
      both("server 192.0.2.7 iburst"),
    );
  });
});
