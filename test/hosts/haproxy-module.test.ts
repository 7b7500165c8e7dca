import { expect } from "chai";
import { haproxy } from "../../src/modules/haproxy.js";
import { haproxyServers } from "../../src/probes/haproxy.js";
import { Lab, type LabHost } from "../lab/index.js";
import { obeysLaws } from "../support/laws.js";
import type { LocalHost } from "../support/local-host.js";
import { makeTask } from "../support/plays.js";
import { enter, play } from "./support.js";

const SOCKET = "/run/haproxy/admin.sock";
const CONFIG = `global
    stats socket ${SOCKET} mode 660 level admin
    stats timeout 30s
defaults
    mode http
    timeout connect 1s
    timeout client 30s
    timeout server 30s
frontend all
    bind 127.0.0.1:80
    default_backend web
backend web
    server one 127.0.0.1:8001 weight 100 check inter 200
    server two 127.0.0.1:8002 weight 100
backend other
    server one 127.0.0.1:8001
`;

for (const kind of ["bookworm", "trixie"] as const) {
  describe(`haproxy on ${kind}`, function () {
    this.timeout(120_000);
    let lab: Lab;
    let machine: LabHost;
    let host: LocalHost;

    const laws = async (args: object): Promise<readonly string[]> =>
      (await obeysLaws(host, haproxy, args, { bystanders: [haproxyServers(SOCKET)] })).map(({ summary }) => summary);
    const run = (args: Record<string, unknown>, mode: "plan" | "apply" = "apply") =>
      play(machine, mode, [makeTask(haproxy, { name: "server", args })], []);
    const listener = (verb: string) => machine.exec(`systemctl ${verb} ear.socket`);

    before(async function () {
      this.timeout(600_000);
      lab = await Lab.up({ name: `haproxy-${kind}`, fresh: true, hosts: [{ name: "h", kind }] });
      machine = lab.host("h");
      host = await enter(machine);
      const install = "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qy install haproxy socat";
      expect((await machine.exec(install)).code).to.equal(0);
      await machine.exec("cat >/etc/systemd/system/ear.socket", "[Socket]\nListenStream=127.0.0.1:8001\nAccept=yes\n");
      await machine.exec(
        "cat >/etc/systemd/system/ear@.service",
        "[Service]\nExecStart=/bin/sleep 60\nStandardInput=socket\n",
      );
      await machine.exec("cat >/etc/haproxy/haproxy.cfg", CONFIG);
      expect((await machine.exec("systemctl daemon-reload; systemctl restart haproxy ear.socket")).code).to.equal(0);
    });

    after(async () => {
      await host.close();
      await lab.down();
    });

    it("takes servers out and back in, in one backend or in all", async () => {
      expect(await laws({ state: "enabled", host: "one" })).to.deep.equal([]);
      expect(await laws({ state: "disabled", host: "one" })).to.deep.equal(["disable web/one", "disable other/one"]);
      expect(await laws({ state: "enabled", host: "one", backend: "web" })).to.deep.equal(["enable web/one"]);
      expect(await laws({ state: "drain", host: "one", backend: "web" })).to.deep.equal(["drain web/one"]);
      expect(await laws({ state: "enabled", host: "one", weight: "50%" })).to.deep.equal([
        "enable web/one",
        "enable other/one",
      ]);
      expect(await laws({ state: "enabled", host: "one", backend: "web", weight: 100 })).to.deep.equal([
        "enable web/one",
      ]);
    });

    it("works without socat, and says what the host lacks", async () => {
      await machine.exec("mv /usr/bin/socat /root/");
      expect(await laws({ state: "disabled", host: "two" })).to.deep.equal(["disable web/two"]);
      await machine.exec("mv /usr/bin/perl /root/");
      expect((await run({ state: "enabled", host: "two" })).errors.join()).to.match(/needs socat, perl or nc with -U/);
      await machine.exec("mv /root/perl /root/socat /usr/bin/");
      expect(await laws({ state: "enabled", host: "two" })).to.deep.equal(["enable web/two"]);
    });

    it("waits until it is so, and fails when it does not become so", async () => {
      await laws({ state: "disabled", host: "one", backend: "web" });
      await laws({ state: "enabled", host: "one", backend: "web", wait: true, wait_interval: 1 });
      await listener("stop");
      await laws({ state: "drain", host: "two", wait: true, wait_interval: 1 });
      await laws({ state: "disabled", host: "one", backend: "web", drain: true, wait: true, wait_interval: 1 });
      const late = { state: "enabled", host: "one", backend: "web", wait: true, wait_interval: 1, wait_retries: 3 };
      const { errors } = await run(late);
      expect(errors.join()).to.match(/^enable web\/one failed/);
      await listener("start");
      expect((await run({ ...late, wait_retries: 20 })).verdicts.join()).to.match(/^server: ok$/);
    });

    it("plans what it does", async () => {
      const args = { state: "drain", host: "one" };
      expect(await run(args, "plan")).to.deep.equal(await run(args));
    });

    it("leaves unknown servers alone, or fails and names those that there are", async () => {
      expect((await run({ state: "drain", host: "nobody" })).verdicts).to.deep.equal(["server: ok"]);
      const { errors } = await run({ state: "drain", host: "nobody", backend: "web", fail_on_not_found: true });
      expect(errors).to.deep.equal(["haproxy has no server web/nobody"]);
      expect((await run({ state: "drain", host: "one", socket: "/run/no.sock" })).errors).to.deep.equal([
        "there is no socket /run/no.sock",
      ]);
    });
  });
}
