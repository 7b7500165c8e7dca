import { expect } from "chai";
import type { ExecStep } from "../../../src/contract/step.js";
import { mysqlUser } from "../../../src/modules/mysql_user.js";
import { accepts } from "../../../src/probes/mysql/password-hash.js";
import { parsed, problems } from "./support.js";

/** As a server of MySQL 9 kept it. */
const KEPT = Buffer.from(
  "244124303041242E5655237916130E03673974060752101B72797633666931413851647631494730454354504F7779364E35644356504F35624D30594C3237546E6D626F3744",
  "hex",
).toString("latin1");
const NOBODY = { key: { name: "app", host: "%" }, account: null, ways: [], letsIn: false };

describe("mysql_user", () => {
  it("tells a password by the hash that MySQL keeps", () => {
    const way = { plugin: "caching_sha2_password", hash: KEPT };
    expect([accepts(way, "Tr0ub4dor&3 ü"), accepts(way, "Tr0ub4dor&3 u")]).to.deep.equal([true, false]);
  });

  it("refuses what cannot be meant", () => {
    const wrong = (args: object) => problems(mysqlUser, { name: "x", ...args });
    expect(problems(mysqlUser, {})).to.deep.equal([": needs name"]);
    expect(wrong({ password: "" })).to.deep.equal(["password: is empty; leave it out for an account without one"]);
    expect(wrong({ password: "plain", encrypted: true })).to.deep.equal([
      "password: is no hash; write * and 40 hexadecimal digits, or what caching_sha2_password keeps",
    ]);
    expect(wrong({ priv: "db:SELECT" })).to.deep.equal(['priv: "db" is no target; write it as db.table, db.* or *.*']);
    expect(wrong({ priv: "a.b:SELECT; DROP" })).to.deep.equal(['priv: "SELECT; DROP" is no privilege']);
    expect(wrong({ priv: "a.b" })).to.deep.equal(['priv: "a.b" is no db.table:PRIV,PRIV']);
    expect(wrong({ append_privs: true, subtract_privs: true })).to.deep.equal([
      ": takes only one of append_privs and subtract_privs",
    ]);
    expect(wrong({ plugin: "ed25519", plugin_auth_string: "x" })).to.deep.equal([
      "plugin_auth_string: cannot be compared with what that plugin keeps; write plugin_hash_string",
    ]);
    expect(wrong({ plugin: "a b" })).to.deep.equal(["plugin: is not the name of a plugin"]);
    expect(wrong({ tls_requires: { tls: true } })).to.deep.equal([
      "tls_requires: takes ssl, x509, subject, issuer, cipher, not tls",
    ]);
  });

  const plan = (args: object, flavor: "mariadb" | "mysql", seen: object = {}) => {
    const given = parsed(mysqlUser, { name: "app", host: "%", ...args });
    return mysqlUser.diff({ flavor, accounts: [{ ...NOBODY, ...seen }] }, given);
  };
  const sqlOf = (changes: ReturnType<typeof plan>): readonly string[] =>
    (changes.flatMap(({ steps }) => steps) as readonly ExecStep[]).flatMap(({ stdin }) =>
      stdin?.kind === "bytes"
        ? Buffer.from(stdin.bytes)
            .toString()
            .split("\n")
            .filter((line) => /USER|GRANT|REVOKE/.test(line))
        : [],
    );

  it("makes an account in the words of each server", () => {
    const args = { password: "it's", tls_requires: { ssl: null }, priv: { "shop.*": "SELECT,GRANT" } };
    const tail = ["GRANT SELECT ON `shop`.* TO `app`@`%` WITH GRANT OPTION;"];
    expect(sqlOf(plan(args, "mysql"))).to.deep.equal([
      "CREATE USER `app`@`%` IDENTIFIED BY 'it''s' REQUIRE SSL;",
      ...tail,
    ]);
    expect(sqlOf(plan(args, "mariadb"))).to.deep.equal([
      "CREATE USER `app`@`%` IDENTIFIED VIA mysql_native_password USING PASSWORD('it''s') REQUIRE SSL;",
      ...tail,
    ]);
  });

  it("shows no password, not even in the names of questions", () => {
    const changes = plan({ password: "canary-7f", login_password: "canary-8e" }, "mysql");
    const seen = changes.map(({ summary, title, before, after, effects, steps }) => [
      ...[summary, title, before, after],
      effects.map((effect) => ("query" in effect ? [effect.query.id, effect.query.subjects, effect.value] : effect)),
      steps.map((step) => step.do === "exec" && step.argv),
    ]);
    expect(JSON.stringify(seen)).to.not.contain("canary");
  });

  const account = (grants: object) => ({
    account: { tls: { kind: "none" }, limits: {}, grants },
    ways: [{ plugin: "unix_socket", hash: "" }],
  });

  it("takes away before it gives, and all before less", () => {
    const seen = account({ "*.*": ["ALL"], "`a`.*": ["GRANT", "SELECT"] });
    expect(sqlOf(plan({ priv: "*.*:SELECT/b.*:ALL" }, "mysql", seen))).to.deep.equal([
      "REVOKE ALL PRIVILEGES ON *.* FROM `app`@`%`;",
      "REVOKE SELECT ON `a`.* FROM `app`@`%`;",
      "REVOKE GRANT OPTION ON `a`.* FROM `app`@`%`;",
      "GRANT SELECT ON *.* TO `app`@`%`;",
      "GRANT ALL ON `b`.* TO `app`@`%`;",
    ]);
    expect(sqlOf(plan({ priv: "a.*:SELECT,GRANT", append_privs: true }, "mysql", seen))).to.deep.equal([]);
  });

  it("leaves MariaDB's socket beside a password", () => {
    expect(sqlOf(plan({ password: "x" }, "mariadb", account({})))).to.deep.equal([
      "ALTER USER `app`@`%` IDENTIFIED VIA mysql_native_password USING PASSWORD('x') OR unix_socket;",
    ]);
  });
});
