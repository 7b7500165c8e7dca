import { expect } from "chai";
import { mysqlReplication } from "../../src/modules/mysql_replication.js";
import { mysqlUser } from "../../src/modules/mysql_user.js";
import { Lab } from "../lab/index.js";
import { until } from "../lab/run.js";
import { flavors, serveOn, type Served } from "./mysql-support.js";

const PASSWORD = "canary'\"\\# 7f";

for (const flavor of flavors) {
  describe(`replication of ${flavor.flavor}`, function () {
    this.timeout(120_000);
    let lab: Lab;
    let primary: Served;
    let replica: Served;

    before(async function () {
      this.timeout(600_000);
      const hosts = ["first", "second"].map((name) => ({ name, kind: flavor.kind }));
      lab = await Lab.up({ name: `mysqlrepl-${flavor.flavor}`, fresh: true, hosts });
      const gtid = flavor.flavor === "mysql" ? "gtid_mode=ON\nenforce_gtid_consistency=ON\n" : "";
      const configuration = (id: number) =>
        `[mysqld]\nserver_id=${id}\nlog_bin=binlog\n${gtid}skip_name_resolve\n[mysqld_safe]\n`;
      primary = await serveOn(lab, "first", flavor, configuration(1));
      replica = await serveOn(lab, "second", flavor, configuration(2));
      const open = `sed -i 's/^\\(mysqlx-\\)*bind-address.*/bind-address = 0.0.0.0/' /etc/mysql/*.conf.d/*.cnf; systemctl restart ${flavor.client}`;
      for (const { machine } of [primary, replica]) expect((await machine.exec(open)).code).to.equal(0);
      // The replica begins with the same: nothing.
      for (const { sql } of [primary, replica])
        await sql(flavor.flavor === "mysql" ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER");
      const repl = { name: "repl", host: "%", password: PASSWORD, priv: "*.*:REPLICATION SLAVE" };
      expect(await primary.laws(mysqlUser, repl)).to.have.length(1);
    });

    after(async () => {
      await primary.host.close();
      await replica.host.close();
      await lab.down();
    });

    const on = (args: object) => replica.laws(mysqlReplication, args);
    const status = async (mode: string, served = replica) => {
      const params = mysqlReplication.params.parse({ mode });
      const { state } = await served.host.look(mysqlReplication, params);
      return mysqlReplication.result?.([], params, state) ?? {};
    };
    const source = (more: object = {}) => ({
      mode: "changeprimary",
      primary_host: lab.host("first").address,
      primary_user: "repl",
      primary_password: PASSWORD,
      primary_connect_retry: 1,
      primary_ssl: flavor.flavor === "mysql",
      ...(flavor.flavor === "mysql" ? { primary_auto_position: true } : { primary_use_gtid: "replica_pos" }),
      ...more,
    });

    it("sees nobody to follow", async () => {
      expect(await status("getreplica")).to.deep.equal({
        changed: false,
        queries: [],
        Is_Replica: false,
        Is_Slave: false,
      });
      expect(await replica.complaint(mysqlReplication, { mode: "startreplica" })).to.equal(
        "it follows nobody that it could replicate; set a source by mode: changeprimary in an earlier task",
      );
      for (const mode of ["stopreplica", "resetreplica", "resetslaveall"]) expect(await on({ mode })).to.deep.equal([]);
    });

    it("sees the primary's log, by both names", async () => {
      const seen = await status("getmaster", primary);
      expect(seen).to.include({ Is_Primary: true, File: "binlog.000001" });
      expect(seen["Position"]).to.be.a("number");
    });

    it("sets a source once, starts and stops", async () => {
      expect(await on(source({ primary_password: "wrong" }))).to.deep.equal(["set the source"]);
      expect(await on(source({ primary_password: "wrong", primary_log_file: "x", primary_log_pos: 5 }))).to.deep.equal(
        [],
      );
      expect(await on({ mode: "startreplica" })).to.deep.equal(["start the replica"]);
      await until("the source refuses it", 30_000, async () => (await status("getreplica"))["Last_IO_Errno"] === 1045);
      expect(await on(source())).to.deep.equal(["change the source: primary_password"]);
      await until("it has caught up", 30_000, async () => (await status("getreplica"))["Seconds_Behind_Source"] === 0);
      await primary.sql(
        "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY); INSERT INTO shop.t VALUES (7)",
      );
      await until("the row is there", 30_000, async () => (await replica.sql("SELECT id FROM shop.t")) === "7\n");
      expect(await on(source())).to.deep.equal([]);
      expect(await on({ mode: "startslave" })).to.deep.equal([]);
      expect(await on(source({ master_connect_retry: 2, primary_connect_retry: undefined }))).to.deep.equal([
        "change the source: primary_connect_retry",
      ]);
      await primary.sql("INSERT INTO shop.t VALUES (8)");
      await until("the next is there", 30_000, async () => (await replica.sql("SELECT MAX(id) FROM shop.t")) === "8\n");
      expect(await on({ mode: "stopreplica" })).to.deep.equal(["stop the replica"]);
      expect(await status("getslave")).to.include({
        Is_Replica: true,
        Slave_IO_Running: "No",
        Replica_SQL_Running: "No",
      });
    });

    it("refuses to reset what runs, and forgets", async () => {
      await on({ mode: "startreplica" });
      expect(await replica.complaint(mysqlReplication, { mode: "resetreplicaall" })).to.equal(
        "the replica runs; stop it by mode: stopreplica in an earlier task",
      );
      await on({ mode: "stopreplica" });
      const params = mysqlReplication.params.parse({ mode: "resetreplica" });
      await replica.host.send((await replica.host.look(mysqlReplication, params)).changes);
      expect(await status("getreplica")).to.include({ Is_Replica: true });
      expect(await on({ mode: "resetreplicaall" })).to.deep.equal(["forget the source"]);
      expect(await status("getreplica")).to.include({ Is_Replica: false });
    });

    it("knows several sources apart, whatever they are called", async () => {
      const named = flavor.flavor === "mysql" ? { channel: "it_s" } : { connection_name: "it's $& x" };
      expect(await on({ mode: "stopreplica", ...named })).to.deep.equal([]);
      expect(await on(source(named))).to.deep.equal(["set the source"]);
      expect(await on(source({ ...named, primary_user: "other" }))).to.deep.equal(["change the source: primary_user"]);
      expect(await on({ mode: "startreplica", ...named })).to.deep.equal(["start the replica"]);
      expect(await status("getreplica")).to.include({ Is_Replica: false });
      expect(await on({ mode: "stopreplica", ...named })).to.deep.equal(["stop the replica"]);
      expect(await on({ mode: "resetreplicaall", ...named })).to.deep.equal(["forget the source"]);
      const wrong = flavor.flavor === "mysql" ? { connection_name: "x" } : { channel: "x" };
      expect(await replica.complaint(mysqlReplication, { mode: "stopreplica", ...wrong })).to.match(
        /^M\w+ has no (channels|named connections); write/,
      );
    });

    it("empties the log every time", async () => {
      const params = mysqlReplication.params.parse({ mode: "resetprimary" });
      const { changes } = await primary.host.look(mysqlReplication, params);
      await primary.host.send(changes);
      expect(changes.map(({ summary }) => summary)).to.deep.equal(["empty the binary log"]);
      expect(await status("getprimary", primary)).to.include({ File: "binlog.000001" });
    });
  });
}
