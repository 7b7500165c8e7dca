import { expect } from "chai";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Lab } from "../lab/index.js";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "../support/cli.js";

/** All three roles on each of two single hosts of different kinds, with the site's own values where nothing is said. */
describe("the roles", function () {
  this.timeout(180_000);
  let lab: Lab;
  let folder: string;
  let node: { url: string; version: string; sha256: string };

  before(async function () {
    this.timeout(600_000);
    const hosts = [{ name: "old", kind: "bookworm" } as const, { name: "new", kind: "trixie" } as const];
    lab = await Lab.up({ name: "roles", fresh: true, hosts });
    node = await lab.nodeArchive();
    folder = await mkdtemp(join(tmpdir(), "fettle-roles-"));
    await cp("playbooks/files/hello", join(folder, "files/hello"), { recursive: true });
    await mkdir(join(folder, "files/broken"));
    await writeFile(join(folder, "files/broken/server.js"), 'throw new Error("no database");\n');
  });

  after(async () => {
    await Lab.down("roles");
    await rm(folder, { recursive: true });
  });

  const play = async (command: "plan" | "apply", role: string, inputs: object, ...more: string[]): Promise<CliRun> => {
    const playbook = join(folder, `${role}.yml`);
    await writeFile(playbook, `- hosts: all\n  become: true\n  roles:\n    - role: ${resolve("roles", role)}\n`);
    return fettle(command, "-i", lab.inventoryPath, playbook, "-e", JSON.stringify(inputs), ...more);
  };
  const done = async (role: string, inputs: object): Promise<CliRun> => {
    const run = await play("apply", role, inputs);
    expect(run.status, run.stdout + run.stderr).to.equal(0);
    return run;
  };
  /** A plan and an apply that keeps it. */
  const asPlanned = async (role: string, inputs: object): Promise<void> => {
    const plan = await play("plan", role, inputs, "--output", "json");
    const apply = await play("apply", role, inputs, "--output", "json");
    expect(apply.status, apply.stdout.slice(-3000) + apply.stderr).to.equal(0);
    expect(wrongVerdicts(plan.events, apply.events)).to.deep.equal([]);
    expect([...verdictsOf(plan.events).values()]).to.not.include("failed");
  };
  const everywhere = (command: string): Promise<readonly string[]> =>
    Promise.all(lab.hosts.map((host) => host.exec(command).then(({ stdout }) => stdout.trim())));
  const both = (text: string): readonly string[] => [text, text];

  const service = (version: string): object => ({
    app_name: "odd_1",
    app_user: "svc",
    app_version: version,
    app_source: "hello",
    app_port: 88,
    app_address: "127.0.0.2",
    app_keep_releases: 2,
    app_environment: { QUOTED: 'q"uo$te`\\ x\nline two' },
    app_node_version: node.version,
    app_node_url: node.url,
    app_node_sha256: node.sha256,
  });
  const ask = "curl -s http://127.0.0.2:88/ | grep -o 'version [^,]*'";

  it("app: odd values hold, and a user who was there keeps his shell", async () => {
    await everywhere("useradd -m -s /bin/bash svc");
    await asPlanned("app", service("1"));
    expect(await everywhere(ask)).to.deep.equal(both("version 1"));
    const environment = 'tr "\\0" "\\n" </proc/$(systemctl show -p MainPID --value odd_1)/environ';
    expect(await everywhere(`${environment} | grep -A1 QUOTED`)).to.deep.equal(both('QUOTED=q"uo$te`\\ x\nline two'));
    expect(await everywhere("getent passwd svc | cut -d: -f6,7")).to.deep.equal(both("/home/svc:/bin/bash"));
  });

  it("app: keeps as many releases as it is told", async () => {
    await asPlanned("app", service("2"));
    await asPlanned("app", service("3"));
    expect(await everywhere("ls /srv/odd_1/releases | xargs; readlink /srv/odd_1/current")).to.deep.equal(
      both("2 3\nreleases/3"),
    );
    expect(await everywhere(ask)).to.deep.equal(both("version 3"));
  });

  it("app: a broken release fails with what it said, and the earlier one is there to go back to", async () => {
    // systemd counts starts for an hour, so that nothing here hangs on how fast the test is.
    const limit = "printf '[Unit]\\nStartLimitIntervalSec=1h\\n' >/etc/systemd/system/odd_1.service.d/limit.conf";
    await everywhere(`mkdir /etc/systemd/system/odd_1.service.d && ${limit} && systemctl daemon-reload`);
    const broken = await play("apply", "app", { ...service("4"), app_source: "broken" });
    expect(broken.status).to.equal(3);
    expect(broken.stdout).to.match(/odd_1 is \w+, and http:\/\/127\.0\.0\.2:88\/healthz answers: /);
    expect(broken.stdout).to.contain("Error: no database");
    await done("app", service("3"));
    expect(await everywhere(ask)).to.deep.equal(both("version 3"));
  });

  /** Something else on the port that is wanted next. */
  const squat = (port: number): Promise<unknown> => {
    const program = `require("net").createServer().listen(${port})`;
    const command = `systemd-run -q --unit=squat /opt/node/${node.version}/bin/node -e '${program}'`;
    return everywhere(`${command}; until ss -ltn | grep -q :${port}; do sleep 0.1; done`);
  };

  const sites = (...listens: string[]): object => ({
    nginx_sites: listens.map((listen, i) => ({ name: `s${i}`, listen, upstreams: ["127.0.0.2:88"] })),
  });

  it("nginx: a reload that it refuses is an error, the old sites stay, and the next run makes it good", async () => {
    await asPlanned("nginx", sites("127.0.0.3:8080", "8081 default_server"));
    await squat(8082);
    const refused = await play("apply", "nginx", sites("127.0.0.3:8080", "8082"));
    expect(refused.status).to.equal(3);
    expect(refused.stdout).to.contain("nginx did not take the new configuration and goes on with the old one:");
    expect(refused.stdout).to.contain("bind() to 0.0.0.0:8082 failed (98: Address already in use)");
    expect(await everywhere("curl -s http://127.0.0.1:8081/healthz")).to.deep.equal(both("ok"));
    await everywhere("systemctl stop squat");
    const mended = await done("nginx", sites("127.0.0.3:8080", "8082"));
    expect(mended.stdout).to.match(/old +changed +nginx : reload nginx \(handler\)/);
    expect(await everywhere("curl -s http://127.0.0.1:8082/healthz")).to.deep.equal(both("ok"));
  });

  const balancer = (...binds: string[]): object => ({
    haproxy_frontends: binds.map((bind, i) => ({ name: `f${i}`, bind, default_backend: "web", tls: "no" })),
    haproxy_backends: [{ name: "web", servers: [{ name: "own", address: "127.0.0.3:8080" }] }],
  });

  it("haproxy: a reload that it refuses is an error, the old frontends stay, and the next run makes it good", async () => {
    await asPlanned("haproxy", balancer("127.0.0.4:80", ":::9080 v4v6"));
    await squat(9081);
    const before = await everywhere("sha256sum /etc/haproxy/haproxy.cfg");
    const checked = await play("apply", "haproxy", balancer("127.0.0.4:80", "*:9081"));
    expect(checked.status).to.equal(3);
    expect(checked.stdout).to.match(/\*:9081 is taken: \S+ listens on 0\.0\.0\.0:9081/);
    expect(await everywhere("sha256sum /etc/haproxy/haproxy.cfg")).to.deep.equal(before);
    // Addresses of IPv6 are looked at by haproxy alone, when it takes them.
    const refused = await play("apply", "haproxy", balancer("127.0.0.4:80", ":::9081 v4v6"));
    expect(refused.status).to.equal(3);
    expect(refused.stdout).to.contain("haproxy did not take the new configuration and goes on with the old one:");
    expect(refused.stdout).to.contain("cannot bind socket (Address already in use) for [:::9081]");
    expect(await everywhere("curl -s http://127.0.0.1:9080/healthz")).to.deep.equal(both("ok"));
    await everywhere("systemctl stop squat");
    const mended = await done("haproxy", balancer("127.0.0.4:80", ":::9081 v4v6"));
    expect(mended.stdout).to.match(/new +changed +haproxy : reload haproxy \(handler\)/);
    expect(await everywhere("curl -s http://127.0.0.1:9081/healthz")).to.deep.equal(both("ok"));
  });
});
