import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { expect } from "chai";
import { Lab } from "../lab/index.js";
import { until } from "../lab/run.js";
import { type CliRun, fettle, fettleKilledWhen } from "../support/cli.js";
import type { flavors } from "./mysql-support.js";

export const names = ["db1", "db2", "db3"] as const;
export type Name = (typeof names)[number];

const app = { name: "app", password: `canary'"\\ app` };
const repl = { name: "repl", password: `canary'"\\#$ repl` };

interface More {
  readonly lab?: string;
  readonly without?: readonly Name[];
  readonly inputs?: object;
}

/** A primary and its replicas on hosts of a lab, by the roles. */
export class MysqlSite {
  readonly lab: Lab;
  readonly #folder: string;
  readonly #flavor: (typeof flavors)[number];
  readonly #inventory: string;
  readonly #playbook: string;

  private constructor(lab: Lab, flavor: (typeof flavors)[number]) {
    this.lab = lab;
    this.#flavor = flavor;
    this.#folder = join(dirname(lab.inventoryPath), "mysql");
    this.#inventory = join(this.#folder, "hosts.ini");
    this.#playbook = join(this.#folder, "db.yml");
  }

  /** `more`: another lab, fewer hosts, more inputs of the roles. */
  static async up(flavor: (typeof flavors)[number], more: More = {}): Promise<MysqlSite> {
    const { lab: name = `mysqlsite-${flavor.flavor}`, without = [], inputs = {} } = more;
    const hosts = names.filter((one) => !without.includes(one)).map((one) => ({ name: one, kind: flavor.kind }));
    const site = new MysqlSite(await Lab.up({ name, fresh: true, hosts }), flavor);
    await mkdir(join(site.#folder, "group_vars"), { recursive: true });
    await writeFile(join(site.#folder, "group_vars/all.yml"), JSON.stringify({ ...site.#inputs(), ...inputs }));
    const role = (hosts: string, name: string): string =>
      `- hosts: ${hosts}\n  become: true\n  roles:\n    - role: ${resolve("roles", name)}\n`;
    await writeFile(site.#playbook, role("primary", "mysql-primary") + role("replica", "mysql-replica"));
    await site.leads("db1", without);
    return site;
  }

  #inputs(): object {
    return {
      mysql_flavor: this.#flavor.flavor,
      mysql_bind_address: "0.0.0.0",
      mysql_databases: [{ name: "shop" }],
      mysql_users: [{ ...app, host: "%", priv: { "shop.*": "SELECT,INSERT,UPDATE,DELETE" } }],
      ...this.replUser({}),
      mysql_settings: { innodb_buffer_pool_size: "64M" },
    };
  }

  /** The input of that name, with more about the account. */
  replUser(more: object): { readonly mysql_repl_user: object } {
    return { mysql_repl_user: { ...repl, host: this.lab.host("db1").address.replace(/\d+$/, "%"), ...more } };
  }

  /** Writes the inventory with this primary. */
  async leads(primary: Name, without: readonly Name[] = []): Promise<void> {
    const there = names.filter((name) => !without.includes(name));
    const line = (name: Name): string =>
      `${name} ansible_host=${this.lab.host(name).address} mysql_server_id=${names.indexOf(name) + 1}`;
    const replicas = there.filter((name) => name !== primary).map((name) => `${line(name)} mysql_source=${primary}`);
    const login = [
      "ansible_user=deploy",
      `ansible_ssh_private_key_file=${this.lab.keyPath}`,
      `ansible_ssh_common_args='-o UserKnownHostsFile=${this.lab.knownHostsPath}'`,
    ];
    const text = ["[primary]", line(primary), "[replica]", ...replicas, "[all:vars]", ...login];
    await writeFile(this.#inventory, `${text.join("\n")}\n`);
  }

  /** Plans or applies the roles, or another playbook. */
  run(command: "plan" | "apply", playbook: "roles" | "promote" | "rejoin" | "backup", ...more: readonly string[]) {
    const file = playbook === "roles" ? this.#playbook : `playbooks/${playbook}.yml`;
    return fettle(command, "-i", this.#inventory, file, "--output", "json", ...more);
  }

  /** Applies them, and it works. */
  async apply(...args: Parameters<MysqlSite["run"]> extends [unknown, ...infer Rest] ? Rest : never): Promise<CliRun> {
    const run = await this.run("apply", ...args);
    expect(run.status, run.stdout.slice(-3000) + run.stderr).to.equal(0);
    return run;
  }

  /** Applies the roles by a controller that is killed as soon as `when` has come. */
  async killedWhen(when: () => Promise<boolean>, ...more: readonly string[]): Promise<void> {
    await fettleKilledWhen(when, "apply", "-i", this.#inventory, this.#playbook, ...more);
  }

  /** SQL as root: the lines that it prints. */
  async sql(name: Name, statements: string): Promise<string> {
    const client = `${this.#flavor.client} --batch --skip-column-names`;
    const { code, stdout, stderr } = await this.lab.host(name).exec(client, statements);
    expect(code, stderr).to.equal(0);
    return stdout.trim();
  }

  /** A shell command of the application on a host, with `$SQL` as its client for the server of another. */
  asApp(on: Name, server: Name, command: string) {
    const quoted = `'${app.password.replace(/'/g, "'\\''")}'`;
    const client = `${this.#flavor.client} --user=${app.name} --host=${this.lab.host(server).address} --batch --skip-column-names shop`;
    return this.lab.host(on).exec(`export MYSQL_PWD=${quoted} SQL='${client}'; ${command}`);
  }

  /** The checksums of the table in which the rows of the tests are. */
  async checksums(...of: readonly Name[]): Promise<readonly string[]> {
    return Promise.all(of.map((name) => this.sql(name, "CHECKSUM TABLE shop.notes; SELECT COUNT(*) FROM shop.notes")));
  }

  /** Waits until all of them have the same rows. */
  async areEqual(...of: readonly Name[]): Promise<void> {
    await until(
      `${of.join(", ")} have the same rows`,
      30_000,
      async () => new Set(await this.checksums(...of)).size === 1,
    );
  }
}
