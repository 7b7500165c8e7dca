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
