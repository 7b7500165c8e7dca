import type { Setting } from "../../../probes/mysql/replica.js";
import type { Flavor } from "../../../probes/mysql/session.js";
import { text } from "../../../probes/mysql/sql.js";
import { type ReplicationParams, sourceOptions } from "./replication-params.js";

/** One wanted setting: how it is said, and where it is told. */
interface Wanted {
  readonly sql: string;
  readonly setting?: Setting;
  /** The only server that has it. */
  readonly only?: Flavor;
}

/** All that is asked for, by parameter; without the password. */
export function wantedSettings(given: ReplicationParams, flavor: Flavor): Readonly<Record<string, Wanted>> {
  const prefix = flavor === "mariadb" ? "MASTER" : "SOURCE";
  const wanted: Record<string, Wanted> = {};
  for (const [name, value] of Object.entries(given.settings)) {
    const option = sourceOptions[name];
    if (option === undefined) continue;
    const plain = typeof value === "boolean" ? String(Number(value)) : String(value);
    const sql = `${prefix}_${option.word} = ${typeof value === "string" ? text(value) : plain}`;
    wanted[name] = {
      sql,
      ...(option.column !== undefined && { setting: { column: option.column, value: plain } }),
      ...(option.only !== undefined && { only: option.only }),
    };
  }
  if (given.gtid !== undefined) wanted["primary_use_gtid"] = gtidOf(given.gtid);
  if (given.get_primary_public_key !== undefined) {
    const value = String(Number(given.get_primary_public_key));
    wanted["get_primary_public_key"] = {
      sql: `GET_SOURCE_PUBLIC_KEY = ${value}`,
      setting: { column: "Get_Master_public_key", value },
      only: "mysql",
    };
  }
  if (given.relay_log_file !== undefined)
    wanted["relay_log_file"] = { sql: `RELAY_LOG_FILE = ${text(given.relay_log_file)}` };
  if (given.relay_log_pos !== undefined) wanted["relay_log_pos"] = { sql: `RELAY_LOG_POS = ${given.relay_log_pos}` };
  return wanted;
}

/** What the server has not, and what to write instead. */
export function refusal(
  wanted: Readonly<Record<string, Wanted>>,
  flavor: Flavor,
): { readonly cause: string; readonly remedy: string } | undefined {
  const [name, { only }] = Object.entries(wanted).find(([, one]) => one.only !== undefined && one.only !== flavor) ?? [
    "",
    {},
  ];
  if (only === undefined) return undefined;
  const instead = { primary_use_gtid: "primary_auto_position", primary_auto_position: "primary_use_gtid" }[name];
  const remedy = instead === undefined ? "leave it out" : `write ${instead}`;
  return { cause: `${name} is only for ${only === "mysql" ? "MySQL" : "MariaDB"}`, remedy };
}

function gtidOf(gtid: NonNullable<ReplicationParams["gtid"]>): Wanted {
  const words = {
    current_pos: "current_pos",
    replica_pos: "slave_pos",
    slave_pos: "slave_pos",
    disabled: "no",
  } as const;
  return {
    sql: `MASTER_USE_GTID = ${words[gtid]}`,
    setting: { column: "Using_Gtid", value: words[gtid] },
    only: "mariadb",
  };
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
