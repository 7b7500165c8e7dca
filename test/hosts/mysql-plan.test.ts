import { expect } from "chai";
import { apt } from "../../src/modules/apt.js";
import { mysqlDb } from "../../src/modules/mysql_db.js";
import { mysqlInfo } from "../../src/modules/mysql_info.js";
import { mysqlQuery } from "../../src/modules/mysql_query.js";
import { mysqlReplication } from "../../src/modules/mysql_replication.js";
import { mysqlUser } from "../../src/modules/mysql_user.js";
import { mysqlVariables } from "../../src/modules/mysql_variables.js";
import { serviceModule } from "../../src/modules/service.js";
import { Lab, type LabHost } from "../lab/index.js";
import { makeTask } from "../support/plays.js";
import { flavors } from "./mysql-support.js";
import { enter, play } from "./support.js";

const verdictsOf = (verdicts: readonly string[]) => verdicts.map((line) => line.split(": ")[1]);

for (const { flavor, kind, server, client: unit } of flavors) {
  describe(`a play that installs ${flavor}`, function () {
    this.timeout(180_000);
    let lab: Lab;
    let machine: LabHost;

    before(async function () {
      this.timeout(600_000);
      lab = await Lab.up({ name: `mysqlplan-${flavor}`, fresh: true, hosts: [{ name: "db", kind }] });
      machine = lab.host("db");
    });

    after(() => lab.down());

    const tasks = (declared: boolean) => [
      makeTask(apt, {
        args: {
          name: server,
          update_cache: true,
          cache_valid_time: 3600,
          ...(declared && { brings: [`service:${unit}`, "file:/usr/**", "file:/etc/mysql/**", "file:/run/mysqld/**"] }),
        },
      }),
      makeTask(serviceModule, { args: { name: unit, state: "started" } }),
      makeTask(mysqlVariables, { args: { variable: "max_connections", value: 77 } }),
      makeTask(mysqlDb, { args: { name: ["shop", "more"] } }),
      makeTask(mysqlDb, { args: { name: "more", state: "absent" } }),
      makeTask(mysqlUser, { args: { name: "app", password: "x1y2", priv: "shop.*:ALL" } }),
    ];
    const rest = () => [
      ...tasks(true),
      makeTask(mysqlReplication, { args: { mode: "changeprimary", primary_host: "10.0.0.9", primary_user: "r" } }),
      makeTask(mysqlReplication, { args: { mode: "getreplica" } }),
      makeTask(mysqlQuery, { args: { query: "SELECT 1 AS n" } }),
      makeTask(mysqlInfo, { args: { filter: "version" } }),
    ];

    it("says on a bare host that it does not know, and fails at nothing", async () => {
      for (const declared of [false, true]) {
        const { verdicts } = await play(machine, "plan", tasks(declared), []);
        expect(verdictsOf(verdicts)).to.deep.equal(["changed", "unknown", "unknown", "unknown", "unknown", "unknown"]);
      }
    });

    it("does not know what it only looks at either", async () => {
      const { verdicts } = await play(machine, "plan", rest(), []);
      expect(verdictsOf(verdicts)).to.deep.equal(["changed", ...verdicts.slice(1).map(() => "unknown")]);
    });

    it("fails where nothing installs it, and says why", async () => {
      const { verdicts } = await play(machine, "plan", tasks(false).slice(3), []);
      expect(verdictsOf(verdicts)).to.deep.equal(["failed"]);
    });

    it("does it, and then has nothing left to do but what contradicts itself", async () => {
      const first = await play(machine, "apply", tasks(true), []);
      expect(verdictsOf(first.verdicts)).to.deep.equal(["changed", "ok", "changed", "changed", "changed", "changed"]);
      const { verdicts } = await play(machine, "plan", tasks(true).slice(0, 3), []);
      expect(verdictsOf(verdicts)).to.deep.equal(["ok", "ok", "ok"]);
    });

    it("asks all that a wave wants to know of one login by one client, after one that says whose server it is", async () => {
      const spy = `#!/bin/sh\necho x >>/root/seen\nexec /usr/bin/${unit} "$@"\n`;
      await machine.exec(`cat >/usr/local/bin/${unit}; chmod 755 /usr/local/bin/${unit}`, spy);
      const wanted = ["a", "b", "c"].flatMap((name) => [
        makeTask(mysqlDb, { args: { name } }),
        makeTask(mysqlUser, { args: { name, password: "x1y2", priv: `${name}.*:ALL` } }),
      ]);
      const { verdicts } = await play(machine, "plan", [...tasks(true).slice(2, 4), ...wanted], []);
      expect(verdicts).to.have.length(8);
      expect((await machine.exec("wc -l </root/seen; rm /root/seen /usr/local/bin/*")).stdout).to.equal("2\n");
    });

    it("keeps what it knows of the data over a restart that is only planned", async () => {
      const restart = makeTask(serviceModule, { args: { name: unit, state: "restarted" } });
      const { verdicts } = await play(machine, "plan", [restart, ...tasks(true).slice(2)], []);
      expect(verdictsOf(verdicts)).to.deep.equal(["changed", "unknown", "changed", "changed", "ok"]);
    });

    it("does not know of a server that is to be started first", async () => {
      await machine.exec(`systemctl stop ${unit}`);
      const { verdicts } = await play(machine, "plan", tasks(true).slice(1), []);
      expect(verdictsOf(verdicts)).to.deep.equal(["changed", "unknown", "unknown", "unknown", "unknown"]);
      const real = await play(machine, "apply", tasks(true).slice(1, 2), []);
      expect(verdictsOf(real.verdicts)).to.deep.equal(["changed"]);
    });
  });
}

describe("a host of busybox", function () {
  this.timeout(600_000);

  it("says that it has no client", async () => {
    const lab = await Lab.up({ name: "mysqlplan-busybox", fresh: true, hosts: [{ name: "b", kind: "busybox" }] });
    const host = await enter(lab.host("b"));
    const complaint = await host.look(mysqlDb, mysqlDb.params.parse({ name: "x", login_password: "'\"" })).then(
      () => "",
      (error: unknown) => (error as Error).message,
    );
    await host.close();
    await lab.down();
    expect(complaint).to.equal(
      "cannot read system mysql/server: this host has no client of MariaDB or MySQL; install one in an earlier task",
    );
  });
});
