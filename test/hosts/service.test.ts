import { expect } from "chai";
import { apt } from "../../src/modules/apt.js";
import { copy } from "../../src/modules/copy.js";
import { serviceModule } from "../../src/modules/service.js";
import { systemd } from "../../src/modules/systemd.js";
import { service } from "../../src/probes/service.js";
import { Lab, type LabHost } from "../lab/index.js";
import { obeysLaws } from "../support/laws.js";
import { complaint, type LocalHost } from "../support/local-host.js";
import { constant, makeHandler, makeTask } from "../support/plays.js";
import { enter, play } from "./support.js";

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

describe("a play with packages and services on a bare host", function () {
  this.timeout(120_000);
  let lab: Lab;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "service-play", fresh: true, hosts: [{ name: "p", kind: "bookworm" }] });
  });

  after(() => lab.down());

  const brings = ["service:nginx*", "file:/etc/nginx/**", "user:www-data"];
  const site = "server { listen 8081; }\n";
  const tasks = () => [
    makeTask(apt, { name: "install", args: { name: "nginx-light", brings } }),
    makeTask(copy, {
      name: "site",
      args: { dest: "/etc/nginx/conf.d/site.conf", content: site },
      notify: [constant("reload")],
    }),
    makeTask(serviceModule, { name: "start", args: { name: "nginx", state: "started", enabled: true } }),
    makeTask(copy, { name: "unit", args: { dest: "/etc/systemd/system/app.service", content: APP } }),
    makeTask(systemd, { name: "app", args: { name: "app", state: "started", enabled: true, daemon_reload: true } }),
    makeTask(serviceModule, { name: "ssh", args: { name: "ssh", state: "started" } }),
  ];
  const handlers = () => [makeHandler("reload", serviceModule, { args: { name: "nginx", state: "reloaded" } })];

  it("plans without an error: changes where they are sure, unknown because of the installation elsewhere", async () => {
    const { verdicts } = await play(lab.host("p"), "plan", tasks(), handlers());
    const [install, site, ...rest] = verdicts;
    expect(install).to.equal("install: changed");
    expect(site).to.be.oneOf(["site: changed", "site: unknown"]);
    const handler = site === "site: changed" ? "reload: changed" : "reload: unknown";
    expect(rest).to.deep.equal(["start: unknown", "unit: changed", "app: changed", "ssh: ok", handler]);
  });

  it("applies, ends as it shall be, and has nothing left to do", async () => {
    expect(await play(lab.host("p"), "apply", tasks(), handlers())).to.deep.equal({
      verdicts: [
        ...["install: changed", "site: changed", "start: ok", "unit: changed", "app: changed", "ssh: ok"],
        "reload: changed",
      ],
      errors: [],
      unsettled: 0,
    });
    expect((await lab.host("p").exec("systemctl is-active nginx app")).stdout).to.equal("active\nactive\n");
    const again = await play(lab.host("p"), "plan", tasks(), handlers());
    expect(again.verdicts.filter((verdict) => !verdict.endsWith(": ok"))).to.deep.equal([]);
  });
});

/** Units whose process dies at once, and others that are done at once: systemctl says of all of them that they were started. */
const SHORT = {
  dies: "[Service]\nExecStart=/bin/sh -c 'echo no such database; exit 3'\n",
  loops: "[Service]\nExecStart=/bin/sh -c 'echo no such database; exit 3'\nRestart=on-failure\nRestartSec=60\n",
  nothing: "[Service]\nExecStart=/usr/local/bin/nothing\n",
  nobody: "[Service]\nUser=nonesuch\nExecStart=/bin/sleep 1000\n",
  done: "[Service]\nExecStart=/bin/true\n",
  once: "[Service]\nType=oneshot\nExecStart=/bin/true\n",
  stays: "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n",
  again: "[Service]\nExecStart=/bin/true\nRestart=always\nRestartSec=60\n",
  forgiven: "[Service]\nExecStart=/bin/false\nSuccessExitStatus=1\n",
  runs: "[Service]\nExecStart=/bin/sleep 1000\n",
};

for (const kind of kinds) {
  describe(`a service that is started and dies on ${kind}`, function () {
    this.timeout(120_000);
    let lab: Lab;
    let machine: LabHost;

    before(async function () {
      this.timeout(600_000);
      lab = await Lab.up({ name: `service-dies-${kind}`, fresh: true, hosts: [{ name: "d", kind }] });
      machine = lab.host("d");
      for (const [name, text] of Object.entries(SHORT))
        await machine.exec(`cat > /etc/systemd/system/${name}.service`, text);
      await machine.exec("systemctl daemon-reload");
    });

    after(() => lab.down());

    const started = (name: string, state = "started") =>
      play(machine, "apply", [makeTask(serviceModule, { name: "start", args: { name, state } })], []);

    for (const [name, why] of [
      ["dies", "no such database"],
      ["loops", "no such database"],
      ["nothing", "/usr/local/bin/nothing"],
      ["nobody", "status=217/USER"],
    ] as const) {
      it(`${name}: fails, and says why`, async () => {
        const host = await enter(machine);
        for (const state of ["started", "restarted", "started"]) {
          const { changes } = await host.look(serviceModule, serviceModule.params.parse({ name, state }));
          const said = complaint(await host.send(changes));
          expect(said).to.contain(`${name}.service was started, and has died`);
          expect(said).to.contain(why);
        }
        await host.close();
        expect((await started(name)).verdicts).to.deep.equal(["start: failed"]);
      });
    }

    for (const name of ["done", "once", "stays", "again", "forgiven", "runs"]) {
      it(`${name}: is no failure`, async () => {
        for (const state of ["started", "restarted"])
          expect((await started(name, state)).errors, state).to.deep.equal([]);
      });
    }

    it("is not taken for one that runs while systemd waits to start it again", async () => {
      const plan = (state: string) =>
        play(machine, "plan", [makeTask(serviceModule, { name: "it", args: { name: "loops", state } })], []);
      expect((await plan("started")).verdicts).to.deep.equal(["it: changed"]);
      expect((await plan("stopped")).verdicts).to.deep.equal(["it: changed"]);
      expect((await started("loops", "stopped")).verdicts).to.deep.equal(["start: changed"]);
      expect((await plan("stopped")).verdicts).to.deep.equal(["it: ok"]);
    });
  });
}
