import type { Setting } from "../../../probes/mysql/replica.js";
import type { Flavor } from "../../../probes/mysql/session.js";
import { text } from "../../../probes/mysql/sql.js";
import { type ReplicationParams, sourceOptions } from "./replication-params.js";

/** One wanted setting: how it is said, and where it is told. */
interface Wanted {
  readonly sql: string;
  readonly setting?: Setting;
}

/** All that is asked for, by parameter; without the password. Throws a SyntaxError for what the server has not. */
export function wantedSettings(given: ReplicationParams, flavor: Flavor): Readonly<Record<string, Wanted>> {
  const prefix = flavor === "mariadb" ? "MASTER" : "SOURCE";
  const wanted: Record<string, Wanted> = {};
  for (const [name, value] of Object.entries(given.settings)) {
    const option = sourceOptions[name];
    if (option === undefined) continue;
    if (option.only !== undefined && option.only !== flavor)
      throw new SyntaxError(`${name} is only for ${nameOf(option.only)}`);
    const plain = typeof value === "boolean" ? String(Number(value)) : String(value);
    const sql = `${prefix}_${option.word} = ${typeof value === "string" ? text(value) : plain}`;
    wanted[name] = { sql, ...(option.column !== undefined && { setting: { column: option.column, value: plain } }) };
  }
  if (given.gtid !== undefined) wanted["primary_use_gtid"] = gtidOf(given.gtid, flavor);
  if (given.get_primary_public_key !== undefined) {
    if (flavor === "mariadb") throw new SyntaxError("get_primary_public_key is only for MySQL");
    const value = String(Number(given.get_primary_public_key));
    wanted["get_primary_public_key"] = {
      sql: `GET_SOURCE_PUBLIC_KEY = ${value}`,
      setting: { column: "Get_Master_public_key", value },
    };
  }
  if (given.relay_log_file !== undefined)
    wanted["relay_log_file"] = { sql: `RELAY_LOG_FILE = ${text(given.relay_log_file)}` };
  if (given.relay_log_pos !== undefined) wanted["relay_log_pos"] = { sql: `RELAY_LOG_POS = ${given.relay_log_pos}` };
  return wanted;
}

const nameOf = (flavor: Flavor): string => (flavor === "mysql" ? "MySQL" : "MariaDB");

function gtidOf(gtid: NonNullable<ReplicationParams["gtid"]>, flavor: Flavor): Wanted {
  if (flavor === "mysql") throw new SyntaxError("primary_use_gtid is only for MariaDB; write primary_auto_position");
  const words = {
    current_pos: "current_pos",
    replica_pos: "slave_pos",
    slave_pos: "slave_pos",
    disabled: "no",
  } as const;
  return { sql: `MASTER_USE_GTID = ${words[gtid]}`, setting: { column: "Using_Gtid", value: words[gtid] } };
}

/** Those of which a server tells. */
export function comparable(wanted: Readonly<Record<string, Wanted>>): Readonly<Record<string, Setting>> {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, { setting }]) => (setting === undefined ? [] : [[name, setting]])),
  );
}

/** How it follows, which a new source may not keep. */
const WAY = ["primary_use_gtid", "primary_auto_position"];

/**
 * The settings that must be said. To name a source again, even the same, makes a server forget how far it has come: what
 * is right already is left out.
 */
export function saidSettings(
  wanted: Readonly<Record<string, Wanted>>,
  differing: readonly string[],
  isNew: boolean,
): readonly string[] {
  const elsewhere = isNew || differing.includes("primary_host") || differing.includes("primary_port");
  return Object.entries(wanted).flatMap(([name, { sql, setting }]) => {
    const isStart = setting === undefined || WAY.includes(name);
    return isNew || differing.includes(name) || (isStart && elsewhere) ? [sql] : [];
  });
}
