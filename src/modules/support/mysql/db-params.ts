import * as z from "zod";
import { splitWords } from "../../run/words.js";
import { flag, number, oneOrMore, text } from "../../values.js";
import { hostPath } from "../path.js";
import { binlogParam, loginParams, sqlName } from "./login-params.js";

const charset = (what: string) => text().refine((name) => /^\w*$/.test(name), { error: `is not the name of ${what}` });

const OWN = ["mysql", "information_schema", "performance_schema", "sys"];

export const dbParams = z
  .strictObject({
    name: oneOrMore(sqlName(1000))
      .optional()
      .describe("The database, or several: a list, or with commas. `all` with `dump` and `import`: the whole server."),
    db: oneOrMore(sqlName(1000)).optional().describe("The same as `name`."),
    state: z
      .enum(["present", "absent", "dump", "import"], { error: "must be one of present, absent, dump, import" })
      .default("present")
      .describe("`dump` writes `target`, `import` runs the SQL in it; both every time."),
    encoding: charset("a character set")
      .default("")
      .describe("Character set of a new database, or of a dump or an import."),
    collation: charset("a collation")
      .default("")
      .describe("Collation of a new database. One that is there keeps its own."),
    target: hostPath()
      .optional()
      .describe(
        "Path on the host of the dump; `.gz`, `.bz2`, `.xz` and `.zst` are compressed. With `dump` and `import`.",
      ),
    single_transaction: flag().default(false).describe("Dump all as it was at one moment (InnoDB), without locks."),
    quick: flag().default(true).describe("Do not keep whole tables in memory while dumping."),
    ignore_tables: z.array(text()).default([]).describe("Tables that a dump leaves out, as `database.table`."),
    hex_blob: flag().default(false).describe("Dump bytes as hexadecimal digits."),
    force: flag().default(false).describe("Go on after errors of SQL in a dump or an import."),
    master_data: number()
      .refine((value) => [0, 1, 2].includes(value), { error: "must be 0, 1 or 2" })
      .default(0)
      .describe("Position of the binary log in a dump: 0 none, 1 a statement that takes it, 2 the same as a comment."),
    skip_lock_tables: flag().default(false).describe("Do not lock tables while dumping."),
    dump_extra_args: text()
      .refine((line) => "words" in splitWords(line), { error: "cannot be split into words" })
      .default("")
      .describe("More arguments for mysqldump. No passwords: everybody on the host can read them."),
    ...binlogParam,
    ...loginParams,
  })
  .transform(({ name, db, ...rest }, issues) => {
    const problem = (message: string, path: string[] = []): void => issues.addIssue({ code: "custom", message, path });
    const given = name ?? db ?? [];
    // Ansible takes a text with commas for a list.
    const names = given.length === 1 ? (given[0] ?? "").split(",").map((one) => one.trim()) : given;
    const all = names.length === 1 && names[0] === "all";
    const isFile = rest.state === "dump" || rest.state === "import";
    if ((name === undefined) === (db === undefined)) problem("needs name");
    if (names.some((one) => one === "" || one.length > 64)) problem("must be a name of 1 to 64 characters", ["name"]);
    if (all && !isFile) problem("all is only for state dump and import", ["name"]);
    if (isFile && rest.target === undefined) problem("needs target with state dump and import");
    if (rest.state === "import" && names.length > 1) problem("takes one database with state import", ["name"]);
    if (rest.state === "absent" && names.some((one) => OWN.includes(one.toLowerCase())))
      problem("names a database of the server's own, which cannot do without it", ["name"]);
    return { ...rest, names: [...new Set(names)], all };
  });

export type DbParams = z.output<typeof dbParams>;
