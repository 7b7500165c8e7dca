import * as z from "zod";
import { becomes, type Change, disturbs, type Effect } from "../contract/change.js";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import type { Read } from "../contract/query.js";
import { server } from "../probes/mysql/server.js";
import { ask, type Flavor } from "../probes/mysql/session.js";
import { identifier, text as sqlText } from "../probes/mysql/sql.js";
import { type Variable, variable, variableSubject } from "../probes/mysql/variable.js";
import { loginNotes, loginOf, loginParams } from "./support/mysql/login-params.js";
import { sqlStep } from "./support/mysql/run-sql.js";
import { text } from "./values.js";

const params = z.strictObject({
  variable: text()
    .refine((name) => /^[0-9A-Za-z_]+(\.[0-9A-Za-z_]+)?$/.test(name), { error: "is not the name of a variable" })
    .describe("A global variable of the server."),
  value: z
    .union([text(), z.boolean().transform((on) => (on ? "ON" : "OFF"))], { error: "must be text" })
    .optional()
    .describe("What it shall be. Absent: only look."),
  mode: z
    .enum(["global", "persist", "persist_only"], { error: "must be one of global, persist, persist_only" })
    .default("global")
    .describe(
      "`global`: until the server's next start. `persist`: after it, too; `persist_only`: only after it (MySQL).",
    ),
  ...loginParams,
});

type Params = z.output<typeof params>;

interface VariableState {
  readonly flavor: Flavor;
  readonly now: Variable;
}

export const mysqlVariables = defineModule<Params, VariableState>({
  name: "mysql_variables",
  summary: "Look at or set a global variable of MariaDB or MySQL",
  description: [
    "As community.mysql's; `ON`, `true` and `1` are the same to a switch. MariaDB keeps nothing over a restart: write a file of its",
    "configuration as well.",
    "",
    loginNotes,
  ].join("\n"),
  class: "state",
  params,
  secrets: ["login_password"],
  returns: { msg: "The value as it was.", queries: "What was run." },
  examples: [
    { name: "No writes", yaml: "- name: only reads\n  mysql_variables:\n    variable: read_only\n    value: true" },
    {
      name: "For good (MySQL)",
      yaml: "- name: safe commits\n  mysql_variables:\n    variable: sync_binlog\n    value: 1\n    mode: persist",
    },
  ],
  observe,
  diff,
  mayTouch: (given) => disturbed(given.variable),
  result: (_outputs, given, state) => ({
    msg: state.now.value,
    queries: diff(state, given).map(({ title }) => title),
  }),
});

async function observe(read: Read, given: Params): Promise<VariableState> {
  const login = loginOf(given);
  const [{ flavor }, now] = await Promise.all([read(ask(login, server)), read(ask(login, variable(given.variable)))]);
  if (now === null)
    throw hostError(`the server has no global variable ${given.variable}`, { remedy: "check its name" });
  if (given.mode !== "global" && given.value !== undefined && flavor === "mariadb") {
    throw hostError(`MariaDB cannot persist ${given.variable}`, {
      remedy: "write mode: global, and the value into a file below /etc/mysql/mariadb.conf.d",
    });
  }
  return { flavor, now };
}

const VERBS = { global: "GLOBAL", persist: "PERSIST", persist_only: "PERSIST_ONLY" } as const;

function diff({ now }: VariableState, given: Params): readonly Change[] {
  const { value, mode } = given;
  if (value === undefined) return [];
  const runs = isSame(now.value, value);
  const kept = now.persisted !== null && isSame(now.persisted, value);
  const isRight = mode === "global" ? runs : mode === "persist" ? runs && kept : kept;
  if (isRight) return [];
  const sql = `SET ${VERBS[mode]} ${given.variable.split(".").map(identifier).join(".")} = ${literal(now.value, value)}`;
  return [
    {
      summary: `set ${given.variable} to ${value}`,
      title: sql,
      before: { [given.variable]: mode === "persist_only" ? now.persisted : now.value },
      after: { [given.variable]: value },
      effects: effectsOf(given, now, value),
      steps: [sqlStep(loginOf(given), [sql])],
    },
  ];
}

/** A number, a switch or a word as the server compares them. */
function isSame(now: string, wanted: string): boolean {
  if (isSwitch(now) && switched(wanted) !== undefined) return now === switched(wanted);
  if (isNumber(now) && isNumber(wanted)) return Number(now) === Number(wanted);
  if (now.includes(",") || wanted.includes(",")) return parts(now) === parts(wanted);
  return now === wanted || (/^[A-Z_-]+$/i.test(now) && now.toLowerCase() === wanted.toLowerCase());
}

const isSwitch = (value: string): boolean => value === "ON" || value === "OFF";
const isNumber = (value: string): boolean => /^-?\d+(\.\d+)?$/.test(value);
const parts = (value: string): string => value.toLowerCase().split(",").sort().join(",");

function switched(value: string): string | undefined {
  if (/^(on|1|true|yes)$/i.test(value)) return "ON";
  return /^(off|0|false|no)$/i.test(value) ? "OFF" : undefined;
}

/** Numbers are bare, unless the variable is a text that is to look like one. */
function literal(now: string, wanted: string): string {
  if (isSwitch(now) && switched(wanted) !== undefined) return switched(wanted) ?? "";
  return isNumber(wanted) && (isNumber(now) || isSwitch(now)) ? wanted : sqlText(wanted);
}

/** What the server makes of other values (rounded, in other words) is its choice. */
function effectsOf(given: Params, now: Variable, value: string): readonly Effect[] {
  const after = isSwitch(now.value)
    ? switched(value)
    : /^\d+$/.test(now.value) && /^\d+$/.test(value)
      ? value
      : undefined;
  const others = disturbed(given.variable).filter((_effect, i) => after === undefined || i > 0);
  if (after === undefined) return others;
  const { mode } = given;
  const known: Variable = {
    value: mode === "persist_only" ? now.value : after,
    persisted: mode === "global" ? now.persisted : after,
  };
  return [becomes(ask(loginOf(given), variable(given.variable)), known), ...others];
}

/** Setting one of these sets the other as well. */
const PAIRS: Readonly<Record<string, string>> = { super_read_only: "read_only", read_only: "super_read_only" };

function disturbed(name: string): readonly Effect[] {
  const other = PAIRS[name.toLowerCase()];
  const subjects = [name, ...(other === undefined ? [] : [other])].map(variableSubject);
  return [...subjects, "system:mysql/settings" as const].map((subject) => disturbs(subject));
}
