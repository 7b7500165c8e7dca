import { expect } from "chai";
import { Lab } from "../lab/index.js";
import { until } from "../lab/run.js";
import { type CliRun, verdictsOf, wrongVerdicts } from "../support/cli.js";
import { all, GaleraSite, good, nodes } from "./galera-site.js";

const changesOf = (run: CliRun): readonly string[] =>
  [...verdictsOf(run.events)].filter(([, status]) => status === "changed").map(([name]) => name);
const beginOf = (run: CliRun): readonly string[] => changesOf(run).filter((name) => name.endsWith("begin the cluster"));

describe("a cluster of three writable databases", function () {
  this.timeout(180_000);
  let site: GaleraSite;

  before(async function () {
    this.timeout(600_000);
    site = await GaleraSite.up();
  });

  after(() => Lab.down("galera"));

  const count = (): Promise<readonly string[]> =>
    Promise.all(nodes.map((name) => site.sql(name, "SELECT COUNT(*) FROM shop.t")));
  const activeOnes = (): Promise<readonly string[]> => site.everywhere("systemctl is-active mariadb");

  it("comes from nothing, as planned", async () => {
    const plan = good(await site.play("plan"));
    expect([...verdictsOf(plan.events).values()]).to.not.include("failed");
    expect(await site.everywhere("dpkg -l mariadb-server 2>/dev/null | grep -c ^ii")).to.deep.equal(all("0"));
    const run = await site.apply();
    expect(wrongVerdicts(plan.events, run.events)).to.deep.equal([]);
    expect(run.stdout).to.not.contain("s3cret");
    site.uuid = (await site.status("wsrep_cluster_state_uuid"))[0] ?? "";
    expect(site.uuid).to.match(/^[0-9a-f-]{36}$/);
    await site.isWhole();
  });

  it("is left alone by a second apply", async () => {
    const again = await site.apply();
    expect(changesOf(again)).to.deep.equal([]);
    expect(again.events.filter(({ type }) => type === "notIdempotent")).to.deep.equal([]);
    await site.isWhole();
  });

  it("refuses nodes at addresses that they have not", async () => {
    const at = (name: string, i: number) => ({ name, address: `192.0.2.${i + 1}` });
    const said = await site.refused("-e", JSON.stringify({ galera_nodes: nodes.map(at) }));
    expect(said).to.contain("galera_nodes gives g1 the address 192.0.2.1, and it has 10.99.");
    await site.isWhole();
  });

  it("is written on each node and read on all, rows without a conflict of their numbers", async () => {
    await site.sql("g1", "CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(60), UNIQUE (who))");
    for (const name of nodes) await site.sql(name, `INSERT INTO shop.t (who) VALUES ('${name}')`);
    const rows = await Promise.all(nodes.map((name) => site.sql(name, "SELECT who FROM shop.t ORDER BY who")));
    expect(rows).to.deep.equal(all("g1\ng2\ng3"));
  });

  it("cannot be split by galera_new_cluster on a living node", async () => {
    const tried = await site.on("g2", "galera_new_cluster; journalctl -u mariadb -n 20 --no-pager -o cat");
    expect(tried).to.contain("a new cluster here would split the data");
    expect(await site.on("g1", "systemctl is-active mariadb")).to.equal("active");
    expect(await site.on("g2", "systemctl is-active mariadb")).to.not.equal("active");
    const run = await site.apply();
    expect(changesOf(run).map((name) => name.replace(/ \S+ /, " "))).to.deep.equal(["g2 join it"]);
    await site.isWhole();
  });

  it("takes a node back that was killed", async () => {
    await site.on("g3", "systemctl kill --signal=KILL mariadb");
    await site.sql("g1", "INSERT INTO shop.t (who) VALUES ('meanwhile')");
    await site.becomesWhole();
    expect(await site.sql("g3", "SELECT COUNT(*) FROM shop.t WHERE who = 'meanwhile'")).to.equal("1");
  });

  it("loses no acknowledged row when all nodes are restarted, one after another, by controllers of which one is killed", async () => {
    await site.balance("one");
    await site.on("lb", "DEBIAN_FRONTEND=noninteractive apt-get -qy install mariadb-client");
    const pids = () => site.everywhere("systemctl show -p MainPID --value mariadb");
    const before = await pids();
    await site.whileWriting(async () => {
      await site.restartKilledWhen(async () => (await activeOnes()).some((state) => state !== "active"));
      good(await site.restart());
    });
    const after = await pids();
    expect(after.filter((pid, i) => pid === before[i])).to.deep.equal([]);
    await site.isWhole();
  });

  it("and none when its configuration changes", async () => {
    await site.whileWriting(() => site.apply("-e", '{"galera_settings":{"max_connections":177}}'));
    const limits = await Promise.all(nodes.map((name) => site.sql(name, "SELECT @@max_connections")));
    expect(limits).to.deep.equal(all("177"));
    await site.isWhole();
  });

  it("and none when haproxy sends writes to all nodes, and one of them is killed", async () => {
    await site.balance("every");
    const writes = (): Promise<readonly string[]> => site.status("Com_insert");
    await site.whileWriting(async () => {
      await until("all are written to", 30_000, async () => (await writes()).every((number) => Number(number) > 5));
      await site.on("g1", "systemctl kill --signal=KILL mariadb");
      await site.becomesWhole();
    }, 3);
    await site.balance("one");
    await site.isWhole();
  });

  it("keeps its configuration when a new one is refused", async () => {
    expect(await site.refused("-e", '{"galera_settings":{"max_connectionz":1}}')).to.contain("max_connectionz");
    await site.isWhole();
  });

  it("takes no writes on a node that the others cannot reach, is left alone meanwhile, and is whole again by itself", async () => {
    await site.link("g3", "cut");
    await until(
      "the nodes have noticed",
      60_000,
      async () => (await site.status("wsrep_cluster_status")).join() === "Primary,Primary,non-Primary",
    );
    expect(await site.sql("g3", "INSERT INTO shop.t (who) VALUES ('of the minority')")).to.equal("");
    await site.sql("g1", "INSERT INTO shop.t (who) VALUES ('of the majority')");
    expect(await site.refused()).to.contain("g3 cannot reach g1, g2 and takes no writes");
    await site.link("g3", "mend");
    await site.becomesWhole();
    const rows = await Promise.all(nodes.map((name) => site.sql(name, "SELECT who FROM shop.t WHERE who LIKE 'of %'")));
    expect(rows).to.deep.equal(all("of the majority"));
  });

  it("is not restarted while a node is missing", async () => {
    await site.on("g2", "systemctl stop mariadb");
    const refused = await site.restart();
    expect(refused.status).to.equal(3);
    expect(refused.stdout).to.contain("in the cluster are g1, g3: a rolling restart needs all of g1, g2, g3");
    expect(await site.on("g2", "systemctl is-active mariadb")).to.equal("inactive");
  });

  it("fills a node whose disk was exchanged, also when the controller is killed meanwhile", async () => {
    await site.on("g2", "systemctl stop mariadb; rm -rf /var/lib/mysql");
    await site.applyKilledWhen(async () => (await site.on("g2", "pgrep -f [w]srep_sst_mariabackup")) !== "");
    await site.apply();
    await site.isWhole();
    expect(new Set(await count()).size).to.equal(1);
  });

  it("starts again when all were stopped, from the last one, and not while one cannot be seen", async () => {
    for (const name of ["g2", "g1", "g3"] as const) await site.on(name, "systemctl stop mariadb");
    expect(await site.refused("--limit", "g1,g3")).to.contain("g2 cannot be seen, and no other node runs in a cluster");
    await site.lab.host("g2").cut();
    const unreached = await site.play("apply", "--timeout", "5");
    await site.lab.host("g2").mend();
    expect(unreached.status).to.equal(3);
    expect(unreached.stdout).to.contain("the facts of g2 cannot be read");
    expect(await activeOnes()).to.deep.equal(all("inactive"));
    const plan = await site.play("plan");
    const run = await site.apply();
    expect(wrongVerdicts(plan.events, run.events)).to.deep.equal([]);
    expect(beginOf(run)).to.have.length(1);
    expect(beginOf(run)[0]).to.match(/^g3 /);
    await site.isWhole();
  });

  it("is not started by guess when all were killed, but from the node that is chosen", async () => {
    const rows = await count();
    await site.everywhere("systemctl kill --signal=KILL mariadb; systemctl stop mariadb");
    const said = await site.refused();
    expect(said).to.contain("all nodes are down, and none says that it was the last");
    for (const name of nodes) expect(said).to.match(new RegExp(`${name}: ${site.uuid}:[1-9]\\d*`));
    expect(await activeOnes()).to.not.include("active");
    expect(beginOf(await site.apply("-e", "galera_bootstrap_from=g2"))[0]).to.match(/^g2 /);
    await site.isWhole();
    expect(await count()).to.deep.equal(rows);
  });

  it("comes back by itself when all hosts lost their power", async () => {
    const rows = await count();
    await Promise.all(nodes.map((name) => site.lab.host(name).kill()));
    await Promise.all(nodes.map((name) => site.lab.host(name).power("on")));
    await site.becomesWhole();
    expect(changesOf(await site.apply())).to.deep.equal([]);
    expect(await count()).to.deep.equal(rows);
  });

  it("comes back by one run when all hosts were shut down at the same time", async () => {
    const rows = await count();
    await Promise.all(nodes.map((name) => site.lab.host(name).power("off")));
    await Promise.all(nodes.map((name) => site.lab.host(name).power("on")));
    const run = await site.apply();
    expect(beginOf(run)).to.have.length(1);
    await site.isWhole();
    expect(await count()).to.deep.equal(rows);
  });
});
