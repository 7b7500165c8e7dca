import { expect } from "chai";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../lab/run.js";
import { type CliRun, verdictsOf, wrongVerdicts } from "../support/cli.js";
import { type Name, MysqlSite, names } from "./mysql-site.js";
import { flavors } from "./mysql-support.js";

const changesOf = ({ events }: CliRun): readonly string[] =>
  [...verdictsOf(events)].flatMap(([name, status]) => (status === "changed" ? [name] : []));

const messagesOf = ({ stdout }: CliRun): string => stdout;

for (const flavor of flavors) {
  describe(`a primary and its replicas of ${flavor.flavor}`, function () {
    this.timeout(300_000);
    let site: MysqlSite;
    let folder: string;

    before(async function () {
      this.timeout(600_000);
      folder = await mkdtemp(join(tmpdir(), "fettle-mysql-"));
      site = await MysqlSite.up(flavor);
    });

    after(async () => {
      await site.lab.down();
      await rm(folder, { recursive: true });
    });

    const note = (name: Name, text: string): Promise<string> =>
      site.sql(name, `INSERT INTO shop.notes (text) VALUES ('${text}')`);
    const isThere = async (name: Name, file: string): Promise<boolean> =>
      (await site.lab.host(name).exec(`test -e /var/lib/mysql/${file}`)).code === 0;

    it("come of bare hosts as planned, with the rows that were there before and those that came later", async () => {
      const plan = await site.run("plan", "roles", "--limit", "db1,db2");
      const first = await site.apply("roles", "--limit", "db1");
      await site.sql(
        "db1",
        "CREATE TABLE shop.notes (id INT PRIMARY KEY AUTO_INCREMENT, text VARCHAR(200), bytes BLOB); " +
          "INSERT INTO shop.notes (text, bytes) VALUES ('before', X'00ff27220a5c'), (NULL, NULL)",
      );
      const second = await site.apply("roles", "--limit", "db2");
      expect(wrongVerdicts(plan.events, [...first.events, ...second.events])).to.deep.equal([]);
      expect([...verdictsOf(plan.events).values()]).to.not.include("failed");
      await note("db1", "after");
      await site.areEqual("db1", "db2");
      expect(await site.sql("db2", "SELECT text FROM shop.notes WHERE text IS NOT NULL ORDER BY id")).to.equal(
        "before\nafter",
      );
      for (const { stdout, stderr } of [plan, first, second]) expect(stdout + stderr).to.not.contain("canary");
    });

    it("converge when the controller and the seeding are killed in the middle of it", async () => {
      // The dump waits for this lock.
      const seeding = "ps -eo pid,args | awk '/[f]ettle-mysql-seed/ { print $1 }'";
      const session = site.sql("db1", "LOCK TABLES shop.notes WRITE; SELECT SLEEP(1000)").catch(() => "killed");
      const dumps =
        "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'repl' AND state LIKE 'Waiting for %'";
      const waits = async () => (await isThere("db3", "fettle-seeding")) && (await site.sql("db1", dumps)) !== "0";
      await site.killedWhen(waits, "--limit", "db3");
      await site.lab.host("db3").exec(`kill -9 $(${seeding})`);
      await site
        .sql("db1", "SELECT CONCAT('KILL ', id) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(1%'")
        .then((kill) => site.sql("db1", kill));
      await session;
      expect([await isThere("db3", "fettle-seeding"), await isThere("db3", "fettle-seeded")]).to.deep.equal([
        true,
        false,
      ]);
      await site.apply("roles", "--limit", "db3");
      expect([await isThere("db3", "fettle-seeding"), await isThere("db3", "fettle-seeded")]).to.deep.equal([
        false,
        true,
      ]);
      await site.areEqual("db1", "db3");
      expect((await site.lab.host("db3").exec("ls -d /run/fettle-mysql-seed.d.* 2>/dev/null")).stdout).to.equal("");
    });

    it("are then as they should be", async () => {
      expect(changesOf(await site.apply("roles"))).to.deep.equal([]);
      const plan = await site.run("plan", "roles");
      expect(changesOf(plan)).to.deep.equal([]);
    });

    it("let the application write to the primary alone", async () => {
      const write = `$SQL -e "INSERT INTO notes (text) VALUES ('app')"`;
      expect((await site.asApp("db3", "db1", write)).code).to.equal(0);
      const { code, stderr } = await site.asApp("db3", "db2", write);
      expect([code, stderr]).to.satisfy(
        ([status, text]: [number, string]) => status === 1 && text.includes("read-only"),
      );
    });

    it("refuse inputs that are wrong, and a configuration that the server does not take", async () => {
      const refused = async (inputs: object, ...more: string[]) =>
        messagesOf(await site.run("apply", "roles", "-e", JSON.stringify(inputs), ...more));
      expect(await refused({ mysql_server_id: 7 })).to.contain("mysql_server_id 7 is also that of db2");
      const all = [{ name: "x", password: "secret", priv: "shop.*:ALL" }];
      expect(await refused({ mysql_users: all }, "--limit", "db1")).to.contain("x would have ALL");
      expect(await refused({ mysql_settings: { nonsense: 1 } }, "--limit", "db1")).to.contain("nonsense=1");
      expect(await site.sql("db1", "SELECT 1")).to.equal("1");
      expect(changesOf(await site.apply("roles"))).to.deep.equal([]);
    });

    it("run with the settings from before when they do not start with new ones", async () => {
      const settings = { mysql_settings: { innodb_log_group_home_dir: "/nowhere" } };
      const own = "cat /etc/mysql/m*.conf.d/*fettle.cnf";
      const before = (await site.lab.host("db1").exec(own)).stdout;
      const run = await site.run("apply", "roles", "--limit", "db1", "-e", JSON.stringify(settings));
      expect(run.status).to.equal(3);
      expect(run.stdout).to.contain("did not start with its settings; it runs with those from before");
      expect(await site.sql("db1", "SELECT @@innodb_log_group_home_dir")).to.not.contain("nowhere");
      expect((await site.lab.host("db1").exec(own)).stdout).to.equal(before);
      // A handler that failed is run by the next run.
      const what = changesOf(await site.apply("roles")).map((change) => change.replace(/ \S+/, ""));
      expect(what).to.deep.equal(["db1 start the server again (handler)"]);
      expect(changesOf(await site.apply("roles"))).to.deep.equal([]);
    });

    it("do not switch roles in a plain run", async () => {
      await site.leads("db2");
      for (const [name, said] of [
        ["db2", "db2 is a replica of"],
        ["db1", "db1 follows nobody and is a primary"],
      ] as const) {
        const run = await site.run("apply", "roles", "--limit", name);
        expect(run.stdout).to.contain(said);
        expect(changesOf(run)).to.deep.equal([]);
      }
      await site.leads("db1");
    });

    it("lose no acknowledged row when a replica is promoted under writes", async () => {
      const writes =
        "i=0; while [ $i -lt 4000 ]; do i=$((i+1)); $SQL -e \"INSERT INTO notes (text) VALUES ('w$i')\" 2>/dev/null || break; echo w$i; done";
      const writer = site.asApp("db3", "db1", writes);
      await until(
        "it writes",
        20_000,
        async () => Number(await site.sql("db1", "SELECT COUNT(*) FROM shop.notes")) > 20,
      );
      await site.apply("promote", "-e", "promote=db2");
      const acknowledged = (await writer).stdout.trim().split("\n");
      const kept = new Set((await site.sql("db2", "SELECT text FROM shop.notes")).split("\n"));
      console.log(`      ${acknowledged.length} rows acknowledged until the switch, none lost`);
      expect(acknowledged.length).to.be.within(2, 3999);
      expect(acknowledged.filter((row) => !kept.has(row))).to.deep.equal([]);
      await note("db2", "from the new primary");
      await site.areEqual("db2", "db3");
      expect(changesOf(await site.apply("promote", "-e", "promote=db2"))).to.deep.equal([]);
      const again = await site.run("apply", "roles", "--limit", "db1");
      expect(again.stdout).to.contain("db1 was a primary, and another one has taken its place");
    });

    it("take the old primary back", async () => {
      await site.leads("db2");
      const back = ["-e", "rejoin=db1"] as const;
      await site.apply("rejoin", ...back, "-e", "mysql_source=db2");
      await site.areEqual("db1", "db2", "db3");
      expect(changesOf(await site.apply("rejoin", ...back, "-e", "mysql_source=db2"))).to.deep.equal([]);
      const what = changesOf(await site.apply("roles")).map((change) => change.replace(/ \S+/, ""));
      expect(what).to.deep.equal(["db1 install what seeds it"]);
    });

    it("refuse an old primary that has more, until it is seeded again", async () => {
      const [stop, open] =
        flavor.flavor === "mysql"
          ? ["STOP REPLICA; RESET REPLICA ALL", "SET GLOBAL read_only = OFF"]
          : ["STOP SLAVE; RESET SLAVE ALL", "SET GLOBAL read_only = OFF"];
      await site.sql("db3", `${stop}; ${open}; INSERT INTO shop.notes (text) VALUES ('only here')`);
      await note("db2", "and here it goes on");
      await note("db2", "further than there");
      const own = await site.sql("db3", "SELECT @@server_uuid").catch(() => "");
      const run = await site.run("apply", "rejoin", "-e", "rejoin=db3");
      expect(run.status).to.equal(3);
      expect(run.stdout).to.match(
        flavor.flavor === "mysql" ? new RegExp(`has not: ${own}:1\\.`) : /has not: 0-3-\d+\./,
      );
      expect((await site.run("apply", "roles", "--limit", "db3")).stdout).to.contain("follows nobody and has data");
      await site.apply("roles", "--limit", "db3", "-e", "mysql_reseed=true");
      await site.areEqual("db2", "db3");
      expect(changesOf(await site.apply("roles"))).to.deep.equal([]);
    });

    it("are backed up and restored to equal checksums", async () => {
      const args = (of: Name) => ["-e", `backup_of=${of}`, "-e", `backup_folder=${folder}`] as const;
      const before = await site.checksums("db2");
      await site.apply("backup", ...args("db1"));
      await site.sql("db2", "DELETE FROM shop.notes WHERE id > 1; DROP TABLE fettle.marks");
      const refused = await site.run("apply", "backup", "--tags", "restore", ...args("db1"));
      expect(refused.stdout).to.contain("db1 is read-only: restore on the primary");
      await site.apply("backup", "--tags", "restore", ...args("db2"));
      expect(await site.checksums("db2")).to.deep.equal(before);
      await site.areEqual("db1", "db2", "db3");
      const dump = await readFile(join(folder, "shop.sql.gz"));
      await writeFile(join(folder, "shop.sql.gz"), dump.subarray(0, dump.length - 1));
      const broken = await site.run("apply", "backup", "--tags", "restore", ...args("db2"));
      expect(broken.stdout).to.contain("shop.sql.gz: FAILED");
      expect(await site.checksums("db2")).to.deep.equal(before);
    });

    it("are as they were after all hosts lost their power", async () => {
      const before = await site.checksums("db2");
      await Promise.all(names.map((name) => site.lab.host(name).kill()));
      await Promise.all(names.map((name) => site.lab.host(name).power("on")));
      expect(changesOf(await site.apply("roles"))).to.deep.equal([]);
      expect(await site.checksums("db2")).to.deep.equal(before);
      await site.areEqual("db1", "db2", "db3");
      // systemd would listen on all addresses, whatever the configuration says.
      const holds =
        "ls -l /proc/1/fd | grep -o 'socket:.*]' | tr -dc '0-9\\n' | sort >/tmp/own; awk '$2 ~ /:0CEA$/ { print $10 }' /proc/net/tcp /proc/net/tcp6 | grep -cxFf /tmp/own";
      expect((await site.lab.host("db1").exec(holds)).stdout.trim()).to.equal("0");
    });

    it("refuse the replica that has got less of a dead primary than another one", async () => {
      const word = flavor.flavor === "mysql" ? "REPLICA" : "SLAVE";
      await site.sql("db1", `STOP ${word} IO_THREAD`);
      await note("db2", "db3 alone has got this");
      await site.areEqual("db2", "db3");
      await site.lab.host("db2").kill();
      await site.sql("db1", `START ${word} IO_THREAD`);
      const run = await site.run("apply", "promote", "-e", "promote=db1", "-e", "old_primary_dead=true");
      expect(run.status).to.equal(3);
      expect(run.stdout).to.contain("db3 has got more of db2 than db1: promote that one");
      const other = await site.run("plan", "promote", "-e", "promote=db3", "-e", "old_primary_dead=true");
      expect(other.status, other.stdout.slice(-2000)).to.equal(0);
      await site.lab.host("db2").power("on");
      expect(changesOf(await site.apply("roles"))).to.deep.equal([]);
      await site.areEqual("db1", "db2", "db3");
    });

    it("do without a dead primary when told so, also while another replica is away", async () => {
      await Promise.all([site.lab.host("db2").kill(), site.lab.host("db3").kill()]);
      const promote = ["-e", "promote=db1"] as const;
      await until("the replica has noticed", 60_000, async () =>
        (await site.run("plan", "promote", ...promote)).stdout.includes("db1 is not connected to db2"),
      );
      const run = await site.apply("promote", ...promote, "-e", "old_primary_dead=true");
      expect(run.stdout).to.contain("db3 could not be told");
      await note("db1", "life goes on");
      await site.leads("db1");
      await site.lab.host("db3").power("on");
      await site.apply("roles", "--limit", "db3");
      await site.areEqual("db1", "db3");
      await site.lab.host("db2").power("on");
      await site.apply("rejoin", "-e", "rejoin=db2");
      await site.areEqual("db1", "db2", "db3");
      expect(changesOf(await site.apply("roles"))).to.deep.equal([]);
    });
  });
}
