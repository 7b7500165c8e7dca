import { expect } from "chai";
import { hostname } from "node:os";
import type { FactSource } from "../../../../src/contract/module.js";
import { distributionFacts } from "../../../../src/probes/facts/distribution.js";
import { hostNameFacts } from "../../../../src/probes/facts/host-name.js";
import { factSources } from "../../../../src/probes/facts/index.js";
import { mountFacts } from "../../../../src/probes/facts/mounts.js";
import { networkFacts } from "../../../../src/probes/facts/network.js";
import { processorFacts } from "../../../../src/probes/facts/processor.js";
import { serviceFacts } from "../../../../src/probes/facts/services.js";
import { virtualizationFacts } from "../../../../src/probes/facts/virtualization.js";
import { ask, shells } from "../../../support/probing.js";

/** What a source makes of an output. */
function taken({ query }: FactSource, text: string): unknown {
  return query.probe.parse(Buffer.from(text), [null])[0];
}

describe("facts", () => {
  it("have each name once", () => {
    const names = factSources.flatMap((source) => source.names);
    expect(names).to.have.length(new Set(names).size);
  });

  for (const source of factSources)
    for (const shell of shells)
      it(`${source.query.id} has a value for each of its names in ${shell.name}`, () => {
        const [facts] = ask(source.query.probe, [null], shell);
        expect(facts).to.have.all.keys(...source.names);
        expect(Object.values(facts!)).to.not.include(undefined);
      });

  it("know this machine", () => {
    const all = Object.assign({}, ...factSources.map(({ query }) => ask(query.probe, [null])[0])) as Record<
      string,
      unknown
    >;
    expect(all).to.include({ system: "Linux", nodename: hostname(), user_uid: process.getuid!() });
    expect(all["memtotal_mb"]).to.be.greaterThan(100);
    expect(all["env"]).to.have.property("PATH");
    expect(all["mounts"]).to.satisfy((mounts: { mount: string }[]) => mounts.some(({ mount }) => mount === "/"));
  });

  it("take a full name from the names of the node's address", () => {
    expect(taken(hostNameFacts, "web1\nweb1.example.org web1\n")).to.deep.equal({
      nodename: "web1",
      hostname: "web1",
      fqdn: "web1.example.org",
      domain: "example.org",
    });
    expect(taken(hostNameFacts, "db.example.org\n")).to.include({ hostname: "db", fqdn: "db.example.org" });
  });

  it("read os-release as a shell does", () => {
    const ubuntu = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nVERSION_CODENAME=noble\nFETTLE_DEBIAN=trixie/sid\n';
    expect(taken(distributionFacts, ubuntu)).to.deep.equal({
      distribution: "Ubuntu",
      distribution_version: "24.04",
      distribution_major_version: "24",
      distribution_release: "noble",
      os_family: "Debian",
    });
    expect(taken(distributionFacts, 'ID=debian\nVERSION_ID="12"\nFETTLE_DEBIAN=12.5\n')).to.include({
      distribution_version: "12.5",
      distribution_major_version: "12",
    });
    expect(taken(distributionFacts, "ID=debian\nFETTLE_DEBIAN=trixie/sid\n")).to.include({
      distribution_version: null,
      distribution_release: "trixie",
    });
    expect(taken(distributionFacts, `ID='mine'\nID_LIKE="rhel fedora"\n`)).to.include({
      distribution: "Mine",
      os_family: "RedHat",
    });
  });

  it("know addresses, and the default one by its route", () => {
    const text = `1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
    inet6 ::1/128 scope host
2: eth0@if7: <BROADCAST,UP> mtu 1500 qdisc noqueue
    link/ether 02:99:00:00:02:01 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.130/25 brd 192.0.2.255 scope global eth0
    inet6 2001:db8::2/64 scope global
3: tun0: <POINTOPOINT,UP> mtu 1420
    link/none
    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0
=
8.8.8.8 via 192.0.2.129 dev eth0 src 192.0.2.130 uid 0
=
`;
    expect(taken(networkFacts, text)).to.deep.equal({
      interfaces: ["lo", "eth0", "tun0"],
      all_ipv4_addresses: ["192.0.2.130", "10.8.0.1"],
      all_ipv6_addresses: ["2001:db8::2"],
      default_ipv4: {
        address: "192.0.2.130",
        interface: "eth0",
        gateway: "192.0.2.129",
        macaddress: "02:99:00:00:02:01",
        mtu: 1500,
        type: "ether",
        prefix: "25",
        netmask: "255.255.255.128",
        network: "192.0.2.128",
        broadcast: "192.0.2.255",
      },
      default_ipv6: {},
    });
    expect(taken(networkFacts, "none\n")).to.include({ interfaces: null, default_ipv4: null });
  });

  it("count sockets, cores and threads", () => {
    const one = (n: number, socket: number) =>
      `processor\t: ${n}\nmodel name\t: A\nphysical id\t: ${socket}\nsiblings\t: 4\ncpu cores\t: 2\n`;
    const text = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => one(n, n >> 2)).join("");
    expect(taken(processorFacts, text)).to.include({
      processor_count: 2,
      processor_cores: 2,
      processor_threads_per_core: 2,
      processor_vcpus: 8,
    });
    expect(taken(processorFacts, "processor\t: 0\nprocessor\t: 1\n")).to.include({
      processor_count: 2,
      processor_vcpus: 2,
    });
  });

  it("give sizes of mounts in bytes, null where a share does not answer", () => {
    const { mounts } = taken(
      mountFacts,
      "M /dev/sda1 /my\\040disk ext4 rw\nS 4096 100 40 50 20\nM nas:/x /x nfs rw\n",
    ) as {
      mounts: object[];
    };
    expect(mounts[0]).to.include({ mount: "/my disk", size_total: 409600, size_available: 163840, inode_used: 30 });
    expect(mounts[1]).to.include({ mount: "/x", fstype: "nfs", size_total: null, size_available: null });
  });

  it("tell guests by their container, then by their firmware", () => {
    const type = (text: string) =>
      (taken(virtualizationFacts, text) as { virtualization_type: string }).virtualization_type;
    expect(type("container=lxc\nproduct=KVM\n")).to.equal("lxc");
    expect(type("product=Standard PC (Q35)\nvendor=QEMU\nhypervisor\n")).to.equal("kvm");
    expect(type("vendor=VMware, Inc.\nhypervisor\n")).to.equal("VMware");
    expect(type("product=PowerEdge\nvendor=Dell Inc.\n")).to.equal("NA");
    expect(taken(virtualizationFacts, "kvm\n")).to.include({ virtualization_role: "host" });
  });

  it("join what runs with what has a file", () => {
    const text = `ssh.service loaded active running SSH
gone.service not-found inactive dead gone
bad.service loaded failed failed Bad
=
ssh.service enabled enabled
bad.service disabled enabled
idle.service static -
`;
    expect(taken(serviceFacts, text)).to.deep.equal({
      services: {
        "bad.service": { name: "bad.service", state: "stopped", status: "failed", source: "systemd" },
        "gone.service": { name: "gone.service", state: "stopped", status: "not-found", source: "systemd" },
        "idle.service": { name: "idle.service", state: "inactive", status: "static", source: "systemd" },
        "ssh.service": { name: "ssh.service", state: "running", status: "enabled", source: "systemd" },
      },
    });
  });
});
