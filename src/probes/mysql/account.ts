import { ProbeFailure } from "../../contract/query.js";
import { type Grants, grantsOf, merged } from "./grants.js";
import { digest } from "./login.js";
import { accepts, type Way } from "./password-hash.js";
import { type Flavor, type Question, type Reply, rowsOf, type Server } from "./session.js";
import { accountName, bytes } from "./sql.js";
import { type Row, type Rows, unhex, utf8 } from "./xml.js";

export interface AccountKey {
  readonly name: string;
  readonly host: string;
}

/** What a connection must have. */
export type Tls =
  | { readonly kind: "none" | "ssl" | "x509" }
  | { readonly kind: "specified"; readonly cipher: string; readonly issuer: string; readonly subject: string };

/** By Ansible's names; 0 is no limit. */
export const limitNames = [
  "MAX_QUERIES_PER_HOUR",
  "MAX_UPDATES_PER_HOUR",
  "MAX_CONNECTIONS_PER_HOUR",
  "MAX_USER_CONNECTIONS",
] as const;
export type Limits = Readonly<Record<(typeof limitNames)[number], number>>;

/** An account, without what it lets in by. */
export interface Account {
  readonly tls: Tls;
  readonly limits: Limits;
  readonly grants: Grants;
}

type Subjects = readonly `system:${string}`[];
const own = ({ name, host }: AccountKey, aspect: string): Subjects => [`system:mysql/${aspect}/${name}@${host}`];

/** null: there is no such account. */
export function account(key: AccountKey): Question<Account | null> {
  return {
    id: `account/${key.name}@${key.host}`,
    subjects: own(key, "account"),
    persists: true,
    statements: (flavor) => [
      recordOf(key, flavor),
      `SHOW GRANTS FOR ${accountName(key.name, key.host)}`,
      flavor === "mysql" ? "SHOW PRIVILEGES" : "SELECT 1 AS none FROM DUAL WHERE FALSE",
    ],
    answer: ([record, grants, privileges], server) => {
      const row = rowsOf(record)[0];
      if (row === undefined) return null;
      return { ...factsOf(row, server), grants: grantsIn(row, rowsOf(grants), privileges, server) };
    },
  };
}

/** How the account lets in; null: there is none. */
export function ways(key: AccountKey): Question<readonly Way[] | null> {
  return {
    id: `ways/${key.name}@${key.host}`,
    subjects: own(key, "ways"),
    persists: true,
    statements: (flavor) => [recordOf(key, flavor)],
    answer: ([record], server) => {
      const row = rowsOf(record)[0];
      return row === undefined ? null : waysOf(row, server);
    },
  };
}

/** Whether the password is one that the account takes; null: there is no account. */
export function letsIn(key: AccountKey, password: string): Question<boolean | null> {
  const all = ways(key);
  return {
    id: `letsIn/${digest(password)}/${key.name}@${key.host}`,
    subjects: all.subjects,
    persists: true,
    statements: (flavor) => all.statements(flavor),
    answer: (replies, server) => {
      const found = all.answer(replies, server);
      if (found === null || found instanceof ProbeFailure) return found;
      return found.some((way) => accepts(way, password));
    },
  };
}

/** Hosts of all accounts with that name. */
export function hostsOf(name: string): Question<readonly string[]> {
  return {
    id: `hosts/${name}`,
    subjects: [`system:mysql/hosts/${name}`],
    persists: true,
    statements: (flavor) => [`SELECT HEX(Host) AS h FROM ${tableOf(flavor)} WHERE ${isNamed(name)} ORDER BY Host`],
    answer: ([reply]) => rowsOf(reply).map((row) => unhex(row["h"]).toString("utf8")),
  };
}

const tableOf = (flavor: Flavor): string => (flavor === "mariadb" ? "mysql.global_priv" : "mysql.user");

function isNamed(name: string): string {
  return `CAST(User AS BINARY) = ${bytes(Buffer.from(name))}`;
}

/** MariaDB's mysql.user is only a view, and shows one of several ways. */
function recordOf({ name, host }: AccountKey, flavor: Flavor): string {
  const is = `${isNamed(name)} AND LOWER(CAST(Host AS CHAR)) = LOWER(CAST(${bytes(Buffer.from(host))} AS CHAR CHARACTER SET utf8mb4))`;
  if (flavor === "mariadb")
    return `SELECT HEX(Priv) AS j, CAST(JSON_VALUE(Priv, '$.access') AS UNSIGNED) & 1024 AS g FROM mysql.global_priv WHERE ${is}`;
  const hex = ["authentication_string", "ssl_cipher", "x509_issuer", "x509_subject"].map((c) => `HEX(${c}) AS ${c}`);
  const plain = "plugin, ssl_type, max_questions, max_updates, max_connections, max_user_connections";
  return `SELECT ${plain}, ${hex.join(", ")} FROM mysql.user WHERE ${is}`;
}

interface MariadbRecord {
  readonly plugin?: string;
  readonly authentication_string?: string;
  readonly auth_or?: readonly { readonly plugin?: string; readonly authentication_string?: string }[];
  readonly ssl_type?: number;
  readonly ssl_cipher?: string;
  readonly x509_issuer?: string;
  readonly x509_subject?: string;
  readonly max_questions?: number;
  readonly max_updates?: number;
  readonly max_connections?: number;
  readonly max_user_connections?: number;
}

function jsonOf(row: Row): MariadbRecord {
  return JSON.parse(unhex(row["j"]).toString("utf8")) as MariadbRecord;
}

function waysOf(row: Row, { flavor }: Server): readonly Way[] {
  if (flavor === "mysql")
    return [{ plugin: row["plugin"] ?? "", hash: unhex(row["authentication_string"]).toString("latin1") }];
  const { plugin, authentication_string, auth_or } = jsonOf(row);
  const first = { plugin, authentication_string };
  // An empty entry of the list stands for the first.
  const all = auth_or?.map((one) => (one.plugin === undefined ? first : one)) ?? [first];
  return all.map((one) => ({
    plugin: one.plugin === undefined || one.plugin === "" ? "mysql_native_password" : one.plugin,
    hash: one.authentication_string ?? "",
  }));
}

const TLS_KINDS = ["none", "ssl", "x509", "specified"] as const;

function factsOf(row: Row, { flavor }: Server): Omit<Account, "grants"> {
  const json = flavor === "mariadb" ? jsonOf(row) : undefined;
  const number = (name: keyof MariadbRecord & `max_${string}`): number =>
    Number(json === undefined ? row[name] : (json[name] ?? 0));
  const text = (name: "ssl_cipher" | "x509_issuer" | "x509_subject"): string =>
    json === undefined ? unhex(row[name]).toString("utf8") : (json[name] ?? "");
  const said = (row["ssl_type"] ?? "").toLowerCase();
  const named = said === "any" ? "ssl" : (TLS_KINDS.find((kind) => kind === said) ?? "none");
  const kind = json === undefined ? named : (TLS_KINDS[json.ssl_type ?? 0] ?? "none");
  const limits = ["max_questions", "max_updates", "max_connections", "max_user_connections"] as const;
  return {
    tls:
      kind === "specified"
        ? { kind, cipher: text("ssl_cipher"), issuer: text("x509_issuer"), subject: text("x509_subject") }
        : { kind },
    limits: Object.fromEntries(limitNames.map((name, i) => [name, number(limits[i] ?? "max_questions")])) as Limits,
  };
}

/** A line of `SHOW GRANTS` is all of its row, whatever the column is called. */
function grantsIn(row: Row, rows: Rows, privileges: Reply | undefined, { flavor }: Server): Grants {
  const lines = rows.map((one) => utf8(Object.values(one)[0] ?? ""));
  const plain = grantsOf(lines, flavor);
  if (flavor === "mysql") return withAll(plain, rowsOf(privileges));
  return merged([...Object.entries(plain), ...(row["g"] === "0" ? [] : [["*.*", ["GRANT"]] as const])]);
}

/** MySQL shows all global privileges one by one. */
function withAll(grants: Grants, rows: Rows): Grants {
  const names = rows.map((row) => (row["Privilege"] ?? "").toUpperCase());
  const all = names.filter((name) => !["GRANT OPTION", "PROXY", "USAGE"].includes(name));
  const global = new Set(grants["*.*"] ?? []);
  if (global.size === 0 || !all.every((name) => global.has(name))) return grants;
  return { ...grants, "*.*": global.has("GRANT") ? ["ALL", "GRANT"] : ["ALL"] };
}
