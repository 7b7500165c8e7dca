import { expect } from "chai";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Lab } from "../lab/index.js";
import { type CliRun, fettle, verdictsOf, wrongVerdicts } from "../support/cli.js";

const names = ["g1", "g2", "g3"] as const;
const password = "s3cret-of-the-shop";

describe("a cluster of three writable databases", function () {
  this.timeout(180_000);
  let lab: Lab;
  let folder: string;
  let uuid: string;

  before(async function () {
    this.timeout(600_000);
    const hosts = [...names, "lb"].map((name) => ({ name, kind: "bookworm" }) as const);
    lab = await Lab.up({ name: "galera", fresh: true, hosts });
    folder = join(dirname(lab.inventoryPath), "galera");
    await writeSite();
  });

  after(() => Lab.down("galera"));

  /** The README's examples, with the addresses of the lab. */
  const writeSite = async (): Promise<void> => {
    await mkdir(folder, { recursive: true });
    const line = (name: string): string => `${name} ansible_host=${lab.host(name).address}`;
    const login = [
      "ansible_user=deploy",
      `ansible_ssh_private_key_file=${lab.keyPath}`,
      `ansible_ssh_common_args='-o UserKnownHostsFile=${lab.knownHostsPath}'`,
    ];
    const groups = ["[galera]", ...names.map(line), "[lb]", line("lb"), "[all:vars]", ...login];
    await writeFile(join(folder, "hosts.ini"), `${groups.join("\n")}\n`);
    const readme = await readFile("roles/mysql-galera/README.md", "utf8");
    const block = (language: string): string =>
      (new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)?.[1] ?? "").replace(
        /192\.0\.2\.5([123])/g,
        (_, number: string) => lab.host(`g${number}`).address,
      );
    const example = block("yaml").replace("role: mysql-galera", `role: ${resolve("roles/mysql-galera")}`);
    const vars = { shop_password: password, galera_wait_s: 90 };
    await writeFile(
      join(folder, "cluster.yml"),
      example.replace("become: true", `$&\n  vars: ${JSON.stringify(vars)}`),
    );
    const inputs = { haproxy_frontends: [], haproxy_backends: [], haproxy_extra_sections: block("haproxy") };
    const role = { role: resolve("roles/haproxy"), ...inputs };
    const balancer = [{ hosts: "lb", become: true, roles: [role] }];
    await writeFile(join(folder, "balancer.yml"), JSON.stringify(balancer, null, 1));
  };

  const play = (command: "plan" | "apply", ...more: readonly string[]): Promise<CliRun> =>
    fettle(command, "-i", join(folder, "hosts.ini"), join(folder, "cluster.yml"), ...more);
  const apply = (...more: readonly string[]): Promise<CliRun> => play("apply", ...more);
  const restart = (): Promise<CliRun> =>
    fettle("apply", "-i", join(folder, "hosts.ini"), "playbooks/galera.yml", "--tags", "restart");
  const good = (run: CliRun): void => {
    expect(run.status, run.stdout.slice(-3000) + run.stderr).to.equal(0);
  };
  const changesOf = (run: CliRun): readonly string[] =>
    [...verdictsOf(run.events)].filter(([, status]) => status === "changed").map(([name]) => name);

  const on = async (name: string, command: string, input = ""): Promise<string> =>
    (await lab.host(name).exec(command, input)).stdout.trim();
  const everywhere = (command: string, input = ""): Promise<readonly string[]> =>
    Promise.all(names.map((name) => on(name, command, input)));
  const all = (text: string): readonly string[] => names.map(() => text);
  const sql = (name: string, statements: string): Promise<string> =>
    on(name, "mariadb --batch --skip-column-names", `SET SESSION wsrep_sync_wait = 1; ${statements}`);
  const status = (variable: string): Promise<readonly string[]> =>
    Promise.all(
      names.map(async (name) => (await sql(name, `SHOW STATUS LIKE '${variable}'`)).split("\t")[1] ?? "none"),
    );
  const isWhole = async (): Promise<void> => {
    expect(await status("wsrep_cluster_size")).to.deep.equal(all("3"));
    expect(await status("wsrep_local_state_comment")).to.deep.equal(all("Synced"));
    expect(await status("wsrep_cluster_state_uuid")).to.deep.equal(all(uuid));
  };
  const becomesWhole = async (): Promise<void> => {
    for (let i = 0; i < 240; i++) {
      const ready = (await status("wsrep_local_state_comment")).every((state) => state === "Synced");
      if (ready && (await status("wsrep_cluster_size")).every((size) => size === "3")) return;
      await new Promise((wait) => setTimeout(wait, 250));
    }
    await isWhole();
  };
  const count = (): Promise<readonly string[]> =>
    Promise.all(names.map((name) => sql(name, "SELECT COUNT(*) FROM shop.t")));

  it("comes from nothing, as planned", async () => {
    const plan = await play("plan", "--output", "json");
    good(plan);
    expect([...verdictsOf(plan.events).values()]).to.not.include("failed");
    expect(await everywhere("dpkg -l mariadb-server 2>/dev/null | grep -c ^ii")).to.deep.equal(all("0"));
    const run = await apply("--output", "json");
    good(run);
    expect(wrongVerdicts(plan.events, run.events)).to.deep.equal([]);
    expect(run.stdout).to.not.contain(password);
    uuid = (await status("wsrep_cluster_state_uuid"))[0] ?? "";
    expect(uuid).to.match(/^[0-9a-f-]{36}$/);
    await isWhole();
  });

  it("is left alone by a second apply", async () => {
    const again = await apply("--output", "json");
    good(again);
    expect(changesOf(again)).to.deep.equal([]);
    expect(again.events.filter(({ type }) => type === "notIdempotent")).to.deep.equal([]);
    await isWhole();
  });

  it("is written on each node and read on all, rows without a conflict of their numbers", async () => {
    await sql("g1", "CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(60), UNIQUE (who))");
    for (const name of names) await sql(name, `INSERT INTO shop.t (who) VALUES ('${name}')`);
    const rows = await Promise.all(names.map((name) => sql(name, "SELECT who FROM shop.t ORDER BY who")));
    expect(rows).to.deep.equal(all("g1\ng2\ng3"));
  });

  it("cannot be split by galera_new_cluster on a living node", async () => {
    const tried = await lab.host("g2").exec("galera_new_cluster; journalctl -u mariadb -n 20 --no-pager -o cat");
    expect(tried.stdout).to.contain("a new cluster here would split the data");
    expect(await on("g1", "systemctl is-active mariadb")).to.equal("active");
    expect(await on("g2", "systemctl is-active mariadb")).to.not.equal("active");
    const run = await apply("--output", "json");
    good(run);
    expect(changesOf(run).map((name) => name.replace(/ \S+ /, " "))).to.deep.equal(["g2 join it"]);
    await isWhole();
  });

  it("takes a node back that was killed", async () => {
    await on("g3", "systemctl kill --signal=KILL mariadb");
    await sql("g1", "INSERT INTO shop.t (who) VALUES ('meanwhile')");
    await becomesWhole();
    expect(await sql("g3", "SELECT COUNT(*) FROM shop.t WHERE who = 'meanwhile'")).to.equal("1");
  });

  /** Writes by haproxy, one row after another; the numbers of those that were acknowledged. */
  const whileWriting = async (act: () => Promise<CliRun>): Promise<void> => {
    const client = `[client]\nuser=shop\npassword=${password}\nhost=127.0.0.1\nconnect-timeout=3\n`;
    await on("lb", "umask 077; cat >/root/shop.cnf; rm -f /root/stop /root/acknowledged", client);
    const write = "mariadb --defaults-file=/root/shop.cnf -e \"INSERT INTO shop.t (who) VALUES ('w$r-$i')\"";
    const loop = `r=$(date +%s%N); i=0; while [ $i -lt 3000 ] && [ ! -e /root/stop ]; do i=$((i+1)); if timeout 10 ${write} 2>/dev/null; then echo w$r-$i >>/root/acknowledged; else sleep 0.1; fi; sleep 0.02; done; echo $i`;
    const writer = on("lb", loop);
    const run = await act();
    await on("lb", "touch /root/stop");
    const tried = await writer;
    good(run);
    const said = (await on("lb", "cat /root/acknowledged")).split("\n");
    expect(said.length).to.be.greaterThan(20);
    for (const name of names) {
      const there = new Set((await sql(name, "SELECT who FROM shop.t")).split("\n"));
      expect(said.filter((row) => !there.has(row))).to.deep.equal([]);
    }
    console.log(`      ${said.length} of ${tried} writes acknowledged, none of them lost`);
  };

  it("loses no acknowledged row when all nodes are restarted, one after another", async () => {
    good(await fettle("apply", "-i", join(folder, "hosts.ini"), join(folder, "balancer.yml")));
    await on("lb", "DEBIAN_FRONTEND=noninteractive apt-get -qy install mariadb-client");
    const before = await everywhere("systemctl show -p MainPID --value mariadb");
    await whileWriting(restart);
    const after = await everywhere("systemctl show -p MainPID --value mariadb");
    expect(after.filter((pid, i) => pid === before[i])).to.deep.equal([]);
    await isWhole();
  });

  it("and none when its configuration changes", async () => {
    await whileWriting(() => apply("-e", '{"galera_settings":{"max_connections":177}}'));
    expect(await status("Threads_running")).to.have.length(3);
    const limits = await Promise.all(names.map((name) => sql(name, "SELECT @@max_connections")));
    expect(limits).to.deep.equal(all("177"));
    await isWhole();
  });

  it("keeps its configuration when a new one is refused", async () => {
    const bad = await apply("-e", '{"galera_settings":{"max_connectionz":1}}');
    expect(bad.status).to.equal(3);
    expect(bad.stdout).to.contain("max_connectionz");
    await isWhole();
  });

  it("is not restarted while a node is missing", async () => {
    await on("g2", "systemctl stop mariadb");
    const refused = await restart();
    expect(refused.status).to.equal(3);
    expect(refused.stdout).to.contain("in the cluster are g1, g3: a rolling restart needs all of g1, g2, g3");
    expect(await on("g2", "systemctl is-active mariadb")).to.equal("inactive");
  });

  it("starts again when all were stopped, from the last one, and not while one cannot be seen", async () => {
    await on("g1", "systemctl stop mariadb");
    await on("g3", "systemctl stop mariadb");
    const refused = await apply("--limit", "g1,g3");
    expect(refused.status).to.equal(3);
    expect(refused.stdout).to.contain("g2 cannot be seen, and no other node runs in a cluster");
    await lab.host("g2").cut();
    const unreached = await apply("--timeout", "5");
    await lab.host("g2").mend();
    expect(unreached.status).to.equal(3);
    expect(unreached.stdout).to.contain("g2 cannot be seen, and no other node runs in a cluster");
    expect(await everywhere("systemctl is-active mariadb")).to.deep.equal(all("inactive"));
    const plan = await play("plan", "--output", "json");
    const run = await apply("--output", "json");
    good(run);
    expect(wrongVerdicts(plan.events, run.events)).to.deep.equal([]);
    expect(changesOf(run).filter((name) => name.endsWith("begin the cluster"))).to.have.length(1);
    expect(changesOf(run).find((name) => name.endsWith("begin the cluster"))).to.match(/^g3 /);
    await isWhole();
  });

  it("is not started by guess when all were killed, but from the node that is chosen", async () => {
    const rows = await count();
    await everywhere("systemctl kill --signal=KILL mariadb; systemctl stop mariadb");
    const refused = await apply();
    expect(refused.status).to.equal(3);
    expect(refused.stdout).to.contain("all nodes are down, and none says that it was the last");
    for (const name of names) expect(refused.stdout).to.match(new RegExp(`${name}: ${uuid}:[1-9]\\d*`));
    expect(await everywhere("systemctl is-active mariadb")).to.not.include("active");
    const chosen = await apply("-e", "galera_bootstrap_from=g2", "--output", "json");
    good(chosen);
    expect(changesOf(chosen).find((name) => name.endsWith("begin the cluster"))).to.match(/^g2 /);
    await isWhole();
    expect(await count()).to.deep.equal(rows);
  });
});
