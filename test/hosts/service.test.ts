import { expect } from "chai";
import { serviceModule } from "../../src/modules/service.js";
import { systemd } from "../../src/modules/systemd.js";
import { service } from "../../src/probes/service.js";
import { Lab, type LabHost } from "../lab/index.js";
import { obeysLaws } from "../support/laws.js";
import { complaint, type LocalHost } from "../support/local-host.js";
import { enter } from "./support.js";

const kinds = ["bookworm", "trixie"] as const;
const bystanders = ["cron", "nginx", "ssh", "sshd", "friend", "app"].map((name) => service(name));

const APP = `[Unit]
Wants=friend.service
[Service]
ExecStart=/bin/sleep 1000
[Install]
WantedBy=multi-user.target
`;
const FRIEND = "[Service]\nExecStart=/bin/sleep 1000\n";
const DONE = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n";
const BROKEN = "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo the disk is on fire; exit 3'\n";

for (const kind of kinds) {
  describe(`service and systemd on ${kind}`, function () {
    this.timeout(120_000);
    let lab: Lab;
    let machine: LabHost;
    let host: LocalHost;

    before(async function () {
      this.timeout(600_000);
      lab = await Lab.up({ name: `service-${kind}`, fresh: true, hosts: [{ name: "s", kind }] });
      machine = lab.host("s");
      host = await enter(machine);
      const install = "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy install cron nginx-light";
      expect((await machine.exec(install)).code).to.equal(0);
      const units = { app: APP, friend: FRIEND, done: DONE, broken: BROKEN };
      for (const [name, text] of Object.entries(units))
        await machine.exec(`cat > /etc/systemd/system/${name}.service`, text);
    });

    after(async () => {
      await host.close();
      await lab.down();
    });

    const summaries = (changes: readonly { readonly summary: string }[]) => changes.map(({ summary }) => summary);
    const laws = async (args: object) => summaries(await obeysLaws(host, serviceModule, args, { bystanders }));
    const lawsOfSystemd = async (args: object) => summaries(await obeysLaws(host, systemd, args, { bystanders }));

    it("stops, disables, enables and starts", async () => {
      for (const name of ["cron", "nginx"]) {
        expect(await laws({ name, state: "started", enabled: true })).to.deep.equal([]);
        expect(await laws({ name, state: "stopped", enabled: false })).to.deep.equal([
          `disable ${name}`,
          `stop ${name}`,
        ]);
        expect(await laws({ name, state: "started" })).to.deep.equal([`start ${name}`]);
        expect(await laws({ name, enabled: true })).to.deep.equal([`enable ${name}`]);
      }
    });

    it("starts a new unit and what it wants", async () => {
      expect(await laws({ name: "app", state: "started", enabled: true })).to.deep.equal(["enable app", "start app"]);
      expect((await host.ask([service("friend")]))[0]?.active).to.equal("active");
      expect(await laws({ name: "done", state: "started" })).to.deep.equal(["start done"]);
    });

    it("knows a unit by its other name", async () => {
      expect(await laws({ name: "sshd", state: "started" })).to.deep.equal([]);
      expect((await machine.exec("systemctl is-enabled ssh")).stdout).to.match(/^(enabled|disabled)\n$/);
    });

    it("masks and unmasks", async () => {
      expect(await lawsOfSystemd({ name: "nginx", masked: true, state: "stopped" })).to.deep.equal([
        "mask nginx",
        "stop nginx",
      ]);
      expect(await laws({ name: "nginx", state: "started" }).catch(String)).to.contain("nginx is masked; unmask it");
      const given = systemd.params.parse({ name: "nginx", masked: false, enabled: true, state: "started" });
      const { changes } = await host.look(systemd, given);
      expect(summaries(changes)).to.deep.equal(["unmask nginx", "enable nginx", "start nginx"]);
      expect(complaint(await host.send(changes))).to.equal(undefined);
      expect((await host.look(systemd, given)).changes).to.deep.equal([]);
    });

    it("lets systemd read a unit again that has changed", async () => {
      await machine.exec("echo Environment=A=1 >> /etc/systemd/system/app.service");
      const given = systemd.params.parse({ name: "app", daemon_reload: true, state: "started" });
      const { changes } = await host.look(systemd, given);
      expect(summaries(changes)).to.deep.equal(["let systemd read its files again"]);
      expect(complaint(await host.send(changes))).to.equal(undefined);
      expect((await host.look(systemd, given)).changes).to.deep.equal([]);
    });

    it("restarts and reloads", async () => {
      const pid = () => machine.exec("systemctl show -p MainPID nginx").then(({ stdout }) => stdout);
      const before = await pid();
      for (const [state, done] of [
        ["reloaded", "reload nginx"],
        ["restarted", "restart nginx"],
      ] as const) {
        const { changes } = await host.look(serviceModule, serviceModule.params.parse({ name: "nginx", state }));
        expect(summaries(changes)).to.deep.equal([done]);
        expect(complaint(await host.send(changes))).to.equal(undefined);
        expect((await pid()) === before).to.equal(state === "reloaded");
      }
    });

    it("shows the journal of a service that does not start", async () => {
      const { changes } = await host.look(
        serviceModule,
        serviceModule.params.parse({ name: "broken", state: "started" }),
      );
      expect(complaint(await host.send(changes))).to.contain("the disk is on fire");
    });

    it("says that there is no such service", async () => {
      expect(await laws({ name: "nonesuch", state: "started" }).catch(String)).to.contain(
        "there is no service nonesuch",
      );
      expect(await lawsOfSystemd({ name: "nonesuch", masked: true })).to.deep.equal(["mask nonesuch"]);
    });
  });
}
