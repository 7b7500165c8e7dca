import { expect } from "chai";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { apt } from "../../src/modules/apt.js";
import { copy } from "../../src/modules/copy.js";
import { ufwModule } from "../../src/modules/ufw.js";
import { fileText } from "../../src/probes/file-text.js";
import { Lab, type LabHost } from "../lab/index.js";
import { obeysLaws } from "../support/laws.js";
import type { LocalHost } from "../support/local-host.js";
import { constant, makeTask } from "../support/plays.js";
import { enter, play, rootAt } from "./support.js";

const files = ["/etc/default/ufw", "/etc/ufw/ufw.conf", "/etc/ufw/user.rules", "/etc/ufw/user6.rules"];
const bystanders = [...files, "/etc/ufw/after.rules"].map((path) => fileText(path));

const SSH = { rule: "allow", proto: "tcp", to_port: 22 };

for (const kind of ["bookworm", "trixie"] as const) {
  describe(`ufw on ${kind}`, function () {
    this.timeout(240_000);
    let lab: Lab;
    let machine: LabHost;
    let host: LocalHost;

    const laws = async (args: object): Promise<readonly string[]> =>
      (await obeysLaws(host, ufwModule, args, { bystanders })).map(({ summary }) => summary);
    const shell = async (command: string): Promise<string> => (await machine.exec(command)).stdout.trim();
    const added = (): Promise<string> => shell("ufw show added | tail -n +2");
    const task = (args: Record<string, unknown>, name = "firewall") => makeTask(ufwModule, { name, args });

    before(async function () {
      this.timeout(600_000);
      lab = await Lab.up({
        name: `ufw-${kind}`,
        fresh: true,
        hosts: [
          { name: "f", kind },
          { name: "g", kind },
        ],
      });
      machine = lab.host("f");
      host = await enter(machine);
    });

    after(async () => {
      await host.close();
      await lab.down();
    });

    it("plans on a host without ufw what it will do, and does it", async () => {
      const tasks = [
        makeTask(apt, { name: "install", args: { name: "ufw", update_cache: true } }),
        task({ rules: [{ to_port: 22, proto: "tcp" }], default: "deny" }),
      ];
      expect((await play(machine, "plan", [task(SSH)], [])).errors).to.deep.equal(["ufw is not installed"]);
      const planned = await play(machine, "plan", tasks, []);
      expect(planned.verdicts).to.deep.equal(["install: changed", "firewall: changed"]);
      expect(await play(machine, "apply", tasks, [])).to.deep.equal(planned);
      expect(await added()).to.equal("ufw allow 22/tcp comment 'fettle:'");
      await machine.exec("ufw --force reset");
    });

    it("makes, changes and deletes single rules as Ansible's module does", async () => {
      expect(await laws({ ...SSH, comment: "people" })).to.deep.equal(["set rules of ufw"]);
      expect(await laws({ ...SSH, comment: "people" })).to.deep.equal([]);
      await laws({ ...SSH, rule: "limit", comment: "é b" });
      await laws({ rule: "allow", proto: "tcp", src: "10.0.0.7/24", port: "443,80", insert: 1 });
      await laws({ rule: "deny", from_ip: "2001:DB8:0:0::7", insert: 2 });
      await laws({ rule: "reject", direction: "out", to_port: 25, log: true });
      await laws({ rule: "allow", interface: "eth0", direction: "in", from_port: "53", proto: "udp", log: true });
      await laws({
        rule: "allow",
        route: true,
        interface_in: "eth0",
        interface_out: "eth1",
        to_ip: "10.1.0.0/16",
        log: true,
      });
      await laws({ rule: "allow", proto: "vrrp", from_ip: "10.0.0.2" });
      await laws({ rule: "allow", proto: "igmp" });
      await laws({ rule: "deny", to_port: 9, insert: 1 });
      await laws({ rule: "reject", direction: "out", to_port: 25, log: true, delete: true });
      expect((await added()).split("\n")).to.deep.equal([
        "ufw deny 9",
        "ufw allow from 10.0.0.0/24 to any port 80,443 proto tcp",
        "ufw limit 22/tcp comment 'é b'",
        "ufw allow in on eth0 log from any port 53 proto udp",
        "ufw route allow in on eth0 out on eth1 log to 10.1.0.0/16",
        "ufw allow from 10.0.0.2 proto vrrp",
        "ufw allow to any proto igmp",
        "ufw deny from 2001:db8::7",
      ]);
      expect(await laws({ rule: "deny", to_port: 9, insert: 5 }), "insert moves nothing").to.deep.equal([]);
    });

    it("sets policies and logging, and only when they differ", async () => {
      expect(await laws({ policy: "deny" })).to.deep.equal([]);
      expect(await laws({ default: "reject", direction: "incoming" })).to.deep.equal(["reject incoming by default"]);
      await laws({ default: "deny", direction: "routed", logging: "medium" });
      await laws({ default: "allow", direction: "outgoing", logging: "off" });
      expect(await laws({ logging: "on", policy: "deny" })).to.deep.equal([
        "log low of ufw",
        "deny incoming by default",
      ]);
      expect(await laws({ logging: "on" })).to.deep.equal([]);
    });

    it("keeps a list of rules in order, and prunes only what is its own", async () => {
      const rule = (port: number, more: object = {}): object => ({ to_port: port, proto: "tcp", ...more });
      await laws({ state: "disabled" });
      await machine.exec("ufw --force reset; ufw allow 7/tcp comment mine; ufw allow 443/tcp");
      await laws({ rules: [rule(22), rule(80, { comment: "web" }), rule(443)], prune: true });
      await laws({ rules: [rule(81), rule(22), rule(5432, { from_ip: "2001:db8::1" }), rule(80, { comment: "www" })] });
      await laws({
        rules: [rule(80, { comment: "www" }), rule(99, { rule: "deny" }), rule(22), rule(81)],
        prune: true,
      });
      expect((await added()).split("\n")).to.deep.equal([
        "ufw allow 7/tcp comment 'mine'",
        "ufw allow 80/tcp comment 'fettle: www'",
        "ufw deny 99/tcp comment 'fettle:'",
        "ufw allow 22/tcp comment 'fettle:'",
        "ufw allow 81/tcp comment 'fettle:'",
        "ufw allow 443/tcp",
      ]);
      expect(await laws({ rules: [], prune: true, allow_controller: true })).to.deep.equal(["set rules of ufw"]);
      expect((await added()).split("\n")[0]).to.match(
        /^ufw allow from \S+ to any port 22 proto tcp comment 'fettle: controller'$/,
      );
    });

    it("is enabled last, after a new login; reloaded, disabled and reset", async () => {
      const enable = { rules: [], allow_controller: true, prune: true, default: "deny", state: "enabled" };
      const verdicts = ["firewall: changed", "after: changed"];
      const tasks = [
        task(enable),
        makeTask(copy, { name: "after", args: { dest: "/root/after", content: "still here\n" } }),
      ];
      expect((await play(machine, "plan", tasks, [])).verdicts).to.deep.equal(verdicts);
      const logins = async (): Promise<number> =>
        Number(await shell("journalctl -u ssh -o cat | grep -c 'Accepted publickey'"));
      const before = await logins();
      expect(await play(machine, "apply", tasks, [])).to.deep.equal({ verdicts, errors: [], unsettled: 0 });
      expect(await logins()).to.equal(before + 2);
      expect(await shell("ufw status | head -1; systemctl is-active fettle-ufw-undo.timer")).to.equal(
        "Status: active\ninactive",
      );
      expect(await laws(enable)).to.deep.equal([]);
      expect((await play(machine, "apply", [task({ state: "reloaded" })], [])).verdicts).to.deep.equal([
        "firewall: changed",
      ]);
      await laws({ state: "disabled" });
      expect(await shell("ufw status")).to.equal("Status: inactive");
      await play(machine, "apply", [task({ state: "reset" })], []);
      expect(await added()).to.equal("(None)");
    });

    it("refuses what would keep its own connection out", async () => {
      const said = async (args: Record<string, unknown>): Promise<string> => {
        const planned = await play(machine, "plan", [task(args)], []);
        const applied = await play(machine, "apply", [task(args)], []);
        expect(applied.errors).to.deep.equal(planned.errors);
        return applied.errors.join();
      };
      expect(await said({ default: "deny", state: "enabled" })).to.match(
        /^ufw would keep fettle out: new SSH connections from 10\.99\.\d+\.1 to 10\.99\.\d+\.\d+ port 22 end at the policy "deny incoming"$/,
      );
      expect(await shell("ufw status")).to.equal("Status: inactive");
      const on = { ...SSH, default: "deny", state: "enabled" };
      expect((await play(machine, "apply", [task(on)], [])).errors).to.deep.equal([]);
      expect(await said({ ...SSH, delete: true })).to.match(/end at the policy/);
      expect(await said({ rule: "deny", from_ip: "10.99.0.0/16", insert: 1 })).to.match(
        /end at the rule "deny from 10\.99/,
      );
      expect(await said({ rule: "reject", proto: "tcp", from_port: 1, insert: 1 })).to.match(/end at the rule "reject/);
      expect(await said({ rules: [{ ...SSH, from_ip: "192.0.2.1" }], default: "deny" })).to.equal("");
    });

    it("refuses to cut off a session that conntrack would not pick up", async () => {
      await machine.exec("ufw --force disable; sysctl -w net.netfilter.nf_conntrack_tcp_loose=0");
      const { errors } = await play(machine, "apply", [task({ ...SSH, state: "enabled" })], []);
      await machine.exec("sysctl -w net.netfilter.nf_conntrack_tcp_loose=1");
      expect(errors.join()).to.match(/nf_conntrack_tcp_loose is 0/);
      expect(await shell("ufw status")).to.equal("Status: inactive");
    });

    it("works by sudo and with SSH on another port", async () => {
      await machine.exec(
        "ufw --force reset; echo 'Port 2222' >/etc/ssh/sshd_config.d/port.conf; systemctl restart ssh",
      );
      const plain = rootAt(machine);
      const known = { userknownhostsfile: join(host.folder, "known_hosts"), stricthostkeychecking: "accept-new" };
      const target = { ...plain, user: "deploy", port: 2222, sshOptions: known };
      const become = { become: constant(true), becomeUser: constant("root") };
      const firewall = (args: Record<string, unknown>) => makeTask(ufwModule, { name: "firewall", args, ...become });
      const only22 = await play(machine, "apply", [firewall({ ...SSH, state: "enabled" })], [], target);
      expect(only22.errors.join()).to.match(/port 2222 end at the policy/);
      const args = { rules: [], allow_controller: true, state: "enabled" };
      expect((await play(machine, "apply", [firewall(args)], [], target)).verdicts).to.deep.equal([
        "firewall: changed",
      ]);
      expect(await shell("ufw status | head -1")).to.equal("Status: active");
      await machine.exec("ufw --force reset; rm /etc/ssh/sshd_config.d/port.conf; systemctl restart ssh");
    });

    const way = kind === "bookworm" ? "systemd" : "a background job";
    it(`is undone by itself when no new login works (${way})`, async () => {
      const hide = kind === "bookworm" ? ":" : "mv /usr/bin/systemd-run /usr/bin/systemd-run.away";
      const block = "-A ufw-before-input -p tcp --dport 22 --syn -j DROP";
      await machine.exec(
        `ufw --force reset; ${hide}; cp /etc/ufw/before.rules /root/; sed -i '/^# End required/a ${block}' /etc/ufw/before.rules`,
      );
      const { errors } = await play(machine, "apply", [task({ ...SSH, state: "enabled" })], []);
      expect(errors.join()).to.match(
        /^a new login through the firewall did not work, so the host disables ufw again within 90 s/,
      );
      expect(await shell("ufw status | head -1")).to.equal("Status: active");
      let status = "";
      for (let turn = 0; turn < 100 && status !== "Status: inactive"; turn++) {
        await sleep(1000);
        status = await shell("ufw status | head -1");
      }
      expect(status).to.equal("Status: inactive");
      await machine.exec("cp /root/before.rules /etc/ufw/; mv /usr/bin/systemd-run.away /usr/bin/systemd-run");
      expect((await play(machine, "apply", [task({ ...SSH, state: "enabled" })], [])).errors).to.deep.equal([]);
    });
  });
}
