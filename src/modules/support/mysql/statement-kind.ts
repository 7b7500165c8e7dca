import type { SubjectPattern } from "../../../contract/subject.js";
import { dataSubject } from "../../../probes/mysql/session.js";

/** What a statement is good for, as far as its words tell. */
export type StatementKind =
  /** Looks, and may be asked early. */
  | "read"
  /** Looks, but waits, locks or counts on. */
  | "look"
  /** Writes rows: how many, the server tells. */
  | "rows"
  /** About the session only. */
  | "session"
  | "other";

const SESSION =
  /^(SET(?!\s+(@@)?(GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|DEFAULT\s+ROLE)\b)|USE|DO|BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT)\b/i;
const ACTING =
  /\b(INTO|UPDATE|LOCK|\w*_LOCKS?|NEXTVAL|NEXT\s+VALUE|SETVAL|SLEEP|BENCHMARK|LAST_INSERT_ID|\w*_WAIT|WAIT_\w+)\b/i;

export function kindOf(statement: string): StatementKind {
  const bare = withoutComments(statement);
  if (/^(WITH|SELECT|SHOW|DESC|DESCRIBE|EXPLAIN|VALUES|TABLE)\b/i.test(bare)) {
    if (/^WITH\b/i.test(bare) && /\b(UPDATE|DELETE|INSERT)\b/i.test(bare)) return "rows";
    if (/\bINTO\s+(OUTFILE|DUMPFILE)\b/i.test(bare)) return "other";
    return ACTING.test(bare) ? "look" : "read";
  }
  if (/^(INSERT|UPDATE|DELETE|REPLACE)\b/i.test(bare)) return "rows";
  return SESSION.test(bare) ? "session" : "other";
}

/** From the first word on; what stands in a server's own comments (`/*! …`) is a part of the statement. */
function withoutComments(statement: string): string {
  return statement.replace(/^(\s|\(|--[ \t][^\n]*(\n|$)|#[^\n]*(\n|$)|\/\*(?!!|M!)[^]*?\*\/)+/, "");
}

const ACCOUNTS = ["account", "ways", "hosts"].map((aspect): SubjectPattern => `system:mysql/${aspect}/*`);

/** What a statement may make otherwise in the server, as far as its first words tell. */
export function touchedBy(statement: string): readonly SubjectPattern[] {
  const bare = withoutComments(statement);
  if (["read", "look", "session"].includes(kindOf(statement))) return [];
  // The server's own tables hold the rest.
  const isPlain = !/\bmysql\b/i.test(bare);
  if (kindOf(statement) === "rows") return isPlain ? [dataSubject] : ["system:mysql/*"];
  const about = /^(?:CREATE|ALTER|DROP|TRUNCATE|RENAME)\s+(?:OR\s+REPLACE\s+|TEMPORARY\s+|UNIQUE\s+)*(\w+)/i.exec(
    bare,
  )?.[1];
  if (isPlain && /^(TABLE|VIEW|INDEX|TRIGGER|PROCEDURE|FUNCTION|EVENT|SEQUENCE)$/i.test(about ?? ""))
    return [dataSubject];
  if (/^(DATABASE|SCHEMA)$/i.test(about ?? "")) return [dataSubject, "system:mysql/database/*"];
  if (/^(USER|ROLE)$/i.test(about ?? "") || /^(GRANT|REVOKE|SET\s+PASSWORD)\b/i.test(bare))
    return [dataSubject, ...ACCOUNTS];
  if (/^SET\b/i.test(bare)) return ["system:mysql/variable/*", "system:mysql/settings"];
  return ["system:mysql/*"];
}
