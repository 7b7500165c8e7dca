import { expect } from "chai";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { verdictsOf } from "../support/cli.js";
import { MysqlSite } from "./mysql-site.js";
import { flavors } from "./mysql-support.js";

const openssl = (...args: readonly string[]) => promisify(execFile)("openssl", args);
const folder = "/etc/mysql/tls";
const files = {
  mysql_tls_ca: `${folder}/ca.pem`,
  mysql_tls_cert: `${folder}/cert.pem`,
  mysql_tls_key: `${folder}/key.pem`,
};

describe("a primary of mariadb and its replica, by TLS", function () {
  this.timeout(180_000);
  let site: MysqlSite;
  let made: string;

  before(async function () {
    this.timeout(600_000);
    made = await mkdtemp(join(tmpdir(), "fettle-tls-"));
    site = await MysqlSite.up(flavors[0], { lab: "galera-tls", without: ["db3"], inputs: files });
    await authority("ca");
    await authority("other");
    for (const name of ["db1", "db2"] as const) await give(name);
  });

  after(async () => {
    await site.lab.down();
    await rm(made, { recursive: true });
  });

  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const authority = (name: string) =>
    openssl("req", "-x509", "-days", "9", ...key, "-subj", `/CN=${name}`, "-keyout", join(made, `${name}.key`), "-out", join(made, `${name}.pem`)); // prettier-ignore

  /** Puts a certificate of the authority there, as somebody does who has the user of the server made beforehand. */
  const give = async (name: "db1" | "db2"): Promise<void> => {
    const at = (end: string): string => join(made, `${name}.${end}`);
    await openssl("req", "-new", ...key, "-subj", `/CN=${name}`, "-keyout", at("key"), "-out", at("csr"));
    const by = ["-CA", join(made, "ca.pem"), "-CAkey", join(made, "ca.key"), "-CAcreateserial"];
    await openssl("x509", "-req", "-days", "9", "-in", at("csr"), ...by, "-out", at("pem"));
    const host = site.lab.host(name);
    await host.exec(`useradd --system --user-group --shell /bin/false mysql; mkdir -p ${folder}`);
    for (const [from, to] of [["ca.pem", "ca.pem"], ["other.pem", "other.pem"], [`${name}.pem`, "cert.pem"], [`${name}.key`, "key.pem"]] as const) // prettier-ignore
      await host.exec(`cat >${folder}/${to}; chgrp mysql ${folder}/${to}; chmod 640 ${folder}/${to}`, await readFile(join(made, from), "utf8")); // prettier-ignore
  };

  const changesOf = async (...more: readonly string[]): Promise<readonly string[]> =>
    [...verdictsOf((await site.apply("roles", ...more)).events)].flatMap(([name, said]) =>
      said === "changed" ? [name] : [],
    );

  /** An apply that is refused: what it said. */
  const refused = async (inputs: object, limit: string): Promise<string> => {
    const run = await site.run("apply", "roles", "--limit", limit, "-e", JSON.stringify(inputs));
    expect(run.status, run.stdout.slice(-1000)).to.equal(3);
    return run.stdout;
  };

  it("come of a bare host; a certificate that the server could not use is refused, and it goes on", async () => {
    await site.apply("roles", "--limit", "db1");
    await site.sql("db1", "CREATE TABLE shop.notes (id INT PRIMARY KEY AUTO_INCREMENT, text VARCHAR(200))");
    await site.lab.host("db1").exec(`cd ${folder}; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 >own.pem; chmod 600 own.pem`); // prettier-ignore
    const own = { mysql_tls_key: `${folder}/own.pem` };
    expect(await refused(own, "db1")).to.contain("the user mysql cannot read /etc/mysql/tls/own.pem");
    await site.lab.host("db1").exec(`chmod 644 ${folder}/own.pem`);
    expect(await refused(own, "db1")).to.contain("own.pem does not belong to the certificate /etc/mysql/tls/cert.pem");
    await site.sql("db1", "INSERT INTO shop.notes (text) VALUES ('before')");
  });

  it("refuse a replica that trusts another authority, and one that does not come by TLS", async () => {
    expect(await refused({ mysql_tls_ca: `${folder}/other.pem` }, "db2")).to.match(
      /self-signed certificate in certificate chain[^]*10\.99\.\d+\.\d+ does not let it in/,
    );
    expect(await refused({ ...site.replUser({ require_tls: false }), mysql_timeout_s: 6 }, "db2")).to.match(
      /it does not follow [\d.]+: error connecting to master 'repl@[^]*Access denied/,
    );
  });

  it("are seeded and follow by TLS, and are left alone then", async () => {
    await site.apply("roles", "--limit", "db2", "-e", "mysql_reseed=true");
    await site.sql("db1", "INSERT INTO shop.notes (text) VALUES ('after')");
    await site.areEqual("db1", "db2");
    expect(await site.sql("db1", "SELECT ssl_type FROM mysql.user WHERE user = 'repl'")).to.equal("ANY");
    expect(await changesOf()).to.deep.equal([]);
  });

  it("change places by TLS", async () => {
    await site.apply("promote", "-e", "promote=db2");
    await site.leads("db2", ["db3"]);
    await site.apply("rejoin", "-e", "rejoin=db1");
    await site.sql("db2", "INSERT INTO shop.notes (text) VALUES ('from the new primary')");
    await site.areEqual("db1", "db2");
    expect(await site.sql("db1", "SELECT text FROM shop.notes ORDER BY id")).to.equal(
      "before\nafter\nfrom the new primary",
    );
    expect(await site.sql("db1", "SHOW REPLICA STATUS\\G")).to.match(/^Yes\n\/etc\/mysql\/tls\/ca\.pem$/m);
  });
});
