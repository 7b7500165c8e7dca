import { expect } from "chai";
import { siteGroups, siteHosts } from "../../lab/site.js";
import { openPorts } from "../../support/scan.js";
import { outsider, type SiteUnderTest } from "./under-test.js";

const balancers: readonly string[] = siteGroups.lb;
const publicPorts = (name: string): readonly number[] => (balancers.includes(name) ? [22, 80, 443] : [22]);

/** Who may reach what besides SSH, as inventory/example/group_vars/all/firewall.yml declares. */
const withinTheSite = [
  { from: "lb1", to: "web1", ports: [22, 80] },
  { from: "web1", to: "app1", ports: [22, 3000] },
  { from: "app1", to: "db2", ports: [22, 3306] },
  { from: "web1", to: "db1", ports: [22] },
  { from: "app1", to: "web1", ports: [22] },
] as const;

/** What other hosts can reach. */
export function behindFirewalls(site: SiteUnderTest): void {
  before(() => site.ensureUp());

  const namespace = (name: string): string => site.host(name).namespace;
  const linkLocal = async (name: string): Promise<string> => {
    const { stdout } = await site.host(name).exec("ip -6 addr show eth0");
    return `${/inet6 (fe80\S+)\//.exec(stdout)?.[1] ?? "none"}%eth0`;
  };
  const found = async (addressOf: (name: string) => string | Promise<string>): Promise<object> => {
    const all = siteHosts.map(
      async (name) => [name, await openPorts(namespace(outsider), await addressOf(name))] as const,
    );
    return Object.fromEntries(await Promise.all(all));
  };
  const declared = Object.fromEntries(siteHosts.map((name) => [name, publicPorts(name)]));

  it("lets a stranger reach the declared TCP ports by IPv4 and nothing else", async () => {
    expect(await found((name) => site.host(name).address)).to.deep.equal(declared);
    expect(await openPorts(namespace(outsider), site.site.vip)).to.deep.equal([22, 80, 443]);
  });

  it("and by IPv6 those of them that listen there", async () => {
    const ssh = Object.fromEntries(siteHosts.map((name) => [name, [22]]));
    expect(await found(linkLocal)).to.deep.equal(ssh);
  });

  it("lets each component reach the next one, and no further", async () => {
    const seen = withinTheSite.map(({ from, to }) => openPorts(namespace(from), site.host(to).address));
    expect(await Promise.all(seen)).to.deep.equal(withinTheSite.map(({ ports }) => ports));
  });

  it("has nothing that listens on UDP, and would not let it be reached", async () => {
    const listening = "ss -lunH | awk '{ print $4 }' | grep -v -e '^127\\.' -e '^\\[::1\\]' || true";
    expect(await site.everywhere(siteHosts, listening)).to.deep.equal(siteHosts.map(() => ""));
    const ear =
      "timeout 20 perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(LocalPort => 5353, Proto => \"udp\") or die; $s->recv(my $heard, 99); print $heard'";
    const says = async (word: string): Promise<void> => {
      const send = `for i in 1 2 3; do echo ${word} >/dev/udp/${site.host("web1").address}/5353; sleep 0.2; done`;
      await site.host(outsider).exec(`bash -c '${send}'`);
    };
    const web1 = site.host("web1");
    const heard = web1.exec(ear);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await says("refused");
    // The same by an open port: it is the firewall that made the difference.
    await web1.exec("ufw allow 5353/udp");
    await says("let-in");
    await web1.exec("ufw delete allow 5353/udp");
    expect((await heard).stdout.trim()).to.equal("let-in");
  });
}
