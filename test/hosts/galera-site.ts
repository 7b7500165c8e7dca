import { expect } from "chai";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Lab } from "../lab/index.js";
import { until } from "../lab/run.js";
import { type CliRun, fettle, fettleKilledWhen } from "../support/cli.js";

export const nodes = ["g1", "g2", "g3"] as const;
export type Node = (typeof nodes)[number];
export const password = `s3cret'"$HOME \\#1;%s äß of the shop`;

/** The same of each node. */
export const all = (text: string): readonly string[] => nodes.map(() => text);

/** A cluster and a load balancer on hosts of a lab, by the examples of the role's README. */
export class GaleraSite {
  /** The cluster's own identity, as soon as there is one. */
  uuid = "";
  readonly #folder: string;
  readonly #inventory: string;

  private constructor(readonly lab: Lab) {
    this.#folder = join(dirname(lab.inventoryPath), "galera");
    this.#inventory = join(this.#folder, "hosts.ini");
  }

  static async up(): Promise<GaleraSite> {
    const hosts = [...nodes, "lb"].map((name) => ({ name, kind: "bookworm" }) as const);
    const site = new GaleraSite(await Lab.up({ name: "galera", fresh: true, hosts }));
    await mkdir(site.#folder, { recursive: true });
    await site.#writeInventory();
    await site.#writePlaybooks();
    return site;
  }

  /** Names that only the controller's ssh resolves, so that the nodes tell their addresses themselves. */
  async #writeInventory(): Promise<void> {
    const line = (name: string): string =>
      `${name} ansible_ssh_common_args='-o HostName=${this.lab.host(name).address} -o UserKnownHostsFile=${this.lab.knownHostsPath}'`;
    const login = ["ansible_user=root", `ansible_ssh_private_key_file=${this.lab.keyPath}`];
    const groups = ["[galera]", ...nodes.map(line), "[lb]", line("lb"), "[all:vars]", ...login];
    await writeFile(this.#inventory, `${groups.join("\n")}\n`);
  }

  async #writePlaybooks(): Promise<void> {
    const readme = await readFile("roles/mysql-galera/README.md", "utf8");
    const block = (language: string): string =>
      (new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)?.[1] ?? "").replace(
        /192\.0\.2\.5([123])/g,
        (_, number: string) => this.lab.host(`g${number}`).address,
      );
    const example = block("yaml")
      .replace("role: mysql-galera", `role: ${resolve("roles/mysql-galera")}`)
      // The role finds the nodes by itself.
      .replace(/ +galera_nodes:\n(?: +- \{.*\n)+/, "");
    const vars = { shop_password: password, galera_wait_s: 90 };
    const cluster = example.replace("become: true", `$&\n  vars: ${JSON.stringify(vars)}`);
    await writeFile(join(this.#folder, "cluster.yml"), cluster);
    const one = block("haproxy");
    // As the README says it.
    const every = one
      .replace(/ backup\b| on-marked-up shutdown-backup-sessions/g, "")
      .replace("mode tcp\n", "$&    balance leastconn\n");
    for (const [name, sections] of Object.entries({ one, every })) {
      const inputs = { haproxy_frontends: [], haproxy_backends: [], haproxy_extra_sections: sections };
      const plays = [{ hosts: "lb", become: true, roles: [{ role: resolve("roles/haproxy"), ...inputs }] }];
      await writeFile(join(this.#folder, `${name}.yml`), JSON.stringify(plays, null, 1));
    }
  }

  play(command: "plan" | "apply", ...more: readonly string[]): Promise<CliRun> {
    return fettle(command, "-i", this.#inventory, join(this.#folder, "cluster.yml"), "--output", "json", ...more);
  }

  /** It works. */
  async apply(...more: readonly string[]): Promise<CliRun> {
    return good(await this.play("apply", ...more));
  }

  /** It is refused; what it said. */
  async refused(...more: readonly string[]): Promise<string> {
    const run = await this.play("apply", ...more);
    expect(run.status, run.stdout.slice(-3000)).to.equal(3);
    return run.stdout;
  }

  /** Applied by a controller that is killed as soon as `when` has come. */
  applyKilledWhen(when: () => Promise<boolean>): Promise<void> {
    return fettleKilledWhen(when, "apply", "-i", this.#inventory, join(this.#folder, "cluster.yml"));
  }

  get #restart(): readonly string[] {
    return ["apply", "-i", this.#inventory, "playbooks/galera.yml", "--tags", "restart"];
  }

  restart(): Promise<CliRun> {
    return fettle(...this.#restart);
  }

  restartKilledWhen(when: () => Promise<boolean>): Promise<void> {
    return fettleKilledWhen(when, ...this.#restart);
  }

  /** Sends writes to one node, or to every. */
  async balance(writers: "one" | "every"): Promise<void> {
    good(await fettle("apply", "-i", this.#inventory, join(this.#folder, `${writers}.yml`)));
  }

  async on(name: Node | "lb", command: string, input = ""): Promise<string> {
    return (await this.lab.host(name).exec(command, input)).stdout.trim();
  }

  everywhere(command: string, input = ""): Promise<readonly string[]> {
    return Promise.all(nodes.map((name) => this.on(name, command, input)));
  }

  sql(name: Node, statements: string): Promise<string> {
    return this.on(name, "mariadb --batch --skip-column-names", `SET SESSION wsrep_sync_wait = 1; ${statements}`);
  }

  /** Of each node; it is told without a majority, too. */
  async status(variable: string): Promise<readonly string[]> {
    const told = await this.everywhere(
      `mariadb --batch --skip-column-names -e "SHOW GLOBAL STATUS LIKE '${variable}'"`,
    );
    return told.map((line) => line.split("\t")[1] ?? "none");
  }

  async isWhole(): Promise<void> {
    expect(await this.status("wsrep_cluster_size")).to.deep.equal(all("3"));
    expect(await this.status("wsrep_local_state_comment")).to.deep.equal(all("Synced"));
    expect(await this.status("wsrep_cluster_state_uuid")).to.deep.equal(all(this.uuid));
  }

  async becomesWhole(): Promise<void> {
    await until("all nodes are in the cluster again", 90_000, async () => {
      const ready = (await this.status("wsrep_local_state_comment")).every((state) => state === "Synced");
      return ready && (await this.status("wsrep_cluster_size")).every((size) => size === "3");
    });
    await this.isWhole();
  }

  /** Pulls or plugs the cable between a node and all others; its SSH goes on. */
  async link(name: Node, to: "cut" | "mend"): Promise<void> {
    const verb = to === "cut" ? "add" : "del";
    const others = nodes.filter((node) => node !== name);
    const route = (of: Node): string => `ip route ${verb} blackhole ${this.lab.host(of).address}`;
    await this.on(name, others.map(route).join("; "));
    await Promise.all(others.map((node) => this.on(node, route(name))));
  }

  /** Writes by haproxy, in some sessions, one row after another; each that was acknowledged is on all nodes then. */
  async whileWriting(act: () => Promise<unknown>, sessions = 1): Promise<void> {
    const quoted = password.replace(/["'\\]/g, "\\$&");
    const client = `[client]\nuser=shop\npassword="${quoted}"\nhost=127.0.0.1\nconnect-timeout=3\n`;
    await this.on("lb", "umask 077; cat >/root/shop.cnf; rm -f /root/stop /root/acknowledged", client);
    const write = "mariadb --defaults-file=/root/shop.cnf -e \"INSERT INTO shop.t (who) VALUES ('w$r-$i')\"";
    const loop = `r=$(date +%s%N); i=0; while [ $i -lt 3000 ] && [ ! -e /root/stop ]; do i=$((i+1)); if timeout 10 ${write} 2>/dev/null; then echo w$r-$i >>/root/acknowledged; else sleep 0.1; fi; sleep 0.02; done; echo $i`;
    const writers = Array.from({ length: sessions }, () => this.on("lb", loop));
    await act().finally(() => this.on("lb", "touch /root/stop"));
    const tried = (await Promise.all(writers)).reduce((sum, one) => sum + Number(one), 0);
    const said = (await this.on("lb", "cat /root/acknowledged")).split("\n");
    expect(said.length).to.be.greaterThan(20);
    for (const name of nodes) {
      const there = new Set((await this.sql(name, "SELECT who FROM shop.t")).split("\n"));
      expect(said.filter((row) => !there.has(row))).to.deep.equal([]);
    }
    console.log(`      ${said.length} of ${tried} writes acknowledged, none of them lost`);
  }
}

export function good(run: CliRun): CliRun {
  expect(run.status, run.stdout.slice(-3000) + run.stderr).to.equal(0);
  return run;
}
