import type { ExecStep } from "../../../contract/step.js";
import { CLIENT_FLAGS, type Login, optionLines } from "../../../probes/mysql/login.js";
import { NEED_CLIENT, READ_OPTIONS } from "./read-options.js";

/**
 * Runs a client with the SQL that comes on stdin behind the option lines. MariaDB's repeats a statement that failed,
 * between two lines of dashes, which may hold a password; so may what an error of syntax quotes, unless `quotes` is yes.
 *
 * Arguments: how many lines are options, the option file or nothing, whether to keep what errors quote, more of the client.
 */
const RUN = `n=$1 file=$2 quotes=$3
shift 3
${READ_OPTIONS}
${NEED_CLIENT}
{ e=$(client "$c" "$file" "$o" "$@" 2>&1 >&5 5>&-); } 5>&1
s=$?
near="s/ near '.*//"
[ "$quotes" = no ] || near=
[ -z "$e" ] || printf '%s\\n' "$e" | awk '/^--------------$/ { skip = !skip; next } !skip && NF' | sed "$near" >&2
exit "$s"`;

/** SQL of a module's own: one statement a line. It stops at the first that fails. */
export function sqlStep(login: Login, statements: readonly string[]): ExecStep {
  const sql = ["SET SESSION sql_mode = ''", ...statements].map((statement) => `${statement};\n`).join("");
  return clientStep(login, sql, "no");
}

/** A client with any SQL; its answers are XML. */
export function clientStep(login: Login, sql: string, quotes: "yes" | "no"): ExecStep {
  const options = optionLines(login);
  const database = login.database === undefined ? [] : [`--database=${login.database}`];
  const words = [String(options.length), login.configFile ?? "", quotes, ...CLIENT_FLAGS.split(" "), ...database];
  const bytes = Buffer.from(`${options.join("\n")}\n${sql}`);
  return {
    do: "exec",
    argv: ["sh", "-c", RUN, "fettle-mysql", ...words],
    stdin: { kind: "bytes", bytes },
    silent: true,
  };
}
