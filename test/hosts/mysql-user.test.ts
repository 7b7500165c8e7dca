import { expect } from "chai";
import { mysqlDb } from "../../src/modules/mysql_db.js";
import { mysqlUser } from "../../src/modules/mysql_user.js";
import { flavors, serve, type Served } from "./mysql-support.js";

const HOSTILE = "o'`\"\\ ;\n-- x";
/** A password that would be cut, or be something else, in an option file, in SQL or in a shell. */
const PASSWORD = "canary'\"\\#` $(id) ü;\n7f";

for (const flavor of flavors) {
  describe(`accounts of ${flavor.flavor}`, function () {
    this.timeout(120_000);
    let db: Served;

    before(async function () {
      this.timeout(600_000);
      db = await serve(`mysqluser-${flavor.flavor}`, flavor);
    });

    after(async () => {
      await db.host.close();
      await db.lab.down();
    });

    const users = (args: object) => db.laws(mysqlUser, args);
    const canLogIn = async (name: string, password: string) => {
      const given = { name: "none", login_user: name, login_password: password, state: "absent" };
      const complaint = await db.complaint(mysqlDb, given);
      expect(complaint).to.match(/^$|does not let in/);
      return complaint === "";
    };

    it("makes an account with a password that lets it in, and changes that", async () => {
      const app = { name: "app", password: PASSWORD };
      expect(await users(app)).to.deep.equal(["create account app@localhost"]);
      expect(await users(app)).to.deep.equal([]);
      expect([await canLogIn("app", PASSWORD), await canLogIn("app", "wrong")]).to.deep.equal([true, false]);
      expect(await users({ ...app, password: "another", update_password: "on_create" })).to.deep.equal([]);
      expect(await users({ ...app, password: "another" })).to.deep.equal(["change account app@localhost: password"]);
      expect([await canLogIn("app", PASSWORD), await canLogIn("app", "another")]).to.deep.equal([false, true]);
    });

    it("takes a hash as the server keeps it", async () => {
      const sql =
        flavor.flavor === "mariadb"
          ? "SELECT authentication_string FROM mysql.user WHERE User = 'app'"
          : "SELECT CONVERT(authentication_string USING utf8mb4) FROM mysql.user WHERE User = 'app'";
      const plain = flavor.flavor === "mysql";
      const hash = plain ? `$A$005$${"s".repeat(20)}${"a".repeat(43)}` : (await db.sql(sql)).trim();
      const copy = { name: "copy", host: "10.%", password: hash, encrypted: true };
      expect(await users(copy)).to.deep.equal(["create account copy@10.%"]);
      expect(await users(copy)).to.deep.equal([]);
      if (!plain) expect(await users({ name: "copy", host: "10.%", password: "another" })).to.deep.equal([]);
      expect(await users({ name: "copy", host: "10.%", password: "x1" })).to.deep.equal([
        "change account copy@10.%: password",
      ]);
      expect(await users(copy)).to.deep.equal(["change account copy@10.%: password"]);
      expect(await users({ name: "copy", host_all: true, state: "absent" })).to.deep.equal([
        "remove account copy@10.%",
      ]);
    });

    it("works with any name, and finds no other", async () => {
      await users({ name: HOSTILE, host: "%", password: "x1", priv: { "`a``'b`.*": "SELECT" } });
      expect(await users({ name: HOSTILE, host: "%", priv: { "`a``'b`.*": "SELECT" } })).to.deep.equal([]);
      expect(await users({ name: HOSTILE.toUpperCase(), host: "%", state: "absent" })).to.deep.equal([]);
      expect(await users({ name: HOSTILE, host: "%", state: "absent" })).to.deep.equal([`remove account ${HOSTILE}@%`]);
      expect(await db.sql("SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'o%'")).to.equal("0\n");
    });

    const may = (priv: unknown, more: object = {}) => users({ name: "app", priv, ...more });
    const grants = async () =>
      (await db.sql("SHOW GRANTS FOR app@localhost"))
        .trim()
        .split("\n")
        .map((line) => line.replace(/ IDENTIFIED .*/, ""));

    it("gives exactly the privileges that are wanted", async () => {
      await db.sql("CREATE DATABASE shop; CREATE TABLE shop.t (id INT, c INT); CREATE PROCEDURE shop.p() SELECT 1");
      const wanted = "shop.*:select, INSERT/shop.t:SELECT(id,c),UPDATE (c)/*.*:PROCESS,REPLICATION CLIENT";
      expect(await may(wanted)).to.deep.equal(["change account app@localhost: privileges"]);
      expect(await may(wanted)).to.deep.equal([]);
      expect(await may({ "shop.*": ["INSERT", "SELECT"], "shop.t": "UPDATE(c),SELECT(c),SELECT(id)" })).to.have.length(
        1,
      );
      expect(await grants()).to.deep.equal([
        "GRANT USAGE ON *.* TO `app`@`localhost`",
        "GRANT SELECT, INSERT ON `shop`.* TO `app`@`localhost`",
        (await grants())[2],
      ]);
      expect(await may({ "PROCEDURE shop.p": "EXECUTE,GRANT" })).to.have.length(1);
      expect(await may({ "procedure `shop`.`p`": "ALL" })).to.have.length(1);
      expect(await may({ "PROCEDURE shop.p": "ALTER ROUTINE,EXECUTE" })).to.deep.equal([]);
      expect(await may("*.*:USAGE")).to.have.length(1);
      expect(await grants()).to.deep.equal(["GRANT USAGE ON *.* TO `app`@`localhost`"]);
    });

    it("knows all privileges, and the right to pass them on", async () => {
      for (const target of ["shop.*", "*.*", "shop.t"]) {
        expect(await may({ [target]: "ALL,GRANT" })).to.have.length(1);
        expect(await may({ [target]: "ALL PRIVILEGES,GRANT" }), target).to.deep.equal([]);
        expect(await may({ [target]: "ALL" })).to.have.length(1);
        expect(await may({ [target]: "ALL" })).to.deep.equal([]);
        expect(await may({ [target]: "SELECT,GRANT" })).to.have.length(1);
        expect(await may({ [target]: "SELECT" })).to.have.length(1);
        expect(await may({ [target]: "SELECT" })).to.deep.equal([]);
      }
    });

    it("adds and takes away", async () => {
      expect(await may("shop.*:SELECT,INSERT/*.*:PROCESS")).to.have.length(1);
      expect(await may("shop.*:UPDATE", { append_privs: true })).to.have.length(1);
      expect(await may("shop.*:UPDATE", { append_privs: true })).to.deep.equal([]);
      expect(await may("shop.*:SELECT,DELETE", { subtract_privs: true })).to.have.length(1);
      expect(await may("shop.*:SELECT,DELETE", { subtract_privs: true })).to.deep.equal([]);
      expect(await may("shop.*:UPDATE,INSERT/*.*:PROCESS")).to.deep.equal([]);
      expect(await may("*.*:ALL", { subtract_privs: true })).to.have.length(1);
      expect(await may("shop.*:UPDATE,INSERT")).to.deep.equal([]);
    });

    it("requires TLS and limits", async () => {
      const app = (args: object) => users({ name: "app", ...args });
      for (const tls of [
        { ssl: null },
        { X509: true },
        { subject: "/CN=o'x\\", issuer: "/O=y" },
        { cipher: "ECDHE-ECDSA-AES256-GCM-SHA384" },
        null,
      ]) {
        expect(await app({ tls_requires: tls })).to.deep.equal(["change account app@localhost: TLS requirements"]);
        expect(await app({ tls_requires: tls, priv: "shop.*:UPDATE,INSERT" })).to.deep.equal([]);
        expect(await app({})).to.deep.equal([]);
      }
      const limits = { MAX_USER_CONNECTIONS: 5, MAX_QUERIES_PER_HOUR: 100 };
      expect(await app({ resource_limits: limits })).to.deep.equal(["change account app@localhost: limits"]);
      expect(await app({ resource_limits: { MAX_USER_CONNECTIONS: 5 } })).to.deep.equal([]);
      const all = {
        password: "z9z9",
        host: "%",
        tls_requires: { ssl: true },
        resource_limits: limits,
        priv: "shop.*:ALL",
      };
      expect(await app(all)).to.deep.equal(["create account app@%"]);
      expect(await app({ host_all: true, password: "z9z9" })).to.deep.equal(["change account app@localhost: password"]);
    });

    it("keeps root's way in by the socket beside a password, and its privileges", async () => {
      if (flavor.flavor === "mysql") {
        expect(await users({ name: "root", priv: "shop.*:SELECT", plugin: "auth_socket" })).to.have.length(1);
        expect(await db.sql("SELECT 1")).to.equal("1\n");
        return;
      }
      expect(await users({ name: "root", password: "r00t", priv: "shop.*:SELECT" })).to.have.length(1);
      expect(await users({ name: "root", password: "r00t" })).to.deep.equal([]);
      expect(await db.sql("SELECT 1")).to.equal("1\n");
      expect(await canLogIn("root", "r00t")).to.equal(true);
      expect((await db.sql("SHOW GRANTS")).split("\n")[0]).to.match(/^GRANT ALL PRIVILEGES ON \*\.\*/);
    });

    it("gives no client a password as an argument or in its environment", async () => {
      const { client } = flavor;
      const spy = `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } >>/root/seen\nexec /usr/bin/${client} "$@"\n`;
      await db.machine.exec(`cat >/usr/local/bin/${client}; chmod 755 /usr/local/bin/${client}`, spy);
      await db.sql(
        "CREATE USER spied@localhost IDENTIFIED BY 'canary-8e'; GRANT ALL ON *.* TO spied@localhost WITH GRANT OPTION",
      );
      const login = { login_user: "spied", login_password: "canary-8e" };
      expect(await users({ name: "new", password: "canary-7f", ...login })).to.deep.equal([
        "create account new@localhost",
      ]);
      const seen = (await db.machine.exec("cat /root/seen; rm -f /root/seen /usr/local/bin/*; ls /tmp /root")).stdout;
      expect(seen).to.contain("--defaults-file=/dev/fd/3").and.not.contain("canary");
    });

    it("says what the server refuses, without the password", async () => {
      const said = async (priv: string) => {
        const params = mysqlUser.params.parse({ name: "x", password: "canary-7f", priv });
        const [outputs] = await db.host.send((await db.host.look(mysqlUser, params)).changes);
        return outputs?.[0]?.stderr.bytes.toString();
      };
      expect(await said("nope.t:SELECT")).to.equal("ERROR 1146 (42S02) at line 3: Table 'nope.t' doesn't exist\n");
      expect(await said("*.*:NO SUCH THING")).to.match(
        /^ERROR \d+ \(\w+\) at line 2: You have an error in your SQL syntax[^\n']*\n$/,
      );
      expect((await db.machine.exec("ls /root/.mysql_history /tmp")).stdout).to.not.match(/history|fettle/);
    });
  });
}
