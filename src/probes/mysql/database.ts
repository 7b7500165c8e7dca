import { type Question, rowsOf } from "./session.js";
import { bytes, hexText } from "./sql.js";

/** Whether there is a database of that name. */
export function database(name: string): Question<boolean> {
  const same = `CAST(SCHEMA_NAME AS BINARY) = ${bytes(Buffer.from(name))}`;
  const folded = `@@lower_case_table_names > 0 AND LOWER(SCHEMA_NAME) = LOWER(${hexText(name)})`;
  return {
    id: `database/${name}`,
    subjects: [`system:mysql/database/${name}`],
    persists: true,
    statements: () => [`SELECT COUNT(*) AS n FROM information_schema.SCHEMATA WHERE ${same} OR (${folded})`],
    answer: ([reply]) => rowsOf(reply)[0]?.["n"] !== "0",
  };
}
