import { expect } from "chai";
import { spawn } from "node:child_process";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Lab, operatorPassword, operatorUser, type LabHost } from "../lab/index.js";
import { attempt, run, until } from "../lab/run.js";

const cli = fileURLToPath(new URL("../lab/cli.ts", import.meta.url));
const kinds = ["bookworm", "trixie", "sid", "busybox"] as const;

describe("the lab", function () {
  this.timeout(60_000);
  let lab: Lab;

  before(async function () {
    // The first run makes images and fetches packages.
    this.timeout(600_000);
    lab = await Lab.up({ name: "labtest", fresh: true, hosts: kinds.map((kind) => ({ name: kind, kind })) });
  });

  after(() => Lab.down("labtest"));

  for (const kind of kinds) {
    describe(`a ${kind} host`, () => {
      it("is a system of its own that the login user gets into, with sudo and without Python", async () => {
        const host = lab.host(kind);
        const { stdout } = await host.ssh(
          "hostname; sudo -n id -u; sudo cat /proc/1/comm; command -v python3 || echo none",
        );
        expect(stdout.split("\n")).to.deep.equal([kind, "0", "systemd", "none", ""]);
      });

      it("reached its state with no failed unit", async () => {
        const { stdout } = await lab
          .host(kind)
          .exec("systemctl is-system-running --wait; systemctl --failed --no-legend");
        expect(stdout).to.equal("running\n");
      });

      it("lets root log in", async () => {
        expect((await lab.host(kind).ssh("id -un", "root")).stdout).to.equal("root\n");
      });

      it("asks operator for a password, for sudo", async () => {
        const host = lab.host(kind);
        expect((await host.ssh("sudo -n true", operatorUser)).code).to.equal(1);
        const { stdout } = await host.ssh(`echo ${operatorPassword} | sudo -S id -u`, operatorUser);
        expect(stdout).to.equal("0\n");
      });

      it("shows a host key that known_hosts holds, and no other is taken", async () => {
        const [target] = lab.host(kind).sshArgs().slice(-1);
        const bare = ["ssh", "-F", "none", "-i", lab.keyPath, "-o", "BatchMode=yes"];
        const { code, stderr } = await attempt([...bare, "-o", "UserKnownHostsFile=/dev/null", target!, "true"]);
        expect(code).to.equal(255);
        expect(stderr).to.contain("Host key verification failed");
      });

      it("knows the others by name", async () => {
        const { stdout } = await lab.host(kind).exec("cat /etc/hosts");
        for (const host of lab.hosts) expect(stdout).to.contain(`${host.address} ${host.name}\n`);
      });
    });
  }

  it("lets operator log in by password", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lab-test-"));
    const askpass = join(folder, "askpass");
    await writeFile(askpass, `#!/bin/sh\necho ${operatorPassword}\n`, { mode: 0o700 });
    const env = { ...process.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: "force" };
    const args = ["-o", "PreferredAuthentications=password", ...lab.host("trixie").sshArgs(operatorUser), "id -un"];
    const { stdout } = await attempt(["ssh", ...args], { env });
    await rm(folder, { recursive: true });
    expect(stdout).to.equal("operator\n");
  });

  it("gives the busybox host only busybox's tools, also under sudo, and no package manager", async () => {
    const tools =
      "stat ls cp chown ln head sed grep awk find xargs base64 sha256sum dd timeout mktemp tar env sleep sh ps ip";
    const command = `for t in ${tools}; do [ "$(readlink -f "$(command -v $t)")" = /usr/bin/busybox ] || echo "$t"; done`;
    const absent = "command -v apt-get; command -v dpkg; command -v bash; command -v perl";
    for (const shell of [`${command}; ${absent}`, `sudo sh -c '${command}; ${absent}'`])
      expect((await lab.host("busybox").ssh(shell)).stdout).to.equal("");
  });

  for (const kind of ["bookworm", "trixie", "sid"] as const)
    it(`installs from the lab's own repository on ${kind}, which starts without package lists`, async () => {
      const host = lab.host(kind);
      expect((await host.exec("apt-get install -y hello")).stderr).to.contain("Unable to locate package");
      const update = await host.ssh("sudo apt-get update -o APT::Update::Error-Mode=any");
      expect(update.stdout).to.contain(lab.url);
      const { stdout } = await host.ssh("sudo apt-get install -qqy hello >/dev/null 2>&1; hello");
      expect(stdout).to.equal("Hello, world!\n");
    });

  it("has Oracle's MySQL for sid hosts, MariaDB for the others", async function () {
    this.timeout(180_000);
    const install = (packages: string) =>
      `apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -qqy install ${packages} >/dev/null 2>&1`;
    const sid = await lab.host("sid").exec(`${install("mysql-server")}; mysql -Ne 'SELECT @@version_comment'`);
    expect(sid.stdout).to.match(/^\(Debian\)$|MySQL/m);
    const simulate = `apt-get -q update >/dev/null && apt-get -qs install mariadb-server | grep -c '^Inst mariadb-server '`;
    expect((await lab.host("trixie").exec(simulate)).stdout).to.equal("1\n");
  });

  it("serves Node.js as an archive with its checksum", async () => {
    const { url, sha256, version } = await lab.nodeArchive();
    const fetched = `cd /tmp && wget -q ${url} && echo "${sha256}  \${PWD}/${url.split("/").at(-1)!}" | sha256sum -c -s`;
    const { stdout } = await lab
      .host("busybox")
      .ssh(`${fetched} && tar xzf node-*.gz && node-*/bin/node --version; rm -r node-*`);
    expect(stdout).to.equal(`${version}\n`);
  });

  it("boots a rebooted host again, with what it had on disk and a firewall that starts empty", async function () {
    this.timeout(180_000); // more than the waits below, whose errors say what it waited for
    const host = lab.host("bookworm");
    const before = await host.bootId();
    await host.exec("touch /root/kept && ip address add 10.98.0.1/32 dev eth0");
    await host.exec("systemctl reboot");
    await waitForOtherBoot(host, before);
    const { stdout } = await host.ssh("sudo ls /root; ip -o address show to 10.98.0.1");
    expect(stdout).to.equal("kept\n");
  });

  it("resets a host to a bare one that known_hosts still knows", async () => {
    const host = lab.host("bookworm");
    await host.exec("touch /root/gone");
    await lab.reset("bookworm");
    expect((await host.ssh("sudo ls /root /var/lib/apt/lists")).stdout).to.not.match(/gone|Packages/);
  });

  it("cuts a host off and mends it", async () => {
    const host = lab.host("trixie");
    await host.cut();
    const cut = await attempt(["ssh", "-o", "ConnectTimeout=1", ...host.sshArgs(), "true"]);
    expect(cut.code).to.equal(255);
    expect((await host.exec("echo inside")).stdout).to.equal("inside\n");
    await host.mend();
    expect((await host.ssh("echo back")).stdout).to.equal("back\n");
  });

  it("mends what runs: boots a host again that lets nobody in, plugs a cable in", async function () {
    this.timeout(120_000);
    const [deaf, cut] = [lab.host("trixie"), lab.host("bookworm")];
    const before = [await deaf.bootId(), await cut.bootId()];
    await deaf.exec("systemctl stop ssh.socket ssh");
    await cut.cut();
    await Lab.up({ name: lab.name, hosts: [] });
    expect((await cut.ssh("echo back")).stdout).to.equal("back\n");
    expect((await deaf.ssh("echo back")).stdout).to.equal("back\n");
    expect(await deaf.bootId()).to.not.equal(before[0]);
    expect(await cut.bootId()).to.equal(before[1]);
  });

  it("kills a host, switches it on, shuts it down in order", async () => {
    const host = lab.host("busybox");
    await host.ssh("echo kept > kept");
    await host.kill();
    expect(host.isRunning).to.equal(false);
    await host.power("on");
    expect((await host.ssh("cat kept")).stdout).to.equal("kept\n");
    await host.power("off");
    expect(host.isRunning).to.equal(false);
    await host.power("on");
  });

  it("passes logins through a slow proxy under the host's own key", async () => {
    const proxy = await lab.slowProxy("trixie", 20);
    const args = lab
      .host("trixie")
      .sshArgs()
      .map((arg) => (arg.startsWith("deploy@") ? `deploy@${proxy.host}` : arg));
    const { stdout } = await attempt(["ssh", "-p", String(proxy.port), ...args, "hostname"]);
    await proxy.close();
    expect(stdout).to.equal("trixie\n");
    expect(await readFile(lab.knownHostsPath, "utf8")).to.not.contain(String(proxy.port));
  });

  it("writes an inventory with all that a login needs", () => {
    const text = lab.inventory();
    expect(text).to.contain(`trixie ansible_host=${lab.host("trixie").address}\n`);
    expect(text).to.contain(`ansible_ssh_private_key_file=${lab.keyPath}\n`);
    expect(text).to.contain(`ansible_ssh_common_args='-o UserKnownHostsFile=${lab.knownHostsPath}'`);
  });

  it("adds only missing hosts to a running lab, which outlives a killed launcher, and leaves nothing behind", async () => {
    await killedLauncher("labtest2", ["one"], 1200);
    const first = await Lab.up({ name: "labtest2", hosts: [{ name: "one", kind: "bookworm" }] });
    const bootId = await first.host("one").bootId();
    await killedLauncher("labtest2", ["one", "two"], 1200);
    const both = [{ name: "one", kind: "bookworm" } as const, { name: "two", kind: "bookworm" } as const];
    const second = await Lab.up({ name: "labtest2", hosts: both });
    expect(await second.host("one").bootId()).to.equal(bootId);
    expect(second.url).to.not.equal(lab.url);
    const leftovers = await leftoversOf(second);
    expect(await leftovers(), "while it is up").to.not.deep.equal([]);
    await second.down();
    expect(await leftovers()).to.deep.equal([]);
    expect((await lab.host("trixie").ssh("echo untouched")).stdout).to.equal("untouched\n");
  });
});

async function waitForOtherBoot(host: LabHost, before: string): Promise<void> {
  await until(`${host.name} boots again`, 30_000, async () => {
    const now = await host.bootId().catch(() => before);
    return now !== before && now !== "";
  });
  await host.waitForLogin();
}

/** Starts `up` and kills it without warning at some moment. */
async function killedLauncher(name: string, hosts: readonly string[], afterMs: number): Promise<void> {
  const child = spawn(process.execPath, ["--import", "tsx", cli, "--lab", name, "up", ...hosts], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("close", resolve));
  setTimeout(() => child.kill("SIGKILL"), afterMs);
  await ended;
}

/** A question to ask before and after: what of the lab is on this machine? */
async function leftoversOf(lab: Lab): Promise<() => Promise<string[]>> {
  const prefix = `fl${lab.url.split(".")[2]!}`;
  const marks = [
    new RegExp(`\\b${prefix}[-bv]`),
    new RegExp(`/fettle-lab/${lab.name}/`),
    new RegExp(`${lab.url.slice(7, -5)}\\b`),
  ];
  const folder = join(lab.inventoryPath, "..");
  await access(folder);
  return async () => {
    const seen = await Promise.all([
      run(["ip", "-o", "link"]),
      run(["ip", "-o", "address"]),
      run(["ip", "netns"]),
      readFile("/proc/mounts", "utf8"),
      run(["ps", "-e", "-o", "args"]),
      readdir("/sys/fs/cgroup", { recursive: true }).then((names) => names.join("\n")),
      readdir(join(folder, "..")).then((names) => names.map((name) => join(folder, "..", name, "/")).join("\n")),
    ]);
    return seen.flatMap((text) => text.split("\n")).filter((line) => marks.some((mark) => mark.test(line)));
  };
}
