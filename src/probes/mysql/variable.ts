import { type Question, rowsOf } from "./session.js";
import { text } from "./sql.js";
import { utf8 } from "./xml.js";

export interface Variable {
  readonly value: string;
  /** What the server has kept for its next start (MySQL). */
  readonly persisted: string | null;
}

export function variableSubject(name: string): `system:${string}` {
  return `system:mysql/variable/${name.toLowerCase()}`;
}

/** A global variable of the server; null: it has none of that name. */
export function variable(name: string): Question<Variable | null> {
  return {
    id: `variable/${name.toLowerCase()}`,
    subjects: [variableSubject(name)],
    persists: false,
    statements: (flavor) => [
      `SHOW GLOBAL VARIABLES WHERE Variable_name = ${text(name)}`,
      flavor === "mysql"
        ? `SELECT VARIABLE_VALUE AS v FROM performance_schema.persisted_variables WHERE VARIABLE_NAME = ${text(name)}`
        : "SELECT 1 AS v FROM DUAL WHERE FALSE",
    ],
    answer: ([global, persisted]) => {
      const value = rowsOf(global)[0]?.["Value"];
      if (value === undefined || value === null) return null;
      const kept = persisted !== undefined && "results" in persisted ? persisted.results[0]?.[0]?.["v"] : undefined;
      return { value: utf8(value), persisted: kept === undefined || kept === null ? null : utf8(kept) };
    },
  };
}
