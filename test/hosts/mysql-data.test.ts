import { expect } from "chai";
import { mysqlDb } from "../../src/modules/mysql_db.js";
import { mysqlVariables } from "../../src/modules/mysql_variables.js";
import { flavors, serve, type Served } from "./mysql-support.js";

/** Names that would be something else in a shell, in SQL or in an option file. */
const HOSTILE = ["da`ta'; DROP DATABASE mysql; -- x", '"$(touch /tmp/pwned)\\"', "-e", "a\nb", "größe"];

for (const flavor of flavors) {
  describe(`databases and variables of ${flavor.flavor}`, function () {
    this.timeout(120_000);
    let db: Served;

    before(async function () {
      this.timeout(600_000);
      db = await serve(`mysqldata-${flavor.flavor}`, flavor);
    });

    after(async () => {
      await db.host.close();
      await db.lab.down();
    });

    it("makes and removes databases, whatever they are called", async () => {
      const names = ["shop", ...HOSTILE];
      expect(await db.laws(mysqlDb, { name: names })).to.deep.equal(names.map((name) => `create database ${name}`));
      expect(await db.laws(mysqlDb, { name: names })).to.deep.equal([]);
      expect(await db.laws(mysqlDb, { name: [names[1], "more"], state: "present" })).to.deep.equal([
        "create database more",
      ]);
      const gone = [...HOSTILE, "more"];
      expect(await db.laws(mysqlDb, { name: gone, state: "absent" })).to.deep.equal(
        gone.map((name) => `drop database ${name}`),
      );
      expect(await db.sql("SHOW DATABASES LIKE 'shop'")).to.equal("shop\n");
      expect((await db.machine.exec("ls /tmp/pwned")).code).to.not.equal(0);
    });

    it("gives a new database its character set, and leaves one that is there alone", async () => {
      await db.laws(mysqlDb, { name: "old", encoding: "latin1", collation: "latin1_bin" });
      const ask = "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'old'";
      expect(await db.sql(ask)).to.equal("latin1_bin\n");
      expect(await db.laws(mysqlDb, { name: "old", encoding: "utf8mb4" })).to.deep.equal([]);
    });

    it("dumps and imports, compressed and not, readable for root only", async () => {
      await db.sql("CREATE TABLE shop.t (a INT, b TEXT); INSERT INTO shop.t VALUES (1, 'süß'), (2, NULL)");
      for (const target of ["/srv/all the shop.sql", "/srv/shop.sql.gz"]) {
        const dump = { name: "shop", state: "dump", target, single_transaction: true };
        const params = mysqlDb.params.parse(dump);
        const { changes } = await db.host.look(mysqlDb, params);
        const [outputs] = await db.host.send(changes);
        expect(outputs?.map(({ outcome, stderr }) => [outcome.kind, stderr.bytes.toString()])).to.deep.equal([
          ["exited", ""],
        ]);
        expect((await db.machine.exec(`stat -c %a '${target}'`)).stdout).to.equal("600\n");
        const into = { name: "copy`2", state: "import", target };
        await db.host.send((await db.host.look(mysqlDb, mysqlDb.params.parse(into))).changes);
        expect(await db.sql("SELECT * FROM `copy``2`.t")).to.equal("1\tsüß\n2\tNULL\n");
        await db.laws(mysqlDb, { name: "copy`2", state: "absent" });
      }
      expect((await db.machine.exec("ls -A /srv")).stdout).to.equal("all the shop.sql\nshop.sql.gz\n");
    });

    it("keeps the old dump when a new one fails", async () => {
      await db.machine.exec("echo old > /srv/kept.sql.gz");
      const dump = { name: "shop", state: "dump", target: "/srv/kept.sql.gz", dump_extra_args: "--no-such-option" };
      const { changes } = await db.host.look(mysqlDb, mysqlDb.params.parse(dump));
      const [outputs] = await db.host.send(changes);
      expect(outputs?.[0]?.outcome).to.deep.include({ kind: "exited", ok: false });
      expect((await db.machine.exec("cat /srv/kept.sql.gz; ls -A /srv | wc -l")).stdout).to.equal("old\n3\n");
      expect(await db.complaint(mysqlDb, { name: "nope", state: "dump", target: "/srv/x.sql" })).to.equal(
        "there is no database nope to dump; check its name",
      );
      expect(await db.complaint(mysqlDb, { name: "nope", state: "import", target: "/srv/x.sql" })).to.equal(
        "there is no /srv/x.sql on the host; bring the dump there in an earlier task",
      );
    });

    it("sets variables, and knows one that is right", async () => {
      const set = (variable: string, value: unknown, mode = "global") =>
        db.laws(mysqlVariables, { variable, value, mode });
      expect(await set("max_connections", 77)).to.deep.equal(["set max_connections to 77"]);
      expect(await set("max_connections", "77")).to.deep.equal([]);
      expect(await set("read_only", true)).to.deep.equal(["set read_only to ON"]);
      for (const value of [1, "ON", "yes", true]) expect(await set("READ_ONLY", value)).to.deep.equal([]);
      expect(await set("read_only", "0")).to.deep.equal(["set read_only to 0"]);
      // What the server makes of other values is not predicted.
      const plainly = async (variable: string, value: unknown) => {
        const params = mysqlVariables.params.parse({ variable, value });
        await db.host.send((await db.host.look(mysqlVariables, params)).changes);
        expect((await db.host.look(mysqlVariables, params)).changes).to.deep.equal([]);
      };
      await plainly("init_connect", "SET @x = 'it''s \\\\'");
      expect(await db.sql("SELECT @@GLOBAL.init_connect = 'SET @x = \\'it\\'\\'s \\\\\\\\\\''")).to.equal("1\n");
      await plainly("init_connect", "");
      await plainly("long_query_time", "2.5");
      expect(await set("long_query_time", "2.50")).to.deep.equal([]);
      expect(await db.complaint(mysqlVariables, { variable: "no_such" })).to.equal(
        "the server has no global variable no_such; check its name",
      );
    });

    it("keeps variables over a restart where the server can", async () => {
      const args = { variable: "max_connections", value: 88, mode: "persist" };
      if (flavor.flavor === "mariadb") {
        expect(await db.complaint(mysqlVariables, args)).to.contain("MariaDB cannot persist max_connections");
        return;
      }
      expect(await db.laws(mysqlVariables, args)).to.deep.equal(["set max_connections to 88"]);
      expect(await db.laws(mysqlVariables, { ...args, value: 99, mode: "persist_only" })).to.deep.equal([
        "set max_connections to 99",
      ]);
      expect(await db.sql("SELECT @@GLOBAL.max_connections")).to.equal("88\n");
      await db.machine.exec("systemctl restart mysql");
      expect(await db.laws(mysqlVariables, args)).to.deep.equal(["set max_connections to 88"]);
    });

    it("shows no password to others of the host, nor in errors", async () => {
      const wrong = {
        name: "x",
        login_user: "nobody'\"\\#",
        login_password: "canary'\"\\# \n7f",
        login_host: "localhost",
      };
      const complaint = await db.complaint(mysqlDb, wrong);
      expect(complaint).to.match(/the database server does not let in: ERROR \d+ \(28000\)/);
      expect(complaint).to.contain(`Access denied for user 'nobody'"\\#'@'localhost'`);
      expect(complaint).to.not.contain("canary");
    });
  });
}
