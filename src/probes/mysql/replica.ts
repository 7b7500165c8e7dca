import type { Subject } from "../../contract/subject.js";
import { digest } from "./login.js";
import { type Flavor, type Question, type Reply, rowsOf, type Server } from "./session.js";
import { hexText, text } from "./sql.js";
import { asText, type Row } from "./xml.js";

/** What a server tells of the source that it follows, or of its own log: by the old names of columns and the new ones. */
export type Status = Readonly<Record<string, string | null>>;

/** Whether the two halves of a replica work (the first also while it waits for the source). */
export interface Threads {
  readonly io: boolean;
  readonly sql: boolean;
}

/** A setting of the source: `column` by its old name. */
export interface Setting {
  readonly column: string;
  readonly value: string;
}

const replicaSubject = (channel: string): Subject => `system:mysql/replica/${channel}`;

/** The name of a connection (MariaDB) or a channel (MySQL); empty is the one that has none. */
type Channel = string;

/** null: it follows nobody. It changes all the time. */
export function replicaStatus(channel: Channel): Question<Status | null> {
  return {
    ...question(`status/${channel}`, channel),
    atTurn: true,
    onlyLooks: true,
    statements: (flavor) => [show(channel, flavor)],
    answer: ([reply]) => statusIn(reply, channel),
  };
}

export function replicaThreads(channel: Channel): Question<Threads | null> {
  return {
    ...question(`threads/${channel}`, channel),
    statements: (flavor) => [show(channel, flavor)],
    answer: ([reply]) => {
      const status = statusIn(reply, channel);
      if (status === null) return null;
      return { io: status["Slave_IO_Running"] !== "No", sql: status["Slave_SQL_Running"] === "Yes" };
    },
  };
}

/**
 * Which of the wanted settings are otherwise, and how they are; null: it follows nobody. MariaDB tells nobody the password
 * that it has: it counts as another when the source refuses it.
 */
export function otherSettings(
  channel: Channel,
  wanted: Readonly<Record<string, Setting>>,
  password: string | undefined,
): Question<Status | null> {
  return {
    ...question(`settings/${channel}/${digest([wanted, password])}`, channel),
    statements: (flavor) => [
      show(channel, flavor),
      flavor === "mysql" && password !== undefined
        ? `SELECT User_password = ${hexText(password)} AS same FROM mysql.slave_master_info WHERE Channel_name = ${text(channel)}`
        : "SELECT 1 AS same FROM DUAL",
    ],
    answer: ([reply, same]) => {
      const status = statusIn(reply, channel);
      if (status === null) return null;
      const differing = Object.entries(wanted).filter(([, { column, value }]) => !isSame(status[column], value));
      const isRefused = status["Last_IO_Errno"] === "1045" || (same !== undefined && rowsOf(same)[0]?.["same"] === "0");
      return {
        ...Object.fromEntries(differing.map(([name, { column }]) => [name, status[column] ?? null])),
        ...(password !== undefined && isRefused && { primary_password: "another" }),
      };
    },
  };
}

/** What the server's own log has come to; null: it keeps none. */
export function primaryStatus(): Question<Status | null> {
  return {
    id: "primary/status",
    subjects: ["system:mysql/primary", "system:mysql/data"],
    persists: false,
    atTurn: true,
    onlyLooks: true,
    statements: (flavor) =>
      flavor === "mariadb"
        ? ["SHOW BINLOG STATUS", "SELECT @@gtid_binlog_pos AS Gtid_Binlog_Pos, @@gtid_current_pos AS Gtid_Current_Pos"]
        : ["SHOW BINARY LOG STATUS", "SHOW MASTER STATUS"],
    answer: ([first, second], { flavor }) => {
      if (flavor === "mysql") return asTextOrNull(rowsOf(first !== undefined && "error" in first ? second : first)[0]);
      const status = asTextOrNull(rowsOf(first)[0]);
      return status === null ? null : { ...status, ...asText(rowsOf(second)[0] ?? {}) };
    },
  };
}

function question(id: string, channel: Channel) {
  return { id: `replica/${id}`, subjects: [replicaSubject(channel)], persists: false } as const;
}

function show(channel: Channel, flavor: Flavor): string {
  if (channel === "" && flavor === "mariadb") return "SHOW REPLICA STATUS";
  return flavor === "mariadb"
    ? `SHOW REPLICA ${text(channel)} STATUS`
    : `SHOW REPLICA STATUS FOR CHANNEL ${text(channel)}`;
}

/** A connection or channel that is not there is an error to the servers. */
function statusIn(reply: Reply | undefined, channel: Channel): Status | null {
  if (channel !== "" && reply !== undefined && "error" in reply && reply.error.includes(channel)) return null;
  return asTextOrNull(rowsOf(reply)[0]);
}

function asTextOrNull(row: Row | undefined): Status | null {
  return row === undefined ? null : withBothNames(asText(row));
}

/** MySQL has new names for what MariaDB has the old ones for. */
function withBothNames(status: Row): Status {
  const pairs = Object.entries(status).flatMap(([name, value]) => [
    [name.replaceAll("Source", "Master").replace(/^Replica_/, "Slave_"), value] as const,
    [name.replaceAll("Master", "Source").replace(/^Slave_/, "Replica_"), value] as const,
  ]);
  return Object.fromEntries(pairs);
}

const SWITCH: Readonly<Record<string, string>> = { yes: "1", no: "0" };

function isSame(now: string | null | undefined, wanted: string): boolean {
  const plain = (now ?? "").toLowerCase();
  return now === wanted || (SWITCH[plain] ?? plain) === (SWITCH[wanted.toLowerCase()] ?? wanted.toLowerCase());
}

/** How RESET of the server's own log is said. */
export function resetLog({ flavor, version }: Server): string {
  const isOld = flavor === "mariadb" || /^(5|8\.[01])\b/.test(version);
  return isOld ? "RESET MASTER" : "RESET BINARY LOGS AND GTIDS";
}
