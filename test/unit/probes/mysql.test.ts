import { expect } from "chai";
import { grantsOf, privilegesOf, splitOutside, targetOf } from "../../../src/probes/mysql/grants.js";
import { optionLines } from "../../../src/probes/mysql/login.js";
import { accepts, nativeHash } from "../../../src/probes/mysql/password-hash.js";
import { accountName, hexText, identifier, text } from "../../../src/probes/mysql/sql.js";
import { asText, resultsOf } from "../../../src/probes/mysql/xml.js";

describe("what is said to a database server", () => {
  it("quotes names and texts, whatever is in them", () => {
    expect(identifier("a`b")).to.equal("`a``b`");
    expect(accountName("a'b", "10.%")).to.equal("`a'b`@`10.%`");
    expect(text("it's\n\\ \0")).to.equal("'it''s\\n\\\\ \\0'");
    expect(hexText("ü'")).to.equal("_utf8mb4 X'c3bc27'");
  });

  it("writes option files that say what was meant", () => {
    const lines = optionLines({ user: "a b", password: "\"'\\#\n", port: 3307, connectTimeoutSeconds: 5 });
    expect(lines).to.deep.equal([
      "[client]",
      'user="a b"',
      'password="\\"\\\'\\\\#\\n"',
      'port="3307"',
      'protocol="tcp"',
      "[mysql]",
      "connect-timeout=5",
    ]);
  });
});

describe("what a database server answers", () => {
  const xml = (rows: string) =>
    `<?xml version="1.0"?>\n\n<resultset statement="x &lt; &quot;" xmlns:xsi="y">${rows}</resultset>\n`;

  it("is rows, NULL is no text, and data is no markup", () => {
    const row =
      '<row>\n\t<field name="a&lt;">1 &lt;/row&gt; &amp;amp;</field>\n\t<field name="n" xsi:nil="true" /></row>';
    const [first, second] = resultsOf(xml(row) + xml(""));
    expect(first?.map(asText)).to.deep.equal([{ "a<": "1 </row> &amp;", n: null }]);
    expect(second).to.deep.equal([]);
  });

  it("is refused when its end is missing", () => {
    expect(() => resultsOf(xml("<row></row>").slice(0, -15))).to.throw("ends too early");
  });
});

describe("privileges", () => {
  it("are the same, however they are written", () => {
    expect(targetOf("db.*")).to.equal("`db`.*");
    expect(targetOf(' "d.b" . `t``x` '.replace(/ \. /, "."))).to.equal("`d.b`.`t``x`");
    expect(targetOf("function f.g")).to.equal("FUNCTION `f`.`g`");
    expect(targetOf("*.*")).to.equal("*.*");
    expect(() => targetOf("db")).to.throw(SyntaxError, '"db" is no target; write it as db.table, db.* or *.*');
    expect(privilegesOf("select , Update( a,`b)c`), usage, all  privileges", "mysql")).to.deep.equal([
      "SELECT",
      "UPDATE (`a`)",
      "UPDATE (`b)c`)",
      "ALL",
    ]);
    expect(privilegesOf("REPLICATION CLIENT", "mariadb")).to.deep.equal(["BINLOG MONITOR"]);
    expect(privilegesOf("REPLICATION CLIENT", "mysql")).to.deep.equal(["REPLICATION CLIENT"]);
    expect(splitOutside("a,`b,c`,d(e,f)", ",")).to.deep.equal(["a", "`b,c`", "d(e,f)"]);
  });

  it("are read from either server's lines", () => {
    const lines = [
      "GRANT RELOAD, PROCESS ON *.* TO `a b`@`%` IDENTIFIED BY PASSWORD '*51' REQUIRE SUBJECT 'x' WITH GRANT OPTION",
      "GRANT SELECT, INSERT ON `da``ta\\_x`.* TO `a b`@`%` WITH GRANT OPTION",
      "GRANT SELECT (`id`), INSERT, UPDATE (`c ON d`, `id`) ON `da`.`t/1` TO `a b`@`%`",
      "GRANT USAGE ON *.* TO `a b`@`%`",
      "GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE `d`.`p` TO `a b`@`%`",
      "GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION",
      "GRANT `reader`@`%` TO `a b`@`%`",
      "REVOKE SELECT ON `mysql`.* FROM `a b`@`%`",
    ];
    expect(grantsOf(lines, "mysql")).to.deep.equal({
      "*.*": ["PROCESS", "RELOAD"],
      "`da``ta\\_x`.*": ["GRANT", "INSERT", "SELECT"],
      "`da`.`t/1`": ["INSERT", "SELECT (`id`)", "UPDATE (`c ON d`)", "UPDATE (`id`)"],
      "PROCEDURE `d`.`p`": ["ALTER ROUTINE", "EXECUTE"],
    });
  });
});

describe("passwords and their hashes", () => {
  it("knows MariaDB's", () => {
    const way = { plugin: "mysql_native_password", hash: "*B69027D44F6E5EDC07F1AEAD1477967B16F28227" };
    expect([accepts(way, "x"), accepts(way, "y"), nativeHash("x")]).to.deep.equal([true, false, way.hash]);
  });

  it("takes no password for none, and no plugin for another", () => {
    expect(accepts({ plugin: "mysql_native_password", hash: "" }, "x")).to.equal(false);
    expect(accepts({ plugin: "mysql_native_password", hash: "" }, "")).to.equal(true);
    expect(accepts({ plugin: "unix_socket", hash: "" }, "")).to.equal(false);
    expect(accepts({ plugin: "caching_sha2_password", hash: "$A$005$short" }, "x")).to.equal(false);
  });
});
