import { expect } from "chai";
import type { ExecStep } from "../../../src/contract/step.js";
import { mysqlReplication } from "../../../src/modules/mysql_replication.js";
import { refusal, wantedSettings } from "../../../src/modules/support/mysql/source-change.js";
import { parsed, problems } from "./support.js";

type Flavor = "mariadb" | "mysql";

describe("mysql_replication", () => {
  const plan = (args: object, flavor: Flavor, seen: object = {}) =>
    mysqlReplication.diff(
      { server: { flavor, version: "9.7.4" }, threads: null, status: null, others: null, ...seen },
      parsed(mysqlReplication, { mode: "changeprimary", ...args }),
    );
  const sqlOf = (changes: ReturnType<typeof plan>): readonly string[] =>
    (changes.flatMap(({ steps }) => steps) as readonly ExecStep[]).flatMap(({ stdin }) =>
      stdin?.kind === "bytes" ? Buffer.from(stdin.bytes).toString().split("\n").slice(4, -1) : [],
    );
  const RUNS = { threads: { io: true, sql: true } };

  it("takes the old words for the new ones, but not both", () => {
    expect(parsed(mysqlReplication, { mode: "getslave" }).mode).to.equal("getreplica");
    expect(parsed(mysqlReplication, { mode: "resetslaveall" }).mode).to.equal("resetreplicaall");
    expect(parsed(mysqlReplication, { master_host: "x" }).settings).to.deep.equal({ primary_host: "x" });
    expect(problems(mysqlReplication, { master_host: "x", primary_host: "y" })).to.deep.equal([
      ": has both primary_host and master_host, which mean the same",
    ]);
    expect(problems(mysqlReplication, { mode: "start" })[0]).to.match(/^mode: must be one of changeprimary/);
  });

  it("says a new source in the words of each server", () => {
    const args = { primary_host: "it's", primary_port: 3307, primary_ssl: true, primary_password: "x" };
    expect(sqlOf(plan({ ...args, primary_use_gtid: "replica_pos", connection_name: "c" }, "mariadb"))).to.deep.equal([
      "CHANGE MASTER 'c' TO MASTER_HOST = 'it''s', MASTER_PORT = 3307, MASTER_SSL = 1, MASTER_USE_GTID = slave_pos, MASTER_PASSWORD = 'x';",
    ]);
    expect(sqlOf(plan({ ...args, primary_auto_position: true, channel: "c" }, "mysql"))).to.deep.equal([
      "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'it''s', SOURCE_PORT = 3307, SOURCE_SSL = 1, SOURCE_AUTO_POSITION = 1, SOURCE_PASSWORD = 'x' FOR CHANNEL 'c';",
    ]);
  });

  it("never names a source again that is the same: the server would forget how far it has come", () => {
    const args = { primary_host: "a", primary_delay: 5, primary_log_file: "b.1", primary_use_gtid: "disabled" };
    expect(sqlOf(plan(args, "mariadb", { ...RUNS, others: { primary_delay: "0" } }))).to.deep.equal([
      "STOP REPLICA;",
      "CHANGE MASTER TO MASTER_DELAY = 5;",
      "START REPLICA;",
    ]);
    expect(sqlOf(plan(args, "mariadb", { ...RUNS, others: { primary_host: "z" } }))).to.deep.equal([
      "STOP REPLICA;",
      "CHANGE MASTER TO MASTER_HOST = 'a', MASTER_LOG_FILE = 'b.1', MASTER_USE_GTID = no;",
      "START REPLICA;",
    ]);
    expect(plan(args, "mariadb", { ...RUNS, others: {} })).to.deep.equal([]);
  });

  it("refuses what the server has not", () => {
    const refused = (args: object, flavor: Flavor) =>
      refusal(wantedSettings(parsed(mysqlReplication, args), flavor), flavor);
    expect(refused({ primary_use_gtid: "current_pos" }, "mysql")).to.deep.equal({
      cause: "primary_use_gtid is only for MariaDB",
      remedy: "write primary_auto_position",
    });
    expect(refused({ primary_bind: "x" }, "mariadb")).to.deep.equal({
      cause: "primary_bind is only for MySQL",
      remedy: "leave it out",
    });
    expect(refused({ primary_auto_position: true, primary_host: "x" }, "mysql")).to.equal(undefined);
  });

  it("does what is not so already, and tells why it cannot", () => {
    const of = (mode: string, threads: object | null) => plan({ mode }, "mysql", { threads }).map(({ title }) => title);
    expect(of("startreplica", { io: true, sql: false })).to.deep.equal(["START REPLICA"]);
    expect(of("stopreplica", { io: false, sql: true })).to.deep.equal(["STOP REPLICA"]);
    expect(of("resetreplica", { io: false, sql: false })).to.deep.equal(["RESET REPLICA"]);
    expect(of("resetprimary", null)).to.deep.equal(["RESET BINARY LOGS AND GTIDS"]);
    expect(() => of("startreplica", null)).to.throw("it follows nobody");
    expect(() => of("resetreplica", { io: false, sql: true })).to.throw("the replica runs");
  });

  it("shows no password", () => {
    const given = { primary_password: "canary-7f", login_password: "canary-8e" };
    const [change] = plan({ primary_host: "x", ...given }, "mysql");
    const { title, before, after, effects, steps } = change ?? { effects: [], steps: [] };
    const ids = effects.map((effect) => "query" in effect && [effect.query.id, effect.value]);
    const argv = steps.map((step) => step.do === "exec" && step.argv);
    expect(JSON.stringify([title, before, after, ids, argv])).to.not.contain("canary");
  });
});
