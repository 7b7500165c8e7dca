import { expect } from "chai";
import { covers, ipRange, network, showRange } from "../../../src/probes/ip-address.js";
import type { SshSession } from "../../../src/probes/ssh-session.js";
import { ufw, type UfwState } from "../../../src/probes/ufw.js";
import { readUfwRules } from "../../../src/probes/ufw-rule.js";
import { ufwChanges } from "../../../src/modules/support/ufw/changes.js";
import { ufwParams } from "../../../src/modules/support/ufw/params.js";
import { ufwPlan } from "../../../src/modules/support/ufw/plan.js";
import { keepsOut } from "../../../src/modules/support/ufw/reach.js";
import { ufwModule } from "../../../src/modules/ufw.js";
import { ask } from "../../support/probing.js";
import { problems } from "./support.js";

const EMPTY: UfwState = {
  enabled: true,
  running: true,
  logging: "low",
  policies: { incoming: "deny", outgoing: "allow", routed: "deny" },
  ipv6: true,
  rules: [],
  rules6: [],
};
const SESSION: SshSession = { client: "10.0.0.9", clientPort: 50_000, server: "10.0.0.1", port: 2222, device: "eth0" };

const tuples = (lines: readonly string[]) => readUfwRules(lines.map((line) => `### tuple ### ${line}\n`).join(""));
const plan = (was: Partial<UfwState>, args: object) => ufwPlan({ ...EMPTY, ...was }, ufwParams.parse(args), SESSION);
const words = (was: Partial<UfwState>, args: object) => plan(was, args).commands.map((command) => command.join(" "));

describe("ufw", () => {
  it("refuses what ufw has no rule for", () => {
    const fault = (args: object) => problems(ufwModule, args).join();
    expect(fault({})).to.match(/needs state, default, logging, rule or rules/);
    expect(fault({ rule: "allow", from_ip: "10.0.0.1", to_ip: "::1" })).to.match(/IPv4 and an IPv6/);
    expect(fault({ rule: "allow", to_port: "80,443" })).to.match(/needs proto: tcp or udp/);
    expect(fault({ rule: "allow", to_port: 80, proto: "vrrp" })).to.match(/takes no port/);
    expect(fault({ rule: "allow", to_port: "ssh" })).to.match(/names of services/);
    expect(fault({ rule: "allow", from_ip: "-oops" })).to.match(/must be an address/);
    expect(fault({ rule: "allow", interface: "-x" })).to.match(/not the name of an interface/);
    expect(fault({ rule: "allow", comment: "it's" })).to.match(/one line without '/);
    expect(fault({ rule: "allow", comment: "out" })).to.match(/own words/);
    expect(fault({ rule: "allow", port: 1, to_port: 2 })).to.match(/takes only one of to_port, port/);
    expect(fault({ state: "enabled", to_port: 2 })).to.match(/needs rule with to_port/);
    expect(fault({ rules: [{ to_port: "1:0" }] })).to.match(/must be a port/);
    expect(fault({ prune: true, state: "enabled" })).to.match(/needs rules/);
  });

  it("writes one command for both families, two where only one has it", () => {
    expect(
      words({}, { rules: [{ to_port: 80, proto: "tcp" }, { from_ip: "::1" }, { to_port: 81, proto: "tcp" }] }),
    ).to.deep.equal([
      "allow in from any to any port 80 proto tcp comment fettle:",
      "allow in from ::1 to ::/0 proto any comment fettle:",
      "allow in from any to any port 81 proto tcp comment fettle:",
    ]);
    const rules = tuples(["allow any 80 0.0.0.0/0 any 0.0.0.0/0 in"]);
    expect(words({ rules }, { rule: "allow", to_port: 80 })).to.deep.equal([
      "allow in from ::/0 to ::/0 port 80 proto any",
    ]);
    expect(words({ ipv6: false }, { rule: "allow", to_port: 80 })).to.deep.equal([
      "allow in from 0.0.0.0/0 to 0.0.0.0/0 port 80 proto any",
    ]);
  });

  it("moves as few rules as it can", () => {
    const own = (port: number) => `allow tcp ${port} 0.0.0.0/0 any 0.0.0.0/0 in comment=666574746c653a`;
    const was = { ipv6: false, rules: tuples([own(1), own(2), own(3), own(4)]) };
    const wanted = (...ports: number[]) => ({
      rules: ports.map((port) => ({ to_port: port, proto: "tcp" })),
      prune: true,
    });
    expect(words(was, wanted(1, 2, 3, 4))).to.deep.equal([]);
    expect(words(was, wanted(4, 1, 2, 3)).map((line) => line.replace(/ in .* port (\d).*/, " $1"))).to.deep.equal([
      "delete allow 4",
      "insert 1 allow 4",
    ]);
    expect(words(was, wanted(1, 4)).map((line) => line.replace(/ in .* port (\d).*/, " $1"))).to.deep.equal([
      "delete allow 3",
      "delete allow 2",
    ]);
    expect(() => plan(was, { rules: [{ to_port: 1 }, { rule: "deny", to_port: 1 }] })).to.throw(
      /two rules are about the same/,
    );
  });

  it("tells whether the session's like is let in", () => {
    const lets = (lines: readonly string[], session: Partial<SshSession> = {}, was: Partial<UfwState> = {}): boolean =>
      keepsOut({ ...EMPTY, rules: tuples(lines), ...was }, { ...SESSION, ...session }) === undefined;
    const any = (verb: string, port = "any", from = "0.0.0.0/0", way = "in", proto = "tcp"): string =>
      `${verb} ${proto} ${port} 0.0.0.0/0 any ${from} ${way}`;
    expect(lets([])).to.equal(false);
    expect(lets([], {}, { policies: { ...EMPTY.policies, incoming: "allow" } })).to.equal(true);
    expect(lets([any("allow", "22")])).to.equal(false);
    expect(lets([any("allow", "22,2000:3000")])).to.equal(true);
    expect(lets([any("limit", "2222")])).to.equal(true);
    expect(lets([any("allow", "2222", "10.0.0.8/30")])).to.equal(true);
    expect(lets([any("allow", "2222", "10.0.0.12/30")])).to.equal(false);
    expect(lets([any("allow", "2222", "0.0.0.0/0", "in_eth1")])).to.equal(false);
    expect(lets([any("allow", "2222", "0.0.0.0/0", "in_eth0")])).to.equal(true);
    expect(lets([any("allow", "2222", "0.0.0.0/0", "in_eth0")], { device: "" })).to.equal(false);
    expect(lets([any("allow", "2222", "0.0.0.0/0", "out")])).to.equal(false);
    expect(lets([any("route:allow", "2222")])).to.equal(false);
    expect(lets([any("allow", "any", "0.0.0.0/0", "in", "udp")])).to.equal(false);
    expect(lets([any("deny", "any", "10.0.0.9"), any("allow")])).to.equal(false);
    expect(lets([any("deny", "22"), any("allow")])).to.equal(true);
    expect(lets([`deny tcp any 0.0.0.0/0 1024 0.0.0.0/0 in`, any("allow")])).to.equal(false);
    const rules6 = tuples(["allow tcp 2222 ::/0 any 2001:db8::/32 in"]);
    const session = { client: "2001:db8::1", server: "2001:db8::2" };
    expect(lets([], session, { rules6 })).to.equal(true);
    expect(lets([], session, { rules6, ipv6: false })).to.equal(false);
  });

  it("asks for a new login only where somebody came by SSH", () => {
    const enable = plan({ running: false }, { state: "enabled", default: "allow" });
    const steps = (guarded: boolean) =>
      ufwChanges(enable, guarded).map(({ steps }) => steps.map((step) => step.do).join(" "));
    expect(steps(true)).to.deep.equal(["exec", "exec login exec"]);
    expect(steps(false)).to.deep.equal(["exec", "exec"]);
  });

  it("reads and compares addresses", () => {
    const shown = (text: string): string | undefined => {
      const range = ipRange(text);
      return range && showRange(network(range));
    };
    expect(shown("10.1.2.3/8")).to.equal("10.0.0.0/8");
    expect(shown("10.1.2.3/255.255.0.0")).to.equal("10.1.0.0/16");
    expect(shown("10.1.2.3/32")).to.equal("10.1.2.3");
    expect(shown("0.0.0.0/0")).to.equal("0.0.0.0/0");
    expect(shown("2001:DB8:0:0::ffff/32")).to.equal("2001:db8::/32");
    expect(shown("::1/128")).to.equal("::1");
    for (const wrong of [
      "10.0.0.1/33",
      "10.0.0.1/255.0.255.0",
      "::1/129",
      "fe80::1%eth0",
      "web1",
      "1.2.3.4/5/6",
      "1.2.3.4/",
    ])
      expect(shown(wrong), wrong).to.equal(undefined);
    expect(covers(ipRange("::/0")!, ipRange("fe80::1")!)).to.equal(true);
    expect(covers(ipRange("10.0.0.0/8")!, ipRange("0.0.0.0/0")!)).to.equal(false);
  });

  it("understands every kind of tuple, and no other", () => {
    const [rule] = tuples(["route:deny_log-all tcp 22 10.0.0.0/8 any 0.0.0.0/0 Open%20SSH - in_a!out_b comment=c3a9"]);
    expect(rule).to.deep.equal({
      ...{
        route: true,
        action: "deny",
        log: "log-all",
        proto: "tcp",
        toPort: "22",
        toIp: "10.0.0.0/8",
        fromPort: "any",
      },
      ...{ fromIp: "0.0.0.0/0", toApp: "Open SSH", fromApp: "", way: "in_a!out_b", comment: "é" },
    });
    expect(() => tuples(["accept tcp 22 x y z in"])).to.throw(/not understood/);
  });

  it("is absent where there is no ufw", () => {
    expect(ask(ufw, [null], { name: "bare", argv: ["/bin/sh"], path: "/nowhere" })).to.deep.equal([null]);
  });
});
