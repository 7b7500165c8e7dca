import { hexText, text } from "../../../probes/mysql/sql.js";

/** Fills in `%s` or `%(name)s`, as Python's drivers do; throws a SyntaxError that says what is wrong. */
export function withArguments(
  query: string,
  positional: readonly unknown[] | undefined,
  named: Readonly<Record<string, unknown>> | undefined,
): string {
  if (positional === undefined && named === undefined) return query;
  let used = 0;
  const filled = query.replace(/%(%|s|\(([^)]*)\)s|[^]?)/g, (found, kind: string, name?: string) => {
    if (kind === "%") return "%";
    if (kind === "s" && positional !== undefined) {
      if (used >= positional.length) throw new SyntaxError(`has more %s than positional_args (${positional.length})`);
      return literal(positional[used++]);
    }
    if (name !== undefined && named !== undefined) {
      if (!Object.hasOwn(named, name)) throw new SyntaxError(`names %(${name})s, which is not among named_args`);
      return literal(named[name]);
    }
    throw new SyntaxError(
      `holds "${found}"; write %${named === undefined ? "s" : "(name)s"} for an argument and %% for %`,
    );
  });
  if (positional !== undefined && used < positional.length)
    throw new SyntaxError(`has ${used} %s for ${positional.length} positional_args`);
  return filled;
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "string") return textInAnyMode(value);
  if (Array.isArray(value) && value.length > 0) return `(${value.map(literal).join(", ")})`;
  throw new SyntaxError(`has an argument that is no text, number, truth value, null or list of them`);
}

/** Whether a backslash escapes is for the server's sql_mode to say: a text with one is written in digits. */
function textInAnyMode(value: string): string {
  const plain = text(value);
  return plain.includes("\\") ? hexText(value) : plain;
}
