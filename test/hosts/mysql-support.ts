import { expect } from "chai";
import { readFile } from "node:fs/promises";
import type { ModuleSpec } from "../../src/contract/module.js";
import { Lab, type LabHost } from "../lab/index.js";
import { obeysLaws } from "../support/laws.js";
import type { LocalHost } from "../support/local-host.js";
import { enter } from "./support.js";

/** Both servers for real: only sid has Oracle's. */
export const flavors = [
  { flavor: "mariadb", kind: "bookworm", server: "mariadb-server", client: "mariadb" },
  { flavor: "mysql", kind: "sid", server: "mysql-server", client: "mysql" },
] as const;

export interface Served {
  readonly lab: Lab;
  readonly machine: LabHost;
  readonly host: LocalHost;
  /** The laws for a module; the summaries of what was done. */
  readonly laws: <P, S>(spec: ModuleSpec<P, S>, args: object) => Promise<readonly string[]>;
  /** SQL as root, by the client: the lines that it prints. */
  readonly sql: (statements: string) => Promise<string>;
  /** What the laws complain of. */
  readonly complaint: <P, S>(spec: ModuleSpec<P, S>, args: object) => Promise<string>;
}

/** A host with a running server. */
export async function serve(name: string, flavor: (typeof flavors)[number]): Promise<Served> {
  const lab = await Lab.up({ name, fresh: true, hosts: [{ name: "db", kind: flavor.kind }] });
  return serveOn(lab, "db", flavor);
}

/** Installs the server on a host of the lab, and writes its configuration. */
export async function serveOn(
  lab: Lab,
  name: string,
  { server, client }: (typeof flavors)[number],
  configuration = "",
): Promise<Served> {
  const machine = lab.host(name);
  const again = await readFile("roles/mysql-server/files/mysql-initialize-again.sh", "utf8");
  const install = `apt-get -q update && { DEBIAN_FRONTEND=noninteractive apt-get -qy install ${server} || { ${again}\n}; } >&2`;
  const setUp = configuration === "" ? ":" : `cat >/etc/mysql/conf.d/lab.cnf && systemctl restart ${client}`;
  for (const command of [install, setUp]) {
    const { code, stderr } = await machine.exec(command, configuration);
    expect(code, stderr.slice(-1000)).to.equal(0);
  }
  const host = await enter(machine);
  const laws: Served["laws"] = async (spec, args) => (await obeysLaws(host, spec, args)).map(({ summary }) => summary);
  return {
    lab,
    machine,
    host,
    laws,
    sql: async (statements) => (await machine.exec(`${client} --batch --skip-column-names`, statements)).stdout,
    complaint: (spec, args) =>
      laws(spec, args).then(
        () => "",
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
  };
}
