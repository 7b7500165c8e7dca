import * as z from "zod";
import { type Change, disturbs, type Effect } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule, type ChangeOutputs, type TaskResult } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { type Answers, answers } from "../probes/mysql/rows.js";
import { ask, END_OF_STATEMENT as END } from "../probes/mysql/session.js";
import { asText, plainValue, resultsOf, type Row, type Rows } from "../probes/mysql/xml.js";
import { shortened } from "./run/change.js";
import { withArguments } from "./support/mysql/arguments.js";
import { loginNotes, loginOf, loginParams, sqlName } from "./support/mysql/login-params.js";
import { clientStep } from "./support/mysql/run-sql.js";
import { kindOf, touchedBy } from "./support/mysql/statement-kind.js";
import { flag, oneOrMore, text } from "./values.js";

const params = z
  .strictObject({
    query: oneOrMore(text().refine((query) => query.trim() !== "", { error: "is empty" })).describe(
      "A statement of SQL, or several in their order.",
    ),
    positional_args: z
      .array(z.unknown())
      .optional()
      .describe("Values for `%s`, in their order; `%%` is a per cent sign then."),
    named_args: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("Values for `%(name)s`; `%%` is a per cent sign then."),
    login_db: sqlName().optional().describe("The database that names without one are looked for in."),
    single_transaction: flag().default(false).describe("All of them in one transaction: all or nothing."),
    ...loginParams,
  })
  .transform(({ query, positional_args, named_args, ...rest }, issues) => {
    const problem = (message: string, path: string[] = []): void => issues.addIssue({ code: "custom", message, path });
    if (positional_args !== undefined && named_args !== undefined)
      problem("takes only one of positional_args and named_args");
    const queries = query.map((one) => {
      try {
        return withArguments(one.replace(/[;\s]+$/, ""), positional_args, named_args);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        problem(error.message, ["query"]);
        return "";
      }
    });
    return { ...rest, queries };
  });

type Params = z.output<typeof params>;

export const mysqlQuery = defineModule<Params, Answers>({
  name: "mysql_query",
  summary: "Run SQL in MariaDB or MySQL",
  description: [
    "As community.mysql's. Statements that only look (`SELECT`, `SHOW`, `EXPLAIN` …) are asked together with everything else that",
    "fettle looks at, in a plan, too, and in a transaction in which the server lets nobody write; with others among them all run at the",
    "task's turn. Changed is a task with a statement that wrote rows, or that is about more than rows or the session; `IF EXISTS`",
    "and `IF NOT EXISTS` that found nothing to do are not.",
    "",
    "Values are text, or numbers where they look like one: the host's client does not tell types. `NULL` is null.",
    "",
    loginNotes,
  ].join("\n"),
  class: "action",
  params,
  secrets: ["login_password"],
  returns: {
    query_result: "For each statement its rows, each a mapping of columns.",
    rowcount: "For each statement how many rows it gave or wrote.",
    executed_queries: "The statements, with their values.",
  },
  examples: [
    {
      name: "Look at rows",
      yaml: "- name: open orders\n  mysql_query:\n    login_db: shop\n    query: SELECT id FROM orders WHERE state = %s\n    positional_args: [open]\n  register: orders",
    },
    {
      name: "Write some",
      yaml: "- name: a first row\n  mysql_query:\n    login_db: shop\n    query: INSERT INTO settings (name, value) VALUES (%(name)s, %(value)s)\n    named_args: { name: theme, value: dark }",
    },
  ],
  observe,
  diff: (seen, given) => (seen.kind === "rows" ? [] : [execution(given)]),
  mayTouch: (given) => effectsOf(given),
  result: (outputs, given, seen) => resultOf(outputs, given, seen),
});

async function observe(read: Read, given: Params): Promise<Answers> {
  const isRead = given.queries.every((query) => kindOf(query) === "read");
  return isRead ? read(ask(loginOf(given, given.login_db), answers(given.queries))) : { kind: "writes" };
}

function effectsOf({ queries }: Params): readonly Effect[] {
  const outside = queries.some((query) => /\b(OUTFILE|DUMPFILE|INSTALL|CALL)\b/i.test(query));
  const touched = new Set(queries.flatMap(touchedBy));
  return [
    ...[...touched].map((subject) => disturbs(subject)),
    ...(outside ? [{ kind: "opaque", why: "SQL that may touch more than the server's data" } as const] : []),
  ];
}

function execution(given: Params): Change {
  const counted = given.queries.flatMap((query) => [
    "SELECT 1 AS `fettle-mark`",
    query,
    "SELECT ROW_COUNT() AS `fettle-count`, @@warning_count AS warnings",
  ]);
  const whole = given.single_transaction ? ["START TRANSACTION", ...counted, "COMMIT"] : counted;
  const sql = `DELIMITER ${END}\n${whole.map((statement) => `${statement}\n${END}\n`).join("")}`;
  return {
    summary: `run ${shortened(given.queries.join("; "))}`,
    effects: effectsOf(given),
    steps: [clientStep(loginOf(given, given.login_db), sql, "yes")],
  };
}

interface Outcome {
  readonly rows: Rows;
  readonly count: number;
  readonly warnings: number;
}

function resultOf(outputs: readonly ChangeOutputs[] | undefined, given: Params, seen: Answers): TaskResult {
  const executed = { executed_queries: given.queries };
  if (seen.kind === "rows") {
    const counts = seen.results.map((rows) => rows.length);
    return {
      changed: false,
      ...executed,
      query_result: seen.results.map((rows) => rows.map(plainRow)),
      rowcount: counts,
    };
  }
  const step = outputs?.[0]?.[0];
  if (step === undefined || step.outcome.kind !== "exited" || !step.outcome.ok) return executed;
  if (step.stdout.truncated)
    throw hostError("the answer is too long", { remedy: "ask for less, by LIMIT or fewer columns" });
  const outcomes = outcomesOf(resultsOf(step.stdout.bytes.toString("latin1")));
  return {
    ...executed,
    changed: given.queries.some((query, i) => hasChanged(query, outcomes[i])),
    query_result: outcomes.map(({ rows }) => rows.map(plainRow)),
    rowcount: outcomes.map(({ count }) => count),
  };
}

/** The results between a mark and its count; of a procedure's many the first. */
function outcomesOf(results: readonly Rows[]): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  let own: Rows[] = [];
  for (const rows of results) {
    const [first] = rows;
    if (first !== undefined && "fettle-mark" in first) own = [];
    else if (first === undefined || !("fettle-count" in first)) own.push(rows);
    else {
      const [found] = own;
      const count = found === undefined ? Number(first["fettle-count"]) : found.length;
      outcomes.push({ rows: (found ?? []).map(asText), count, warnings: Number(first["warnings"]) });
    }
  }
  return outcomes;
}

function hasChanged(query: string, outcome: Outcome | undefined): boolean {
  switch (kindOf(query)) {
    case "read":
    case "look":
    case "session":
      return false;
    case "rows":
      return (outcome?.count ?? 0) > 0;
    default: {
      // The server notes that there was nothing to do.
      const isConditional = /\bIF\s+(NOT\s+)?EXISTS\b/i.test(query);
      return !(isConditional && outcome !== undefined && outcome.count <= 0 && outcome.warnings > 0);
    }
  }
}

function plainRow(row: Row): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));
}
