import { ProbeFailure } from "../../contract/query.js";
import type { Subject } from "../../contract/subject.js";
import { digest } from "./login.js";
import { dataSubject, type Flavor, type Question, rowsOf } from "./session.js";
import { asText, type Rows } from "./xml.js";

/** The rows of each query, or that one of them would write. */
export type Answers = { readonly kind: "rows"; readonly results: readonly Rows[] } | { readonly kind: "writes" };

/** The author's own queries, in a transaction in which the server lets nobody write. */
export function answers(queries: readonly string[]): Question<Answers> {
  return {
    id: `rows/${digest(queries)}`,
    subjects: [dataSubject],
    persists: true,
    alone: true,
    onlyLooks: true,
    statements: () => ["START TRANSACTION READ ONLY", ...queries],
    answer: ([begin, ...replies]) => {
      const error = begin !== undefined && "error" in begin ? begin.error : undefined;
      if (error !== undefined && /READ ONLY transaction/.test(error)) return { kind: "writes" };
      if (error !== undefined) return new ProbeFailure(error);
      return { kind: "rows", results: replies.map((reply) => rowsOf(reply).map(asText)) };
    },
  };
}

/** Rows that a server tells of itself. `atTurn`: they change by themselves. */
export function told(
  name: string,
  statement: string | ((flavor: Flavor) => string),
  { atTurn = false, subject = "system:mysql/server" }: { readonly atTurn?: boolean; readonly subject?: Subject } = {},
): Question<Rows> {
  return {
    id: `told/${name}`,
    subjects: [subject],
    persists: !atTurn && subject === dataSubject,
    atTurn,
    onlyLooks: true,
    statements: (flavor) => [typeof statement === "string" ? statement : statement(flavor)],
    answer: ([reply]) => rowsOf(reply).map(asText),
  };
}
