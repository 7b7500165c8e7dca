import { becomes, type Change, disturbs, type Effect } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule, type TaskResult } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import {
  otherSettings,
  primaryStatus,
  replicaStatus,
  replicaThreads,
  resetLog,
  type Status,
  type Threads,
} from "../probes/mysql/replica.js";
import { server } from "../probes/mysql/server.js";
import { ask, type Server } from "../probes/mysql/session.js";
import { text } from "../probes/mysql/sql.js";
import { plainValue } from "../probes/mysql/xml.js";
import { loginNotes, loginOf } from "./support/mysql/login-params.js";
import { type ReplicationParams, replicationParams } from "./support/mysql/replication-params.js";
import { sqlStep } from "./support/mysql/run-sql.js";
import { comparable, refusal, saidSettings, wantedSettings } from "./support/mysql/source-change.js";

interface ReplicationState {
  readonly server: Server;
  /** null: it follows nobody. */
  readonly threads: Threads | null;
  /** Of getprimary and getreplica. */
  readonly status: Status | null;
  /** Of changeprimary: the settings that are otherwise. */
  readonly others: Status | null;
}

export const mysqlReplication = defineModule<ReplicationParams, ReplicationState>({
  name: "mysql_replication",
  summary: "Look at and set up replication of MariaDB or MySQL",
  description: [
    "As community.mysql's, but every mode looks first: what is so already is not done again, and an error is always a failure.",
    "`changeprimary` compares what the server tells of its source and says only what is otherwise; a replica that runs is stopped for",
    "it and started again. Positions in logs are where a new source begins, and no reason for a change. MySQL's password is",
    "compared; MariaDB's is set again only when the source refuses it, or together with something else.",
    "",
    "`getprimary` and `getreplica` give all columns by their old names and their new ones, read at the task's turn.",
    "",
    loginNotes,
  ].join("\n"),
  class: "state",
  params: replicationParams,
  secrets: ["primary_password", "master_password", "login_password"],
  returns: {
    queries: "What was run, without the password.",
    Is_Replica: "`getreplica`: whether it follows a source. Beside it all columns of the status.",
    Is_Primary:
      "`getprimary`: whether it keeps a log that others can follow. Beside it all columns; with MariaDB also `Gtid_Binlog_Pos` and `Gtid_Current_Pos`.",
  },
  examples: [
    {
      name: "Follow a primary (MariaDB)",
      yaml: "- name: follow db1\n  mysql_replication:\n    mode: changeprimary\n    primary_host: db1\n    primary_user: repl\n    primary_password: <%= repl_password %>\n    primary_use_gtid: replica_pos\n    primary_ssl: true",
    },
    { name: "Start it", yaml: "- name: replicate\n  mysql_replication:\n    mode: startreplica" },
    {
      name: "Wait until it has caught up",
      yaml: "- name: caught up\n  mysql_replication:\n    mode: getreplica\n  register: replica\n  until: replica.Seconds_Behind_Source === 0\n  retries: 30\n  delay: 2",
    },
  ],
  observe,
  diff,
  actsAlways: ({ mode }) => mode === "resetprimary" || mode === "resetreplica",
  mayTouch: ({ mode }) => (mode === "getprimary" || mode === "getreplica" ? [] : EVERYTHING),
  result: (_outputs, given, state) => resultOf(given, state),
});

const EVERYTHING: readonly Effect[] = [disturbs("system:mysql/replica/*"), disturbs("system:mysql/primary")];

const channelOf = (given: ReplicationParams): string => given.channel ?? given.connection_name ?? "";

async function observe(read: Read, given: ReplicationParams): Promise<ReplicationState> {
  const login = loginOf(given);
  const channel = channelOf(given);
  const looks = given.mode === "getprimary" || given.mode === "getreplica";
  const [found, threads, status, others] = await Promise.all([
    read(ask(login, server)),
    looks ? null : read(ask(login, replicaThreads(channel))),
    looks ? read(ask(login, given.mode === "getprimary" ? primaryStatus() : replicaStatus(channel))) : null,
    given.mode === "changeprimary" ? read(ask(login, othersOf(given))) : null,
  ]);
  if (given.channel !== undefined && found.flavor === "mariadb")
    throw hostError("MariaDB has no channels", { remedy: "write connection_name" });
  if (given.connection_name !== undefined && found.flavor === "mysql")
    throw hostError("MySQL has no named connections", { remedy: "write channel" });
  const refused =
    given.mode === "changeprimary" ? refusal(wantedSettings(given, found.flavor), found.flavor) : undefined;
  if (refused !== undefined) throw hostError(refused.cause, { remedy: refused.remedy });
  return { server: found, threads, status, others };
}

/** What a server tells of its source has the same names for both. */
function othersOf(given: ReplicationParams) {
  return otherSettings(channelOf(given), comparable(wantedSettings(given, "mysql")), given.password);
}

function diff(state: ReplicationState, given: ReplicationParams): readonly Change[] {
  const { threads } = state;
  const login = loginOf(given);
  const become = (after: Threads | null): readonly Effect[] => [
    becomes(ask(login, replicaThreads(channelOf(given))), after),
    disturbs("system:mysql/primary"),
  ];
  switch (given.mode) {
    case "getprimary":
    case "getreplica":
      return [];
    case "changeprimary":
      return changeSource(state, given);
    case "startreplica":
      if (threads === null)
        throw hostError("it follows nobody that it could replicate", {
          remedy: "set a source by mode: changeprimary in an earlier task",
        });
      return threads.io && threads.sql
        ? []
        : [change(state, given, "start the replica", "START REPLICA", become({ io: true, sql: true }))];
    case "stopreplica":
      return threads === null || (!threads.io && !threads.sql)
        ? []
        : [change(state, given, "stop the replica", "STOP REPLICA", become({ io: false, sql: false }))];
    case "resetreplica":
      return reset(state, given, "RESET REPLICA", become({ io: false, sql: false }));
    case "resetreplicaall":
      return reset(state, given, "RESET REPLICA ALL", become(null));
    case "resetprimary":
      return [
        {
          ...change(state, given, "empty the binary log", resetLog(state.server), EVERYTHING),
          steps: [sqlStep(login, [resetLog(state.server)])],
        },
      ];
    default:
      return given.mode satisfies never;
  }
}

/** `START REPLICA 'name'` of MariaDB is `START REPLICA FOR CHANNEL 'name'` of MySQL. */
function named(statement: string, given: ReplicationParams, { flavor }: Server): string {
  const channel = channelOf(given);
  if (channel === "") return statement;
  if (flavor === "mysql") return `${statement} FOR CHANNEL ${text(channel)}`;
  return statement.replace(/^(\w+ \w+)/, `$1 ${text(channel).replaceAll("$", "$$$$")}`);
}

function change(
  state: ReplicationState,
  given: ReplicationParams,
  summary: string,
  sql: string,
  effects: readonly Effect[],
): Change {
  const statement = named(sql, given, state.server);
  return { summary, title: statement, effects, steps: [sqlStep(loginOf(given), [statement])] };
}

function reset(
  state: ReplicationState,
  given: ReplicationParams,
  sql: string,
  effects: readonly Effect[],
): readonly Change[] {
  const { threads } = state;
  if (threads === null) return [];
  if (threads.io || threads.sql)
    throw hostError("the replica runs", { remedy: "stop it by mode: stopreplica in an earlier task" });
  return [
    change(
      state,
      given,
      sql.endsWith("ALL") ? "forget the source" : "forget how far the replica has come",
      sql,
      effects,
    ),
  ];
}

function changeSource(state: ReplicationState, given: ReplicationParams): readonly Change[] {
  const { server: found, threads, others } = state;
  const isNew = others === null;
  const wanted = wantedSettings(given, found.flavor);
  const differing = Object.keys(others ?? wanted);
  if (!isNew && differing.length === 0) return [];
  const said = [...saidSettings(wanted, differing, isNew)];
  const isPassword = given.password !== undefined && (isNew || differing.length > 0);
  const prefix = found.flavor === "mariadb" ? "MASTER" : "SOURCE";
  const statement = (password: string): string => {
    const all = [...said, ...(isPassword ? [`${prefix}_PASSWORD = ${text(password)}`] : [])].join(", ");
    return found.flavor === "mariadb"
      ? named(`CHANGE MASTER TO ${all}`, given, found)
      : named(`CHANGE REPLICATION SOURCE TO ${all}`, given, found);
  };
  const runs = threads !== null && (threads.io || threads.sql);
  const around = (verb: string): readonly string[] => (runs ? [named(`${verb} REPLICA`, given, found)] : []);
  const login = loginOf(given);
  const after: Threads = runs ? { io: true, sql: true } : { io: false, sql: false };
  return [
    {
      summary: isNew ? "set the source" : `change the source: ${differing.join(", ")}`,
      title: statement("********"),
      before: isNew ? null : others,
      after: Object.fromEntries(differing.map((name) => [name, given.settings[name] ?? given.gtid ?? "new"])),
      effects: [becomes(ask(login, othersOf(given)), {}), becomes(ask(login, replicaThreads(channelOf(given))), after)],
      steps: [sqlStep(login, [...around("STOP"), statement(given.password ?? ""), ...around("START")])],
    },
  ];
}

function resultOf(given: ReplicationParams, state: ReplicationState): TaskResult {
  if (given.mode !== "getprimary" && given.mode !== "getreplica")
    return { queries: diff(state, given).map(({ title }) => title) };
  const isOne = state.status !== null;
  const flags =
    given.mode === "getprimary" ? { Is_Primary: isOne, Is_Master: isOne } : { Is_Replica: isOne, Is_Slave: isOne };
  const columns = Object.entries(state.status ?? {}).map(([name, value]) => [name, plainValue(value)] as const);
  return { changed: false, queries: [], ...flags, ...Object.fromEntries(columns) };
}
