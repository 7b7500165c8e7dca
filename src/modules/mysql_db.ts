import { becomes, type Change, disturbs } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { endOf, fileStat } from "../probes/file-stat.js";
import { database } from "../probes/mysql/database.js";
import { server } from "../probes/mysql/server.js";
import { ask, dataSubject, type Flavor } from "../probes/mysql/session.js";
import { identifier } from "../probes/mysql/sql.js";
import { splitWords } from "./run/words.js";
import { type DbParams, dbParams } from "./support/mysql/db-params.js";
import { dumpStep, importStep } from "./support/mysql/dump-scripts.js";
import { loginNotes, loginOf } from "./support/mysql/login-params.js";
import { sqlStep } from "./support/mysql/run-sql.js";
import { pathMayTouch } from "./support/path-may-touch.js";

/** What SQL of others may be about. */
const EVERYTHING = "system:mysql/*" as const;

interface DbState {
  readonly flavor: Flavor;
  /** Those of the names that are there. */
  readonly there: readonly string[];
}

export const mysqlDb = defineModule<DbParams, DbState>({
  name: "mysql_db",
  summary: "Make databases of MariaDB or MySQL exist or not, dump and import them",
  description: [
    "As community.mysql's. `encoding` and `collation` are those of a new database; one that is there keeps its own.",
    "A dump replaces `target` when it is whole, readable for its owner only. An import makes the database when it is missing.",
    "The server's own databases cannot be removed.",
    "",
    loginNotes,
  ].join("\n"),
  class: "state",
  params: dbParams,
  secrets: ["login_password"],
  returns: {
    db: "The names, with spaces.",
    db_list: "The names.",
    executed_commands: "What was run.",
  },
  examples: [
    { name: "A database", yaml: "- name: the shop's data\n  mysql_db:\n    name: shop\n    encoding: utf8mb4" },
    {
      name: "A dump of everything",
      yaml: "- name: back up\n  mysql_db:\n    name: all\n    state: dump\n    target: /var/backups/all.sql.gz\n    single_transaction: true",
    },
    {
      name: "From a dump",
      yaml: "- name: restore\n  mysql_db:\n    name: shop\n    state: import\n    target: /var/backups/shop.sql.gz",
    },
  ],
  observe,
  diff,
  actsAlways: ({ state }) => state === "dump" || state === "import",
  mayTouch: ({ state, target }) =>
    state === "dump" ? pathMayTouch(target ?? "/") : [disturbs(state === "import" ? EVERYTHING : dataSubject)],
  result: (_outputs, given, state) => ({
    db: given.names.join(" "),
    db_list: given.names,
    executed_commands: commandsOf(state, given),
  }),
});

async function observe(read: Read, given: DbParams): Promise<DbState> {
  const login = loginOf(given);
  const [found, there, target] = await Promise.all([
    read(ask(login, server)),
    Promise.all(given.all ? [] : given.names.map((name) => read(ask(login, database(name))))),
    given.state === "import" && given.target !== undefined ? read(fileStat(given.target)) : undefined,
  ]);
  if (target !== undefined && endOf(target).entry === null) {
    throw hostError(`there is no ${given.target ?? ""} on the host`, {
      remedy: "bring the dump there in an earlier task",
    });
  }
  const missing = given.names.find((_name, i) => there[i] === false);
  if (given.state === "dump" && missing !== undefined) {
    throw hostError(`there is no database ${missing} to dump`, { remedy: "check its name" });
  }
  return { flavor: found.flavor, there: given.all ? [] : given.names.filter((_name, i) => there[i]) };
}

function diff({ flavor, there }: DbState, given: DbParams): readonly Change[] {
  switch (given.state) {
    case "present":
      return given.names.filter((name) => !there.includes(name)).map((name) => create(name, given));
    case "absent":
      return there.map((name) => drop(name, given));
    case "dump":
      return [dump(flavor, given)];
    case "import":
      return [bringIn(given)];
    default:
      return given.state satisfies never;
  }
}

/** What the task comes to, in SQL or in a few words. */
function commandsOf({ flavor, there }: DbState, given: DbParams): readonly string[] {
  const missing = given.names.filter((name) => !there.includes(name));
  if (given.state === "present") return missing.map((name) => creation(name, given));
  return given.state === "absent" ? there.map(removal) : diff({ flavor, there }, given).map(({ summary }) => summary);
}

const creation = (name: string, given: DbParams): string => `CREATE DATABASE ${identifier(name)}${kindOf(given)}`;
const removal = (name: string): string => `DROP DATABASE ${identifier(name)}`;

function change(given: DbParams, name: string, verb: string, sql: string, isThere: boolean): Change {
  const login = loginOf(given);
  const quiet = given.sql_log_bin ? [] : ["SET SESSION sql_log_bin = 0"];
  return {
    summary: `${verb} database ${name}`,
    title: `database ${name}`,
    before: { state: isThere ? "absent" : "present" },
    after: { state: isThere ? "present" : "absent" },
    effects: [becomes(ask(login, database(name)), isThere), disturbs(dataSubject)],
    steps: [sqlStep(login, [...quiet, sql])],
  };
}

function create(name: string, given: DbParams): Change {
  return change(given, name, "create", creation(name, given), true);
}

function kindOf({ encoding, collation }: DbParams): string {
  const words = [
    ...(encoding === "" ? [] : ["CHARACTER SET", encoding]),
    ...(collation === "" ? [] : ["COLLATE", collation]),
  ];
  return words.map((word) => ` ${word}`).join("");
}

function drop(name: string, given: DbParams): Change {
  return change(given, name, "drop", removal(name), false);
}

function dump(flavor: Flavor, given: DbParams): Change {
  const target = given.target ?? "";
  const extra = splitWords(given.dump_extra_args);
  const position = flavor === "mysql" ? "source-data" : "master-data";
  // What a part of a server has seen of transactions is none of who imports it, and would be refused where it came from.
  const isPart = flavor === "mysql" && !given.all && !given.dump_extra_args.includes("set-gtid-purged");
  const words = [
    ...(given.force ? ["--force"] : []),
    ...(isPart ? ["--set-gtid-purged=OFF"] : []),
    ...(given.skip_lock_tables ? ["--skip-lock-tables"] : []),
    ...(given.encoding === "" ? [] : [`--default-character-set=${given.encoding}`]),
    ...(given.single_transaction ? ["--single-transaction"] : []),
    given.quick ? "--quick" : "--skip-quick",
    ...given.ignore_tables.map((table) => `--ignore-table=${table}`),
    ...(given.hex_blob ? ["--hex-blob"] : []),
    ...(given.master_data === 0 ? [] : [`--${position}=${given.master_data}`]),
    ...("words" in extra ? extra.words : []),
    ...(given.all ? ["--all-databases"] : [...(given.names.length > 1 ? ["--databases"] : []), "--", ...given.names]),
  ];
  return {
    summary: `dump ${given.all ? "all databases" : given.names.join(", ")} to ${target}`,
    effects: [...pathMayTouch(target), disturbs(`file:${target.slice(0, target.lastIndexOf("/")) || "/"}`)],
    steps: [dumpStep(loginOf(given), target, words)],
  };
}

function bringIn(given: DbParams): Change {
  const login = loginOf(given);
  const [name = ""] = given.names;
  const charset = given.encoding === "" ? "utf8mb4" : given.encoding;
  const quiet = given.sql_log_bin ? [] : ["--init-command=SET SESSION sql_log_bin = 0"];
  const words = [
    "--batch",
    "--binary-mode",
    `--default-character-set=${charset}`,
    ...(given.force ? ["--force"] : []),
    ...quiet,
  ];
  const make = sqlStep(login, [`CREATE DATABASE IF NOT EXISTS ${identifier(name)}${kindOf(given)}`]);
  const made = given.all ? [] : [becomes(ask(login, database(name)), true)];
  return {
    summary: `import ${given.target ?? ""}${given.all ? "" : ` into ${name}`}`,
    effects: [...made, disturbs(EVERYTHING)],
    steps: [
      ...(given.all ? [] : [make]),
      importStep(login, given.target ?? "", [...words, ...(given.all ? [] : [`--database=${name}`])]),
    ],
  };
}
