import { expect } from "chai";
import type { ModuleSpec } from "../../src/contract/module.js";
import { packageFactsModule } from "../../src/modules/package_facts.js";
import { serviceFactsModule } from "../../src/modules/service_facts.js";
import { setup } from "../../src/modules/setup.js";
import { factSources } from "../../src/probes/facts/index.js";
import { Lab, type LabHost } from "../lab/index.js";
import type { LocalHost } from "../support/local-host.js";
import { enter } from "./support.js";

const kinds = ["bookworm", "trixie", "busybox"] as const;
const OWN = {
  bookworm: { distribution_major_version: "12", distribution_release: "bookworm", pkg_mgr: "apt" },
  trixie: { distribution_major_version: "13", distribution_release: "trixie", pkg_mgr: "apt" },
  busybox: { distribution_major_version: "12", distribution_release: "bookworm", pkg_mgr: null },
};

describe("facts of real hosts", function () {
  this.timeout(120_000);
  let lab: Lab;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "facts", fresh: true, hosts: kinds.map((kind) => ({ name: kind, kind })) });
  });

  after(() => Lab.down("facts"));

  for (const kind of kinds) {
    describe(`on ${kind}`, () => {
      let machine: LabHost;
      let host: LocalHost;
      let facts: Readonly<Record<string, unknown>>;

      before(async () => {
        machine = lab.host(kind);
        host = await enter(machine);
        facts = Object.assign({}, ...(await host.ask(factSources.map(({ query }) => query)))) as typeof facts;
      });

      after(() => host.close());

      /** What the register would hold, or what is wrong. */
      async function look<P, S>(spec: ModuleSpec<P, S>, args: object): Promise<unknown> {
        const params = spec.params.parse(args);
        return host.look(spec, params).then(
          ({ state }) => spec.result?.([], params, state),
          (error: unknown) => (error as Error).message,
        );
      }

      it("tell the system and who asks", () => {
        expect(facts).to.include({ ...OWN[kind], distribution: "Debian", os_family: "Debian", service_mgr: "systemd" });
        expect(facts).to.include({
          system: "Linux",
          hostname: kind,
          fqdn: kind,
          virtualization_type: "systemd-nspawn",
        });
        const shell = kind === "busybox" ? "/bin/sh" : "/bin/bash";
        expect(facts).to.include({ user_id: "root", user_uid: 0, user_dir: "/root", user_shell: shell });
        expect(facts["distribution_version"]).to.match(/^1[23]\.\d+$/);
        expect(facts["env"]).to.include({ HOME: "/root" });
      });

      it("are read anew by the modules that Ansible has for them", async () => {
        const packages = await look(packageFactsModule, {});
        const services = await look(serviceFactsModule, {});
        expect(services).to.have.nested.property("ansible_facts.services.ssh\\.service.state", "running");
        expect(services).to.have.nested.property("ansible_facts.services.ssh\\.service.source", "systemd");
        if (kind === "busybox") {
          expect(packages).to.equal("this host has neither dpkg nor rpm, so nobody knows its packages");
          return;
        }
        const [bash] =
          (packages as { ansible_facts: { packages: Record<string, object[]> } }).ansible_facts.packages["bash"] ?? [];
        expect(bash).to.include({
          name: "bash",
          source: "apt",
          arch: (await machine.exec("dpkg --print-architecture")).stdout.trim(),
        });
        expect(await look(packageFactsModule, { manager: "rpm" })).to.equal(
          "this host's packages are those of apt; write manager: apt, or leave it out",
        );
      });

      it("tell addresses, the default one by the route", async () => {
        const { stdout } = await machine.exec("cat /sys/class/net/eth0/address");
        expect(facts).to.deep.include({ interfaces: ["lo", "eth0"], all_ipv4_addresses: [machine.address] });
        expect(facts["default_ipv4"]).to.include({
          ...{ address: machine.address, interface: "eth0", netmask: "255.255.255.0", prefix: "24" },
          ...{ gateway: machine.address.replace(/\d+$/, "1"), macaddress: stdout.trim(), type: "ether" },
        });
      });

      it("tell memory, mounts, time", () => {
        expect(facts["memtotal_mb"]).to.be.greaterThan(100);
        const root = (facts["mounts"] as Record<string, unknown>[]).find(({ mount }) => mount === "/");
        expect(root?.["size_total"]).to.be.greaterThan(1e9);
        expect((facts["date_time"] as Record<string, string>)["iso8601"]).to.match(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/);
      });

      it("tell packages and services", () => {
        const packages = facts["packages"] as Record<string, object[]> | null;
        if (kind === "busybox") expect(packages).to.equal(null);
        else expect(packages?.["dpkg"]?.[0]).to.include({ name: "dpkg", source: "apt" });
        const services = facts["services"] as Record<string, object>;
        expect(services["ssh.service"]).to.include({ state: "running", status: "enabled" });
      });

      it("take one wave for setup", async () => {
        const { state, waves } = await host.look(setup, setup.params.parse({ filter: ["os_*", "default_ipv4"] }));
        expect(waves).to.equal(1);
        expect(Object.keys(state).sort()).to.deep.equal(["default_ipv4", "os_family"]);
      });
    });
  }
});
