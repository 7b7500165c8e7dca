import { Datadog } from "../lab/datadog.js";
import { Acme, type Kind, type Lab } from "../lab/index.js";
import { exampleOf, wordsAfter } from "../support/readme-example.js";

/** What an example leaves open, or says as only documentation can. */
export interface Given {
  /** In its text: what stands there → what it is in the lab. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** Variables of all hosts. */
  readonly vars?: object;
  /** More of a host's line in the inventory. */
  readonly lines?: Readonly<Record<string, string>>;
  /** A playbook that is applied to another host first. */
  readonly first?: string;
  close?(): Promise<void>;
}

export interface Case {
  readonly role: string;
  readonly kinds: readonly Kind[];
  /** Its hosts as the inventory names them; those that the example is for come first. */
  readonly hosts: readonly string[];
  readonly given?: (lab: Lab, address: (host: string) => string) => Given | Promise<Given>;
  /** A command on the first host, and what it then says. */
  readonly shows: readonly [command: string, says: string];
}

const both = ["bookworm", "trixie"] as const;
const one = ["bookworm"] as const;
const active = (...units: readonly string[]) =>
  [`systemctl is-active ${units.join(" ")}`, units.map(() => "active").join("\n")] as const;

/** What takes longest comes first. */
export const cases: readonly Case[] = [
  {
    role: "mysql-galera",
    kinds: one,
    // A majority needs three.
    hosts: ["g1", "g2", "g3"],
    given: (_lab, address) => ({
      replaced: { "192.0.2.51": address("g1"), "192.0.2.52": address("g2"), "192.0.2.53": address("g3") },
      vars: { shop_password: "example" },
    }),
    shows: [
      `mariadb -BNe "SHOW STATUS LIKE 'wsrep_cluster_size'; SHOW DATABASES LIKE 'shop'"`,
      "wsrep_cluster_size\t3\nshop",
    ],
  },
  {
    role: "mysql-replica",
    kinds: one,
    // It follows a primary, which is one by its own README's example.
    hosts: ["db2", "db1"],
    given: async (_lab, address) => {
      const network = { "192.0.2.%": address("db1").replace(/\d+$/, "%") };
      const primary = [await exampleOf("mysql-primary"), ...(await inputsForReplicas())].join("      ");
      return {
        replaced: network,
        vars: { shop_password: "example", repl_password: "example" },
        lines: { db2: (await wordsAfter("mysql-replica", "In the inventory")).replace(/^db2 /, "") },
        first: primary.replace("hosts: all", "hosts: db1"),
      };
    },
    shows: [`mariadb -BNe "SHOW DATABASES LIKE 'shop'; SELECT @@read_only"`, "shop\n1"],
  },
  {
    role: "mysql-primary",
    kinds: one,
    hosts: ["db1"],
    given: () => ({ vars: { shop_password: "example" } }),
    shows: [`mariadb -BNe "SHOW DATABASES LIKE 'shop'; SELECT @@read_only"`, "shop\n0"],
  },
  {
    role: "certbot",
    kinds: both,
    hosts: ["lb1"],
    given: async (lab, address) => {
      const acme = await Acme.start(lab);
      for (const name of ["www.example.com", "example.com"]) await acme.point(name, [address("lb1")]);
      return { vars: { certbot_server: acme.directoryUrl, certbot_ca_pem: acme.caPem } };
    },
    shows: [
      "openssl x509 -in /etc/haproxy/certs/site.pem -noout -ext subjectAltName | tail -n 1 | xargs",
      "DNS:www.example.com, DNS:example.com",
    ],
  },
  {
    role: "datadog-agent",
    kinds: both,
    hosts: ["web1"],
    given: datadogOf,
    shows: active("datadog-agent"),
  },
  {
    role: "app",
    kinds: both,
    hosts: ["app1"],
    given: async (lab) => {
      const { url, version, sha256 } = await lab.nodeArchive();
      const archive = "https://nodejs.org/dist/v22.12.0/node-v22.12.0-linux-x64.tar.gz";
      return { replaced: { [archive]: url, "22.12.0": version, "<from SHASUMS256.txt>": sha256 } };
    },
    shows: active("hello"),
  },
  { role: "haproxy", kinds: both, hosts: ["lb1"], shows: active("haproxy", "rsyslog") },
  {
    role: "keepalived",
    kinds: both,
    hosts: ["lb1"],
    given: (_lab, address) => ({ replaced: { "192.0.2.10 ": `${address("lb1")} ` } }),
    shows: active("keepalived"),
  },
  { role: "nginx", kinds: both, hosts: ["web1"], shows: active("nginx") },
  { role: "ufw", kinds: both, hosts: ["web1"], shows: ["ufw status | grep -c 192.0.2.12", "2"] },
  { role: "common", kinds: both, hosts: ["host1"], shows: ["sshd -T | grep -i allowagent", "allowagentforwarding no"] },
];

/** What the README of the primary says that replicas need besides. */
async function inputsForReplicas(): Promise<readonly string[]> {
  const words = ["With replicas also", "With replicas also `mysql_bind_address: 0.0.0.0`"];
  return Promise.all(words.map(async (one) => `${await wordsAfter("mysql-primary", one)}\n`));
}

/** Datadog's repository, intake and API are out of reach. */
async function datadogOf(lab: Lab): Promise<Given> {
  const datadog = await Datadog.start(lab);
  return {
    replaced: { "datadog_agent_config: {": `datadog_agent_config: { dd_url: "${datadog.url}",` },
    vars: { ...datadog.inputs({}), vault_datadog_api_key: datadog.apiKey, vault_datadog_app_key: datadog.appKey },
    close: () => datadog.stop(),
  };
}
