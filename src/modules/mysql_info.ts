import * as z from "zod";
import { defineModule } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { loginNotes, loginOf, loginParams, sqlName } from "./support/mysql/login-params.js";
import { type InfoParams, readSubsets, subsetNames, type Subsets } from "./support/mysql/info.js";
import { flag, oneOrMore, text } from "./values.js";

const params = z
  .strictObject({
    filter: oneOrMore(text())
      .default([])
      .describe(`What is wanted of ${subsetNames.join(", ")}, or with a \`!\` what is not. Absent: all.`),
    login_db: sqlName().optional().describe("A database that the login needs."),
    exclude_fields: oneOrMore(text()).default([]).describe("`db_size`: do not add up how big databases are."),
    return_empty_dbs: flag().default(false).describe("Also databases without tables."),
    ...loginParams,
  })
  .transform((given, issues) => {
    const words = given.filter.flatMap((one) => one.split(",")).map((one) => one.trim());
    const unknown = words.find((word) => !(subsetNames as readonly string[]).includes(word.replace(/^!/, "")));
    if (unknown !== undefined)
      issues.addIssue({
        code: "custom",
        message: `"${unknown}" is not one of ${subsetNames.join(", ")}`,
        path: ["filter"],
      });
    const wanted = words.filter((word) => !word.startsWith("!"));
    const subsets = subsetNames.filter((name) =>
      wanted.length > 0 ? wanted.includes(name) : !words.includes(`!${name}`),
    );
    return { ...given, subsets };
  });

type Params = z.output<typeof params>;

export const mysqlInfo = defineModule<Params, Subsets>({
  name: "mysql_info",
  summary: "Look at a server of MariaDB or MySQL: version, databases, settings, accounts, replication",
  description: [
    "As community.mysql's; columns of replication have their old names and their new ones. Hashes of passwords are left out.",
    "What changes by itself (`global_status`, replication) is read at the task's turn.",
    "",
    loginNotes,
  ].join("\n"),
  class: "read",
  waves: 2,
  params,
  secrets: ["login_password"],
  returns: {
    version: "`major`, `minor`, `release`, `suffix` and `full`.",
    server_engine: "`MariaDB` or `MySQL`.",
    databases: "By name the `size` in bytes.",
    settings: "Global variables.",
    global_status: "Status variables.",
    engines: "Storage engines, by name.",
    users: "Accounts, by host and user, with the columns of mysql.user.",
    users_info:
      "A list of accounts: `name`, `host`, `priv` as mysql_user takes it, `plugin`, `tls_requires`, `resource_limits`.",
    master_status: "The server's own log; also `primary_status`.",
    slave_status: "The source that it follows, by host, port and user; also `replica_status`.",
    slave_hosts: "Who follows it, by the number of the server; also `replica_hosts`.",
  },
  examples: [
    { name: "Which version", yaml: "- name: which server\n  mysql_info:\n    filter: version\n  register: db" },
    {
      name: "Everything but the long lists",
      yaml: '- name: overview\n  mysql_info:\n    filter: ["!settings", "!global_status"]\n  register: db',
    },
  ],
  observe: (read: Read, given) => readSubsets(read, loginOf(given, given.login_db), given satisfies InfoParams),
  diff: () => [],
  result: (_outputs, _given, subsets) => ({ changed: false, ...subsets }),
});
