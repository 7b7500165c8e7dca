import type { Read } from "../../../contract/query.js";
import { account, type AccountKey, ways } from "../../../probes/mysql/account.js";
import type { Login } from "../../../probes/mysql/login.js";
import { primaryStatus, replicaStatus, type Status } from "../../../probes/mysql/replica.js";
import { told } from "../../../probes/mysql/rows.js";
import { server } from "../../../probes/mysql/server.js";
import { ask, dataSubject, type Flavor, type Question, type Server } from "../../../probes/mysql/session.js";
import { plainValue, type Row, type Rows } from "../../../probes/mysql/xml.js";

export const subsetNames = [
  ...(["version", "databases", "settings", "global_status", "engines", "users", "users_info"] as const),
  ...(["master_status", "slave_status", "slave_hosts"] as const),
] as const;
export type SubsetName = (typeof subsetNames)[number];
export type Subsets = Readonly<Record<string, unknown>>;

export interface InfoParams {
  readonly subsets: readonly SubsetName[];
  readonly exclude_fields: readonly string[];
  readonly return_empty_dbs: boolean;
}

type Plain = Readonly<Record<string, unknown>>;
type Reader = (read: <V>(question: Question<V>) => Promise<V>, given: InfoParams) => Promise<Plain>;

/** All that is wanted, together. */
export async function readSubsets(read: Read, login: Login, given: InfoParams): Promise<Subsets> {
  const asked = <V>(question: Question<V>): Promise<V> => read(ask(login, question));
  const [found, ...parts] = await Promise.all([
    asked(server),
    ...given.subsets.map((name) => (name === "version" ? Promise.resolve({}) : READERS[name](asked, given))),
  ]);
  const version = given.subsets.includes("version") ? { version: versionOf(found) } : {};
  const engine = { server_engine: found.flavor === "mariadb" ? "MariaDB" : "MySQL" };
  return Object.assign({}, engine, version, ...parts) as Subsets;
}

function versionOf({ version }: Server): Plain {
  const [, numbers = "", suffix = ""] = /^([\d.]*)-?([^]*)$/.exec(version) ?? [];
  const [major = 0, minor = 0, release = 0] = numbers.split(".").map(Number);
  return { major, minor, release, suffix, full: version };
}

const SIZES =
  "SELECT table_schema AS name, SUM(COALESCE(data_length, 0) + COALESCE(index_length, 0)) AS size FROM information_schema.TABLES GROUP BY table_schema";

const READERS: Readonly<Record<Exclude<SubsetName, "version">, Reader>> = {
  databases: async (read, { exclude_fields: excluded, return_empty_dbs: empty }) => {
    const isSized = !excluded.includes("db_size");
    const [names, sizes] = await Promise.all([
      read(told("databases", "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA", { subject: dataSubject })),
      isSized ? read(told("sizes", SIZES, { subject: dataSubject })) : [],
    ]);
    const sizeOf = new Map(sizes.map((row) => [row["name"], plainValue(row["size"] ?? null)]));
    const all = names.map(({ name }) => name ?? "").filter((name) => !isSized || empty || sizeOf.has(name));
    return { databases: Object.fromEntries(all.map((name) => [name, isSized ? { size: sizeOf.get(name) ?? 0 } : {}])) };
  },
  settings: async (read) => ({
    settings: listed(await read(told("settings", "SHOW GLOBAL VARIABLES", { subject: "system:mysql/settings" }))),
  }),
  global_status: async (read) => ({
    global_status: listed(await read(told("global_status", "SHOW GLOBAL STATUS", { atTurn: true }))),
  }),
  engines: async (read) => ({ engines: byColumn(await read(told("engines", "SHOW ENGINES")), "Engine") }),
  users: async (read) => {
    const rows = await read(told("users", "SELECT * FROM mysql.user", { subject: dataSubject }));
    const users: Record<string, Record<string, Plain>> = {};
    for (const { Host, User, Password: _hash, authentication_string: _other, ...rest } of rows)
      (users[Host ?? ""] ??= {})[User ?? ""] = plainRow(rest);
    return { users };
  },
  users_info: async (read) => {
    const rows = await read(told("accounts", accountsOf, { subject: dataSubject }));
    const keys = rows.map(({ User, Host }) => ({ name: User ?? "", host: Host ?? "" }));
    const found = await Promise.all(keys.map((key) => userInfo(read, key)));
    return { users_info: found.filter((one) => one !== null) };
  },
  master_status: async (read) => {
    const status = plainRow((await read(primaryStatus())) ?? {});
    return { master_status: status, primary_status: status };
  },
  slave_status: async (read) => {
    const status = await read(replicaStatus(""));
    const found = status === null ? {} : bySource(status);
    return { slave_status: found, replica_status: found };
  },
  slave_hosts: async (read) => {
    const hosts = byColumn(await read(told("slave_hosts", replicasOf, { atTurn: true })), "Server_id", "Server_Id");
    return { slave_hosts: hosts, replica_hosts: hosts };
  },
};

/** Roles of MariaDB have no host. */
function accountsOf(flavor: Flavor): string {
  const from = flavor === "mariadb" ? "mysql.global_priv WHERE Host <> ''" : "mysql.user";
  return `SELECT User, Host FROM ${from} ORDER BY User, Host`;
}

function replicasOf(flavor: Flavor): string {
  return flavor === "mariadb" ? "SHOW REPLICA HOSTS" : "SHOW REPLICAS";
}

async function userInfo(read: Parameters<Reader>[0], key: AccountKey): Promise<Plain | null> {
  const [found, itsWays] = await Promise.all([read(account(key)), read(ways(key))]);
  if (found === null) return null;
  const { kind, ...parts } = found.tls;
  return {
    ...key,
    priv: Object.entries(found.grants)
      .map(([target, list]) => `${target}:${list.join(",")}`)
      .join("/"),
    plugin: (itsWays ?? []).map(({ plugin }) => plugin).join(" or "),
    tls_requires: kind === "none" ? null : kind === "specified" ? parts : { [kind]: null },
    resource_limits: found.limits,
  };
}

/** By host, port and user of the source, as Ansible has it. */
function bySource(status: Status): Plain {
  const plain = plainRow(status);
  const [host, port, user] = ["Master_Host", "Master_Port", "Master_User"].map((name) => String(plain[name]));
  return { [host ?? ""]: { [port ?? ""]: { [user ?? ""]: plain } } };
}

function listed(rows: Rows): Plain {
  return Object.fromEntries(rows.map((row) => [row["Variable_name"] ?? "", plainValue(row["Value"] ?? null)]));
}

function byColumn(rows: Rows, ...columns: readonly string[]): Plain {
  return Object.fromEntries(
    rows.map((row) => {
      const column = columns.find((name) => name in row) ?? "";
      const { [column]: name, ...rest } = row;
      return [name ?? "", plainRow(rest)];
    }),
  );
}

function plainRow(row: Row): Plain {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));
}
