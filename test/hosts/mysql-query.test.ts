import { expect } from "chai";
import { mysqlInfo } from "../../src/modules/mysql_info.js";
import { mysqlQuery } from "../../src/modules/mysql_query.js";
import { makeTask } from "../support/plays.js";
import { flavors, serve, type Served } from "./mysql-support.js";
import { play } from "./support.js";

const HOSTILE = [
  "it's",
  "a\\'; DROP TABLE shop.t; -- ",
  "%s %",
  "<row>&amp;</row>\n]]>",
  "süß 🐬",
  "\\! touch /tmp/pwned",
];

for (const flavor of flavors) {
  describe(`queries of ${flavor.flavor}`, function () {
    this.timeout(120_000);
    let db: Served;

    before(async function () {
      this.timeout(600_000);
      db = await serve(`mysqlquery-${flavor.flavor}`, flavor);
      await db.sql(
        "CREATE DATABASE shop; CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(99), d DECIMAL(5,2))",
      );
    });

    after(async () => {
      await db.host.close();
      await db.lab.down();
    });

    /** What a run registers, and how many changes it was. */
    const run = async (args: object) => {
      const params = mysqlQuery.params.parse({ login_db: "shop", ...args });
      const { state, changes, waves } = await db.host.look(mysqlQuery, params);
      const outputs = await db.host.send(changes);
      const said = outputs[0]?.[0];
      const stderr = said?.stderr.bytes.toString() ?? "";
      const result: Readonly<Record<string, unknown>> = mysqlQuery.result?.(outputs, params, state) ?? {};
      return { count: changes.length, waves, stderr, ...result } as Readonly<Record<string, unknown>>;
    };

    it("writes and reads any value", async () => {
      const insert = "INSERT INTO t (v, d) VALUES (%s, 1.50)";
      for (const value of HOSTILE) {
        const done = await run({ query: insert, positional_args: [value] });
        expect(done).to.include({ count: 1, changed: true, stderr: "" });
        expect(done["rowcount"]).to.deep.equal([1]);
      }
      const read = await run({
        query: "SELECT * FROM t WHERE v IN %(values)s ORDER BY id;",
        named_args: { values: HOSTILE },
      });
      expect(read).to.include({ count: 0, waves: 1, changed: false });
      const rows = HOSTILE.map((v, i) => ({ id: i + 1, v, d: "1.50" }));
      expect(read["query_result"]).to.deep.equal([rows]);
      expect(read["rowcount"]).to.deep.equal([6]);
      expect((await db.machine.exec("ls /tmp/pwned")).code).to.not.equal(0);
    });

    it("tells whether anything changed", async () => {
      const changed = async (query: string | readonly string[]) => (await run({ query }))["changed"];
      expect(await changed("UPDATE t SET v = 'x' WHERE id = 999")).to.equal(false);
      expect(await changed(["SELECT 1", "/* why */ DELETE FROM t WHERE id = 1"])).to.equal(true);
      expect(await changed("CREATE TABLE IF NOT EXISTS t (id INT)")).to.equal(false);
      expect(await changed("CREATE TABLE IF NOT EXISTS u (id INT)")).to.equal(true);
      expect(await changed("DROP TABLE IF EXISTS nothing")).to.equal(false);
      expect(await changed("SET @x = 1")).to.equal(false);
      expect(await changed("SELECT id FROM t WHERE id = 2 FOR UPDATE")).to.equal(false);
    });

    it("gives the rows of what runs at its turn", async () => {
      const query = ["SET @x = 5", "SELECT @x AS x, NULL AS n, '007' AS s UNION SELECT 6, 'NULL', ''", "DO 1"];
      const done = await run({ query });
      expect(done["query_result"]).to.deep.equal([
        [],
        [
          { x: 5, n: null, s: "007" },
          { x: 6, n: "NULL", s: "" },
        ],
        [],
      ]);
      expect(done["rowcount"]).to.deep.equal([0, 2, 0]);
    });

    it("keeps all or nothing in one transaction, and says why it failed", async () => {
      const query = ["INSERT INTO t (v) VALUES ('half')", "INSERT INTO t (id) VALUES (2)"];
      expect((await run({ query, single_transaction: true }))["stderr"]).to.match(
        /^ERROR 1062 \(23000\) .*Duplicate entry '2'/,
      );
      expect((await run({ query: "SELECT COUNT(*) AS n FROM t WHERE v = 'half'" }))["query_result"]).to.deep.equal([
        [{ n: 0 }],
      ]);
      const complaint = await db.complaint(mysqlQuery, { login_db: "shop", query: "SELECT * FROM nope" });
      expect(complaint).to.equal("cannot read system mysql/data: Table 'shop.nope' doesn't exist");
      expect(await db.complaint(mysqlQuery, { query: "SELECT 'open" })).to.match(
        /error in your SQL syntax|ends too early/,
      );
    });

    it("does not let a query that looks harmless write early", async () => {
      const body = "BEGIN INSERT INTO shop.t (v) VALUES ('sly'); RETURN 1; END$";
      await db.sql(
        `SET GLOBAL log_bin_trust_function_creators = 1;\nDELIMITER $\nCREATE FUNCTION shop.sly() RETURNS INT MODIFIES SQL DATA ${body}`,
      );
      const params = mysqlQuery.params.parse({ login_db: "shop", query: "SELECT sly() AS n" });
      const { changes } = await db.host.look(mysqlQuery, params);
      expect(changes).to.have.length(1);
      expect(await db.sql("SELECT COUNT(*) FROM shop.t WHERE v = 'sly'")).to.equal("0\n");
    });

    it("asks again what an earlier task of a play changes", async () => {
      const tasks = [
        makeTask(mysqlQuery, { args: { login_db: "shop", query: "SELECT COUNT(*) AS n FROM later" } }),
        makeTask(mysqlQuery, { args: { query: "CREATE TABLE shop.later (id INT)" } }),
      ].reverse();
      expect((await play(db.machine, "plan", tasks, [])).verdicts.map((line) => line.split(": ")[1])).to.deep.equal([
        "changed",
        "unknown",
      ]);
      expect((await play(db.machine, "apply", tasks, [])).verdicts.map((line) => line.split(": ")[1])).to.deep.equal([
        "changed",
        "ok",
      ]);
    });

    it("tells of the server", async () => {
      const info = async (args: object) => {
        const params = mysqlInfo.params.parse(args);
        const { state, waves } = await db.host.look(mysqlInfo, params);
        expect(waves).to.be.at.most(2);
        return mysqlInfo.result?.([], params, state) ?? {};
      };
      const all = await info({});
      expect(all).to.have.all.keys(
        ...[
          "changed",
          "server_engine",
          "version",
          "databases",
          "settings",
          "global_status",
          "engines",
          "users",
          "users_info",
        ],
        ...["master_status", "primary_status", "slave_status", "replica_status", "slave_hosts", "replica_hosts"],
      );
      expect(all["server_engine"]).to.equal(flavor.flavor === "mysql" ? "MySQL" : "MariaDB");
      expect(all["version"]).to.include(flavor.flavor === "mysql" ? { major: 9 } : { major: 10, minor: 11 });
      expect(all["databases"]).to.have.nested.property("shop.size").that.is.a("number");
      expect(all["settings"]).to.include({ port: 3306 });
      expect(all["users"]).to.have.nested.property("localhost.root.Select_priv", "Y");
      expect(JSON.stringify(all)).to.not.contain('authentication_string":');
      expect(
        (all["users_info"] as { name: string; priv: string }[]).find(({ name }) => name === "root")?.priv,
      ).to.equal("*.*:ALL,GRANT");
      expect(Object.keys(await info({ filter: ["!settings,!users", "version"] }))).to.deep.equal([
        "changed",
        "server_engine",
        "version",
      ]);
    });
  });
}
