import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Target } from "../../../../src/contract/transport.js";
import { jumpTarget, type SshSettings, sshSettings } from "../../../../src/transport/ssh2/settings.js";

const TARGET: Target = {
  name: "web",
  transport: "ssh2",
  address: "web.example.org",
  sshOptions: {},
  connectTimeoutMs: 5000,
  becomeMethod: "sudo",
};

describe("settings of ssh", () => {
  const home = mkdtempSync(join(tmpdir(), "fettle-home-"));
  mkdirSync(join(home, ".ssh", "more"), { recursive: true });
  after(() => rmSync(home, { recursive: true }));

  /** What a ~/.ssh/config makes of a target. */
  const read = (config: string, more: Partial<Target> = {}): SshSettings => {
    writeFileSync(join(home, ".ssh/config"), config);
    return sshSettings({ ...TARGET, ...more }, home);
  };

  it("take the way that is said first, ProxyJump or ProxyCommand", () => {
    const wayOf = (config: string, more: Partial<Target> = {}) => {
      const { jumps, proxyCommand } = read(config, more);
      return [...jumps, proxyCommand];
    };
    expect(wayOf("ProxyJump a,b\nProxyCommand c\n")).to.deep.equal(["a", "b", undefined]);
    expect(wayOf("ProxyCommand c\nProxyJump a\n")).to.deep.equal(["c"]);
    expect(wayOf("ProxyCommand none\nProxyJump a\n")).to.deep.equal([undefined]);
    expect(wayOf("ProxyCommand c\n", { sshOptions: { proxyjump: "a" } })).to.deep.equal(["a", undefined]);
    expect(wayOf("ProxyJump a\n", { sshOptions: { proxycommand: "c" } })).to.deep.equal(["c"]);
    expect(wayOf("ProxyJump a\n", { sshOptions: { proxycommand: "none" } })).to.deep.equal([undefined]);
  });

  it("make a ProxyCommand as it is written, with what it stands for filled in", () => {
    const config = `HostName 10.0.0.1\nUser me\nProxyCommand=sh -c "nc  '%h' %p" # %r %n %%h\n`;
    expect(read(config).proxyCommand).to.equal(`sh -c "nc  '10.0.0.1' 22" # me web.example.org %h`);
    for (const user of ["a;b", "$(id)", "`id`", "a'b"])
      expect(() => read("ProxyCommand nc %h %p\n", { user }), user).to.throw("cannot be used with a ProxyCommand");
  });

  it("do not lead a jump host through the target's ProxyCommand", () => {
    const jump = jumpTarget("gate", { ...TARGET, sshOptions: { proxycommand: "nc", identityfile: "k" } });
    expect(jump.sshOptions).to.deep.equal({ identityfile: "k" });
  });

  it("are the usual ones when nothing is said", () => {
    const settings = read("");
    expect(settings).to.include({ name: "web", address: "web.example.org", port: 22, user: userInfo().username });
    expect(settings).to.include({ strictHostKeyChecking: "yes", identitiesOnly: false, keepaliveIntervalMs: 15_000 });
    expect(settings.hostKeyNames).to.deep.equal(["web.example.org"]);
    expect(settings.knownHostsFiles.slice(0, 2)).to.deep.equal([
      join(home, ".ssh/known_hosts"),
      join(home, ".ssh/known_hosts2"),
    ]);
    expect([settings.jumps, settings.identityFiles]).to.deep.equal([[], []]);
  });

  it("come from the Host lines that match, the first value of each", () => {
    const settings = read(
      `# comment\nUser=first\nHost other !web*\n  Port 1\nHost *.example.org !db.example.org\n\tport 2222\n  User second\n` +
        `  IdentityFile "~/.ssh/a key"\nHost *\n  Port 3\n  IdentityFile ~/.ssh/%h-%r-%p\n`,
    );
    expect(settings).to.include({ port: 2222, user: "first" });
    expect(settings.identityFiles).to.deep.equal([
      join(home, ".ssh/a key"),
      join(home, ".ssh/web.example.org-first-2222"),
    ]);
    expect(settings.hostKeyNames).to.deep.equal(["[web.example.org]:2222"]);
  });

  it("leave out hosts that a line rules out", () => {
    expect(read("Host *.org !web.*\n  Port 2222\n").port).to.equal(22);
  });

  it("come from Match host, user and all", () => {
    const config = "Match host *.org user joe,ann\n Port 1\nMatch host *.com\n Port 2\nMatch all\n Port 3\n";
    expect(read(config, { user: "ann" }).port).to.equal(1);
    expect(read(config, { user: "bob" }).port).to.equal(3);
  });

  it("say which Match cannot be understood", () => {
    expect(() => read('Host x\nMatch exec "true"\n Port 1\n')).to.throw(
      /config:2:1 Match exec is not supported; use Host/,
    );
  });

  it("come from included files, only inside the Host that includes them", () => {
    writeFileSync(join(home, ".ssh/more/10-a.conf"), "Port 10\nHost nobody\n User x\n");
    writeFileSync(join(home, ".ssh/more/20-b.conf"), "Port 20\nUser included\n");
    expect(read("Include more/*.conf\nHost *\n Port 3\n")).to.include({ port: 10, user: "included" });
    expect(read("Host other\n Include more/*.conf\nHost *\n Port 3\n").port).to.equal(3);
    expect(read(`Host web*\n Include ${home}/.ssh/more/20-b.conf\n User y\n`)).to.include({
      port: 20,
      user: "included",
    });
  });

  it("say where an Include goes round in circles", () => {
    expect(() => read("Include config\n")).to.throw("Include is nested too deeply");
  });

  it("take the inventory and the command line before the file", () => {
    const config = "Port 1\nUser u\nIdentityFile /f\nProxyJump j\nStrictHostKeyChecking no\n";
    const settings = read(config, {
      port: 5,
      user: "me",
      privateKeyFile: "/mine",
      sshOptions: { proxyjump: "a,b", stricthostkeychecking: "yes" },
    });
    expect(settings).to.include({ port: 5, user: "me", strictHostKeyChecking: "yes" });
    expect(settings.identityFiles).to.deep.equal(["/mine", "/f"]);
    expect(settings.jumps).to.deep.equal(["a", "b"]);
    expect(read(config, { sshOptions: { proxyjump: "none" } }).jumps).to.deep.equal([]);
  });

  it("take no file when told so", () => {
    expect(read("Port 1\n", { sshOptions: { configfile: "none" } }).port).to.equal(22);
  });

  it("find another address and another name of the key", () => {
    const settings = read("HostName %h.internal\nHostKeyAlias alias\nUserKnownHostsFile ~/a /b\n", { address: "web" });
    expect(settings.address).to.equal("web.internal");
    expect(settings.hostKeyNames[0]).to.equal("alias");
    expect(settings.knownHostsFiles.slice(0, 2)).to.deep.equal([join(home, "a"), "/b"]);
  });

  it("refuse what would be an option or several words", () => {
    for (const address of ["-oProxyCommand=x", "a b", "a\0"])
      expect(() => read("", { address })).to.throw("is not a host's name or address");
  });

  it("say which line has no value", () => {
    expect(() => read("User a\nPort\n")).to.throw(/config:2:1 Port has no value/);
  });

  describe("of a jump host", () => {
    const jump = (text: string): unknown => {
      const { address, port, user } = jumpTarget(text, TARGET);
      return [user, address, port];
    };

    it("are read from [user@]host[:port]", () => {
      expect(jump("gate")).to.deep.equal([undefined, "gate", undefined]);
      expect(jump("me@gate:2222")).to.deep.equal(["me", "gate", 2222]);
      expect(jump("ssh://me@[fe80::1]:22")).to.deep.equal(["me", "fe80::1", 22]);
      expect(() => jump("a:b:c")).to.throw('ProxyJump: "a:b:c" is not [user@]host[:port]');
    });

    it("are its own: the target's user, port, password and jump are not taken over", () => {
      const sshOptions = { proxyjump: "x", user: "u", port: "1", hostname: "h", userknownhostsfile: "/k" };
      const target = jumpTarget("gate", { ...TARGET, user: "u", port: 1, password: "secret", sshOptions });
      expect(target).to.not.have.any.keys("user", "port", "password", "becomePassword");
      expect(target.sshOptions).to.deep.equal({ userknownhostsfile: "/k" });
    });
  });
});
