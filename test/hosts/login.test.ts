import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FettleError } from "../../src/contract/error.js";
import type { Connection, Target } from "../../src/contract/transport.js";
import { connect } from "../../src/transport/index.js";
import { group, LANE, Listener, sh, text } from "../conformance/bench.js";
import { Lab, operatorPassword, operatorUser } from "../lab/index.js";
import { run } from "../lab/run.js";

const NAMES = ["target", "gate", "inner"] as const;

describe("logins", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "fettle-login-"));
  let lab: Lab;
  let base: Target;

  before(async function () {
    this.timeout(600_000);
    lab = await Lab.up({ name: "login", fresh: true, hosts: NAMES.map((name) => ({ name, kind: "bookworm" })) });
    base = {
      name: "target",
      transport: "ssh2",
      address: lab.host("target").address,
      user: "deploy",
      privateKeyFile: lab.keyPath,
      sshOptions: { configfile: "none", identityagent: "none", userknownhostsfile: lab.knownHostsPath },
      connectTimeoutMs: 20_000,
      becomeMethod: "sudo",
    };
  });

  after(async () => {
    rmSync(folder, { recursive: true });
    await Lab.down("login");
  });

  const withOptions = (options: Readonly<Record<string, string>>, more: Partial<Target> = {}): Target => ({
    ...base,
    ...more,
    sshOptions: { ...base.sshOptions, ...options },
  });
  const withoutKey = ({ privateKeyFile: _key, ...rest }: Target): Target => rest;
  const passwordOnly = (password: string): Target => ({ ...withoutKey(base), user: operatorUser, password });

  /** Logs in, says who is there, and leaves. */
  async function whoAmI(target: Target, becomeUser?: string): Promise<string> {
    const connection = await connect(target);
    try {
      return await who(connection, becomeUser);
    } finally {
      await connection.close();
    }
  }

  async function who(connection: Connection, becomeUser?: string): Promise<string> {
    const lane = becomeUser === undefined ? LANE : { becomeUser };
    const { results, lost } = await connection.run(lane, [group([[sh('echo "$(id -un)@$(hostname)"')]])]);
    if (lost !== undefined) throw lost;
    return text(results[0]![0]![0]!).trim();
  }

  async function refusal(target: Target, becomeUser?: string): Promise<string> {
    const error: unknown = await whoAmI(target, becomeUser).catch((one: unknown) => one);
    expect(error).to.be.instanceOf(FettleError);
    return (error as FettleError).message;
  }

  const at = (name: string): string => lab.host(name).address;

  describe("by jump hosts", () => {
    it("go through one, and through two in order", async () => {
      expect(await whoAmI(withOptions({ proxyjump: `deploy@${at("gate")}` }))).to.equal("deploy@target");
      const two = `deploy@${at("gate")},deploy@${at("inner")}:22`;
      expect(await whoAmI(withOptions({ proxyjump: two }))).to.equal("deploy@target");
    });

    it("really go that way", async () => {
      const connection = await connect(withOptions({ proxyjump: `deploy@${at("gate")}` }));
      const { results } = await connection.run(LANE, [group([[sh("echo ${SSH_CONNECTION%% *}")]])]);
      expect(text(results[0]![0]![0]!)).to.equal(`${at("gate")}\n`);
      await connection.close();
    });

    it("say which jump host cannot be used and why", async () => {
      const jump = `nobody@${at("gate")}`;
      expect(await refusal(withOptions({ proxyjump: jump }))).to.match(
        new RegExp(`^target: the jump host ${jump} cannot be used: nobody may not log in to ${jump}: tried: `),
      );
    });

    it("say when the jump host does not reach the target", async () => {
      const jump = `deploy@${at("gate")}`;
      expect(await refusal(withOptions({ proxyjump: jump }, { port: 1 }))).to.contain(
        `target: the jump host ${jump} cannot be used: ${jump} does not reach ${at("target")}:1: Connection refused; check the address as seen`,
      );
    });
  });

  describe("by a ProxyCommand", () => {
    const relay = (): string => `ssh ${lab.host("gate").sshArgs().join(" ")} -W %h:%p`;
    const config = join(folder, "config");

    /** Processes on this machine whose command line ends like that of the relay to the target. */
    const relays = async (): Promise<string> => {
      const list = await run(["ps", "-e", "-o", "args"]);
      return list
        .split("\n")
        .filter((one) => one.startsWith("ssh ") && one.endsWith(`-W ${at("target")}:22`))
        .join("\n");
    };

    it("go that way, and end the command at the end", async () => {
      const connection = await connect(withOptions({ proxycommand: relay() }));
      const { results } = await connection.run(LANE, [group([[sh("echo ${SSH_CONNECTION%% *}")]])]);
      expect(text(results[0]![0]![0]!)).to.equal(`${at("gate")}\n`);
      expect(await relays()).to.not.equal("");
      await connection.close();
      expect(await relays()).to.equal("");
    });

    it("read it from the configuration as it stands there, with its quotes", async () => {
      writeFileSync(config, `Host ${at("target")}\n  ProxyCommand = sh -c "exec ${relay()}"\n`);
      expect(await whoAmI(withOptions({ configfile: config }))).to.equal("deploy@target");
      writeFileSync(config, "Host *\n  ProxyCommand false\n");
      expect(await whoAmI(withOptions({ configfile: config, proxycommand: "none" }))).to.equal("deploy@target");
      const jump = { configfile: config, proxyjump: `deploy@${at("gate")}` };
      expect(await refusal(withOptions(jump))).to.contain("the ProxyCommand ended with status 1");
    });

    it("carry much in both directions", async () => {
      const connection = await connect(withOptions({ proxycommand: relay() }));
      const stdin = { kind: "bytes", bytes: Buffer.alloc(5_000_000, "x") } as const;
      const { results } = await connection.run(LANE, [group([[sh("cat", { stdin })]])], { keepBytes: 6_000_000 });
      expect(results[0]![0]![0]!.stdout.bytes.equals(stdin.bytes)).to.equal(true);
      await connection.close();
    });

    it("say that the command failed, and what it said", async () => {
      const proxycommand = "sh -c 'echo no way to %h >&2; exit 3'";
      const error = await connect(withOptions({ proxycommand })).catch((one: unknown) => one);
      expect(error).to.be.instanceOf(FettleError);
      const expanded = proxycommand.replace("%h", at("target"));
      expect((error as FettleError).message).to.equal(
        `target: the ProxyCommand ended with status 3 before the login; try it by hand: ${expanded}`,
      );
      expect((error as FettleError).details.detail).to.equal(`no way to ${at("target")}`);
    });

    it("say that nobody answers behind it, and end it", async () => {
      const target = withOptions({ proxycommand: "sleep 4711" }, { connectTimeoutMs: 500 });
      expect(await refusal(target)).to.contain("does not answer within 0.5 s");
      expect(await run(["ps", "-e", "-o", "args"])).to.not.match(/^sleep 4711$/m);
    });
  });

  describe("by keys, agents and passwords", () => {
    const encrypted = join(folder, "encrypted");

    before(async () => {
      writeFileSync(encrypted, readFileSync(lab.keyPath), { mode: 0o600 });
      await run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "pass phrase", "-f", encrypted]);
    });

    it("say what to do about an encrypted key", async () => {
      expect(await refusal({ ...base, privateKeyFile: encrypted })).to.equal(
        `the key ${encrypted} for target is encrypted; give its passphrase in ansible_private_key_passphrase, ` +
          `or add it to an agent: ssh-add ${encrypted}`,
      );
    });

    it("open an encrypted key with its passphrase, on jump hosts too", async () => {
      const passphrase = "pass phrase";
      const target = { ...base, privateKeyFile: encrypted, passphrase };
      expect(await whoAmI(target)).to.equal("deploy@target");
      const sshOptions = { ...base.sshOptions, proxyjump: `deploy@${at("gate")}` };
      expect(await whoAmI({ ...target, sshOptions })).to.equal("deploy@target");
      expect(await whoAmI({ ...base, passphrase }), "a key that is not encrypted").to.equal("deploy@target");
      expect(await refusal({ ...target, passphrase: "wrong" })).to.equal(
        `the passphrase for the key ${encrypted} for target is wrong; check ansible_private_key_passphrase, ` +
          `or add it to an agent: ssh-add ${encrypted}`,
      );
    });

    it("open an encrypted key in the older format", async () => {
      const pem = join(folder, "pem");
      await run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "secret", "-f", pem]);
      const add = `cat >>/home/deploy/.ssh/authorized_keys`;
      await lab.host("target").exec(add, readFileSync(`${pem}.pub`, "utf8"));
      const target = { ...base, privateKeyFile: pem };
      expect(await whoAmI({ ...target, passphrase: "secret" })).to.equal("deploy@target");
      expect(await refusal({ ...target, passphrase: "wrong" })).to.match(/^the passphrase for the key \S+ for target/);
      expect(await refusal(target)).to.match(/^the key \S+ for target is encrypted;/);
    });

    it("say that a key file is not there", async () => {
      expect(await refusal({ ...base, privateKeyFile: join(folder, "none") })).to.contain(
        `deploy may not log in to target: tried: ${join(folder, "none")} (not there)`,
      );
    });

    it("use an agent's keys", async () => {
      const socket = join(folder, "agent");
      const agent: ChildProcess = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "inherit"] });
      await new Promise((resolve) => agent.stdout!.once("data", resolve));
      await run(["ssh-add", "-q", lab.keyPath], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      expect(await whoAmI(withoutKey(withOptions({ identityagent: socket })))).to.equal("deploy@target");
      expect(await whoAmI(withOptions({ identityagent: socket }, { privateKeyFile: encrypted }))).to.equal(
        "deploy@target",
      );
      agent.kill();
    });

    it("use a password", async () => {
      expect(await whoAmI(passwordOnly(operatorPassword))).to.equal("operator@target");
    });

    it("say what was tried when nothing opens", async () => {
      expect(await refusal(passwordOnly("wrong"))).to.equal(
        "operator may not log in to target: tried: the password; name the user (-u, ansible_user) and the key " +
          "(--private-key, ansible_ssh_private_key_file), or add the key to an agent",
      );
    });
  });

  describe("and host keys", () => {
    it("refuse an unknown host, and say its fingerprint and what to do", async () => {
      const known = join(folder, "empty");
      const message = await refusal(withOptions({ userknownhostsfile: known }));
      expect(message).to.match(/^the host key of target \(\S+ SHA256:\S+\) is not known; compare the fingerprint/);
      expect(message).to.contain(`ssh-keyscan ${at("target")} >> ${known}; or trust first use`);
    });

    it("take an unknown key only when told to, and remember it", async () => {
      const known = join(folder, "new");
      const options = { userknownhostsfile: known, stricthostkeychecking: "accept-new" };
      expect(await whoAmI(withOptions(options))).to.equal("deploy@target");
      expect(readFileSync(known, "utf8").split("\n").length).to.equal(2);
      expect(await whoAmI(withOptions({ userknownhostsfile: known }))).to.equal("deploy@target");
    });

    it("refuse a changed key, even when told to take new ones", async () => {
      const known = join(folder, "changed");
      const lines = readFileSync(lab.knownHostsPath, "utf8").split("\n");
      const others = lines.filter((one) => one.startsWith(at("gate"))).map((one) => one.replace(/^\S+/, at("target")));
      writeFileSync(known, others.join("\n") + "\n");
      for (const stricthostkeychecking of ["yes", "accept-new", "no"]) {
        const message = await refusal(withOptions({ userknownhostsfile: known, stricthostkeychecking }));
        expect(message).to.match(
          /^the host key of target has changed: it offers \S+ SHA256:\S+, but \S+changed:\d has another; somebody else may be answering/,
        );
      }
    });
  });

  describe("to what does not answer", () => {
    it("say that a name cannot be resolved, a port is closed, nobody answers, or it is no SSH server", async () => {
      expect(await refusal({ ...base, address: "no-such-host.invalid" })).to.equal(
        "no-such-host.invalid, the address of target, cannot be resolved; check ansible_host and DNS",
      );
      expect(await refusal({ ...base, port: 1 })).to.equal(
        `target (${at("target")}:1) refuses connections; is sshd running there, and on this port (ansible_port)?`,
      );
      const mute = createServer();
      await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
      const { port } = mute.address() as AddressInfo;
      expect(await refusal({ ...base, address: "127.0.0.1", port, connectTimeoutMs: 500 })).to.equal(
        `target (127.0.0.1:${port}) does not answer within 0.5 s; check that it is up, or give it longer (-T)`,
      );
      mute.close();
    });
  });

  it("come back when the server lets in only few at a time", async () => {
    const host = lab.host("inner");
    await host.exec("echo 'MaxStartups 1:100:1' >/etc/ssh/sshd_config.d/few.conf; systemctl restart ssh");
    const target = { ...base, name: "inner", address: host.address };
    const names = await Promise.all(Array.from({ length: 8 }, () => whoAmI(target)));
    await host.exec("rm /etc/ssh/sshd_config.d/few.conf; systemctl restart ssh");
    expect(names).to.deep.equal(Array(8).fill("deploy@inner"));
  });

  describe("and sudo", () => {
    it("become root and a user without privileges, beside the login user", async () => {
      const connection = await connect(base);
      for (const user of ["root", "nobody"]) expect(await who(connection, user)).to.equal(`${user}@target`);
      expect(await who(connection)).to.equal("deploy@target");
      await connection.close();
    });

    it("send the password when it is asked for", async () => {
      expect(await whoAmI({ ...base, user: operatorUser, becomePassword: operatorPassword }, "root")).to.equal(
        "root@target",
      );
    });

    it("say that a password is missing, or wrong, or that there is no such user", async () => {
      const operator = { ...base, user: operatorUser };
      expect(await refusal(operator, "root")).to.equal(
        'sudo on target asks for a password to become "root"; give it with -K (--ask-become-pass) or ansible_become_password',
      );
      expect(await refusal({ ...operator, becomePassword: "wrong" }, "root")).to.equal(
        'sudo: wrong password for user "operator" on target; check -K (--ask-become-pass) or ansible_become_password',
      );
      expect(await refusal(base, "nobody-here")).to.equal(
        'there is no user "nobody-here" on target; create it in an earlier task, or check become_user',
      );
    });

    it("say that the login user may not become another", async () => {
      await lab.host("gate").exec("echo 'deploy ALL=(nobody) NOPASSWD: ALL' >/etc/sudoers.d/deploy");
      const target = { ...base, name: "gate", address: at("gate") };
      expect(await whoAmI(target, "nobody")).to.equal("nobody@gate");
      expect(await refusal({ ...target, becomePassword: "x" }, "root")).to.match(
        /^(sudo: wrong password for user "deploy" on gate|deploy may not become "root" on gate)/,
      );
    });
  });

  describe("and the link", () => {
    after(() => lab.host("target").mend());

    it("notice that it broke while nothing was sent", async () => {
      const connection = await connect(withOptions({ serveraliveinterval: "1" }));
      const listener = new Listener();
      const running = connection.run(LANE, [group([[sh("echo here; sleep 1000")]])], listener);
      await listener.heard("here");
      await lab.host("target").cut();
      expect((await running).lost?.message).to.equal(
        "the connection to target was lost; run again: what is done already is not done twice",
      );
      await connection.close();
    });
  });
});
