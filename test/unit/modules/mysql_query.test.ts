import { expect } from "chai";
import { mysqlInfo } from "../../../src/modules/mysql_info.js";
import { mysqlQuery } from "../../../src/modules/mysql_query.js";
import { kindOf, touchedBy } from "../../../src/modules/support/mysql/statement-kind.js";
import { plainValue } from "../../../src/probes/mysql/xml.js";
import { parsed, problems } from "./support.js";

describe("mysql_query", () => {
  const filled = (query: string, args: object) => parsed(mysqlQuery, { query, ...args }).queries;

  it("fills in values so that they stay values", () => {
    const args = ["it's", "back\\slash", 5, -1.5, null, true, [1, "b"]];
    expect(filled("SELECT %s, %s, %s, %s, %s, %s, %s, 100%%", { positional_args: args })).to.deep.equal([
      "SELECT 'it''s', _utf8mb4 X'6261636b5c736c617368', 5, -1.5, NULL, TRUE, (1, 'b'), 100%",
    ]);
    expect(filled("SELECT %(a)s, %(b)s, %(a)s", { named_args: { a: "%(b)s", b: 1 } })).to.deep.equal([
      "SELECT '%(b)s', 1, '%(b)s'",
    ]);
    expect(filled("SELECT '%s%' ; ", {})).to.deep.equal(["SELECT '%s%'"]);
  });

  it("refuses values that do not fit", () => {
    const wrong = (query: string, args: object) => problems(mysqlQuery, { query, ...args });
    expect(wrong("%s %s", { positional_args: [1] })).to.deep.equal(["query: has more %s than positional_args (1)"]);
    expect(wrong("%s", { positional_args: [1, 2] })).to.deep.equal(["query: has 1 %s for 2 positional_args"]);
    expect(wrong("%(x)s", { named_args: { constructor: 1 } })).to.deep.equal([
      "query: names %(x)s, which is not among named_args",
    ]);
    expect(wrong("LIKE 'a%' %s", { positional_args: [1] })[0]).to.contain("write %s for an argument and %% for %");
    expect(wrong("%s", { positional_args: [{}] })[0]).to.contain("has an argument that is no text");
    expect(wrong(" ", {})).to.deep.equal(["query: must be a value or a list of them"]);
    expect(wrong("x", { positional_args: [], named_args: {} })).to.include(
      ": takes only one of positional_args and named_args",
    );
  });

  it("knows statements that only look", () => {
    const kinds = {
      read: [
        "SELECT 1",
        " -- x\n#y\n/* z */ (select 1)",
        "show tables",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "desc t",
      ],
      look: ["SELECT * FROM t FOR UPDATE", "SELECT 1 INTO @x", "SELECT GET_LOCK('a', 1)", "SELECT NEXTVAL(s)"],
      rows: ["insert into t values (1)", "WITH a AS (SELECT 1) DELETE FROM t"],
      session: ["SET @x = 1", "USE shop", "set names utf8"],
      other: [
        ...["SET GLOBAL x = 1", "SET @@GLOBAL.x = 1", "SELECT 1 INTO OUTFILE '/x'", "CALL p()", "/*! DROP TABLE t */"],
        ...["TRUNCATE t", "GRANT x ON y TO z", "/*M! DROP TABLE t */", "SET PASSWORD = 'x'"],
      ],
    };
    for (const [kind, statements] of Object.entries(kinds))
      for (const statement of statements) expect(kindOf(statement), statement).to.equal(kind);
  });

  it("knows what a statement may touch", () => {
    const data = "system:mysql/data";
    expect(touchedBy("INSERT INTO t VALUES (1)")).to.deep.equal([data]);
    expect(touchedBy("create or replace table t (id int)")).to.deep.equal([data]);
    expect(touchedBy("DROP DATABASE x")).to.deep.equal([data, "system:mysql/database/*"]);
    expect(touchedBy("GRANT ALL ON *.* TO x")).to.include("system:mysql/account/*");
    expect(touchedBy("SET GLOBAL x = 1")).to.deep.equal(["system:mysql/variable/*", "system:mysql/settings"]);
    for (const statement of ["UPDATE `mysql`.user SET x = 1", "CALL p()", "/*! DROP USER x */", "CREATE SERVER s"])
      expect(touchedBy(statement), statement).to.deep.equal(["system:mysql/*"]);
    expect(touchedBy("SELECT 1 FOR UPDATE")).to.deep.equal([]);
  });

  it("takes for numbers what says the same as one", () => {
    const values = ["5", "-1.5", "0", "007", "1.50", "9007199254740993", "1e3", "", "-0", null];
    expect(values.map(plainValue)).to.deep.equal([
      5,
      -1.5,
      0,
      "007",
      "1.50",
      "9007199254740993",
      "1e3",
      "",
      "-0",
      null,
    ]);
  });
});

describe("mysql_info", () => {
  it("takes what is wanted, or all but what is not", () => {
    expect(parsed(mysqlInfo, { filter: "version,!users" }).subsets).to.deep.equal(["version"]);
    expect(parsed(mysqlInfo, { filter: ["!users", "!settings"] }).subsets)
      .to.include("engines")
      .and.not.include("users");
    expect(problems(mysqlInfo, { filter: "versions" })[0]).to.match(
      /^filter: "versions" is not one of version, databases/,
    );
  });
});
