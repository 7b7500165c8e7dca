import { expect } from "chai";
import { mysqlDb } from "../../../src/modules/mysql_db.js";
import { mysqlVariables } from "../../../src/modules/mysql_variables.js";
import type { ExecStep } from "../../../src/contract/step.js";
import { parsed, problems } from "./support.js";

describe("mysql_db", () => {
  it("takes one name, several, or several with commas", () => {
    expect(parsed(mysqlDb, { name: "a, b" }).names).to.deep.equal(["a", "b"]);
    expect(parsed(mysqlDb, { db: ["a,b", "c", "c"] }).names).to.deep.equal(["a,b", "c"]);
  });

  it("refuses what cannot be meant", () => {
    expect(problems(mysqlDb, {})).to.deep.equal([": needs name"]);
    expect(problems(mysqlDb, { name: "all" })).to.deep.equal(["name: all is only for state dump and import"]);
    expect(problems(mysqlDb, { name: "a", state: "dump" })).to.deep.equal([
      ": needs target with state dump and import",
    ]);
    expect(problems(mysqlDb, { name: "sys", state: "absent" })).to.deep.equal([
      "name: names a database of the server's own, which cannot do without it",
    ]);
    expect(problems(mysqlDb, { name: "a", encoding: "utf8; DROP" })).to.deep.equal([
      "encoding: is not the name of a character set",
    ]);
    expect(problems(mysqlDb, { name: "a", login_unix_socket: "x" })).to.deep.equal([
      'login_unix_socket: "x" is not absolute; begin it with /',
    ]);
  });

  it("puts the password on stdin and nowhere else", () => {
    const given = parsed(mysqlDb, { name: "a", login_user: "root", login_password: "canary-7f" });
    const changes = mysqlDb.diff({ flavor: "mysql", there: [] }, given);
    const steps = changes.flatMap((change) => change.steps) as readonly ExecStep[];
    expect(JSON.stringify(steps.map(({ argv, environment }) => [argv, environment]))).to.not.contain("canary");
    expect(
      JSON.stringify(changes.flatMap((change) => change.effects.map((effect) => "query" in effect && effect.query.id))),
    ).to.not.contain("canary");
    expect(steps.map(({ stdin }) => stdin?.kind === "bytes" && Buffer.from(stdin.bytes).toString())).to.deep.equal([
      '[client]\nuser="root"\npassword="canary-7f"\n[mysql]\nconnect-timeout=30\n' +
        "SET SESSION sql_mode = '';\nCREATE DATABASE `a`;\n",
    ]);
  });
});

describe("mysql_variables", () => {
  const wants = (value: unknown, now: string, mode = "global", persisted: string | null = null) =>
    mysqlVariables
      .diff({ flavor: "mysql", now: { value: now, persisted } }, parsed(mysqlVariables, { variable: "x", value, mode }))
      .map(({ title }) => title);

  it("compares as the server does", () => {
    for (const [value, now] of [
      [true, "ON"],
      ["0", "OFF"],
      ["2.50", "2.500000"],
      ["row", "ROW"],
      ["b,A", "a,B"],
    ] as const)
      expect(wants(value, now), `${String(value)} and ${now}`).to.deep.equal([]);
    expect(wants("/A", "/a")).to.deep.equal(["SET GLOBAL `x` = '/A'"]);
  });

  it("writes numbers bare and texts in quotes", () => {
    expect(wants(5, "4")).to.deep.equal(["SET GLOBAL `x` = 5"]);
    expect(wants("5", "")).to.deep.equal(["SET GLOBAL `x` = '5'"]);
    expect(wants("yes", "OFF")).to.deep.equal(["SET GLOBAL `x` = ON"]);
    expect(wants("a'; DROP", "b")).to.deep.equal(["SET GLOBAL `x` = 'a''; DROP'"]);
  });

  it("persists what runs and is not kept", () => {
    expect(wants(5, "5", "persist")).to.deep.equal(["SET PERSIST `x` = 5"]);
    expect(wants(5, "5", "persist", "5")).to.deep.equal([]);
    expect(wants(5, "4", "persist_only", "5")).to.deep.equal([]);
  });

  it("refuses what is no name of a variable", () => {
    expect(problems(mysqlVariables, { variable: "x = 1" })).to.deep.equal(["variable: is not the name of a variable"]);
  });
});
