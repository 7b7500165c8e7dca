import { defineProbe, ProbeFailure, type Query, type TouchCause } from "../../contract/query.js";
import type { Subject } from "../../contract/subject.js";
import type { ServiceState } from "../service.js";
import { Cursor, orFailure, quote } from "../shell.js";
import { CLIENT, CLIENT_FLAGS, databaseWord, type Login, loginId, optionLines, serverSubjects } from "./login.js";
import { resultsOf, type Rows, utf8 } from "./xml.js";

export type Flavor = "mariadb" | "mysql";

export interface Server {
  readonly flavor: Flavor;
  /** As the server says it: `10.11.6-MariaDB-0+deb12u1`, `9.7.4-2`. */
  readonly version: string;
}

/** What a statement came to. */
export type Reply = { readonly results: readonly Rows[] } | { readonly error: string };

/** One question to a database server. Its id and the values of answers hold no secrets. */
export interface Question<V> {
  readonly id: string;
  /** What the answer depends on besides the server: `system:mysql/…`. */
  readonly subjects: readonly Subject[];
  /** What the answer is after a restart of the server. */
  readonly persists: boolean;
  /** It may change by itself: asked at its task's turn. */
  readonly atTurn?: boolean;
  /** The author's own SQL: in a session of its own, where it can harm nothing else. */
  readonly alone?: boolean;
  /** Who asks this changes nothing of what it is about. */
  readonly onlyLooks?: true;
  /** Reads only. Of questions that are not alone each is one line. */
  statements(flavor: Flavor): readonly string[];
  /** `replies[i]` belongs to the i-th statement. */
  answer(replies: readonly Reply[], server: Server): V | ProbeFailure;
  infer?(was: V, cause: TouchCause): V | undefined;
}

export interface Key {
  readonly login: Login;
  readonly question: Question<unknown>;
}

/** The question as the engine asks it: all of a wave that have one login share one client. */
export function ask<V>(login: Login, question: Question<V>): Query<V> {
  return mysql({ login, question: question }) as Query<V>;
}

/** Whatever is changed in a server touches this: queries of users may have looked at anything. */
export const dataSubject: Subject = "system:mysql/data";

const mysql = defineProbe<Key, unknown>({
  kind: "mysql",
  identify: ({ login, question }) => `${loginId(login)}/${question.id}`,
  subjects: ({ login, question }) => [...question.subjects, ...serverSubjects(login)],
  changed: ({ question }) => question.subjects,
  own: ({ question }) => (question.onlyLooks === true ? [] : question.subjects),
  cost: ({ question }) => (question.atTurn === true ? "dear" : "cheap"),
  script: (keys) => ({ text: `${CLIENT}\n${SESSION}\n${sessionsOf(keys).map(sessionCall).join("\n")}\n:` }),
  parse: (output, keys) => {
    const cursor = new Cursor(output);
    const answers = new Map<Key, unknown>();
    for (const session of sessionsOf(keys)) for (const [key, answer] of read(cursor, session)) answers.set(key, answer);
    return keys.map((key) => answers.get(key));
  },
  infer: ({ question }, was, cause) => {
    if (was === undefined) return undefined;
    if (cause.subject.startsWith("system:")) return question.infer?.(was, cause);
    // The socket comes and goes with the service; what packages bring does not take the client away.
    if (cause.subject.startsWith("file:/run/") || cause.brings === true) return was;
    const unit = cause.query?.probe.kind === "service" ? (cause.value as ServiceState) : undefined;
    return question.persists && unit?.active === "active" ? was : undefined;
  },
});

/** Questions that one client answers. */
type Session = readonly Key[];

function sessionsOf(keys: readonly Key[]): readonly Session[] {
  const sessions = new Map<string, Key[]>();
  for (const key of keys) {
    const id = key.question.alone === true ? `${loginId(key.login)}/${key.question.id}` : loginId(key.login);
    const known = sessions.get(id);
    if (known === undefined) sessions.set(id, [key]);
    else known.push(key);
  }
  return [...sessions.values()];
}

/**
 * Prints `none`, `failed BYTES` and the cause, or `version TEXT`, the client's XML, `<errors BYTES>` and its complaints.
 * Which questions are asked hangs on whose server it is. An error ends its own statement only.
 */
const SESSION = `q() {
f=$1 l=$2 d=$3
[ -n "$c" ] || { echo none; return; }
v=$(printf '%s\\n' "SELECT CONCAT('fettle-version ', VERSION()) AS v" | client "$c" "$f" "$l" --batch --skip-column-names \${d:+"$d"} 2>&1)
case $v in *fettle-version*MariaDB*) s=$4 ;; *fettle-version*) s=$5 ;; *) printf 'failed %s\\n%s\\n' "\${#v}" "$v"; return ;; esac
printf 'version %s\\n' "\${v##*fettle-version }"
{ e=$(printf '%s\\n' "$s" | client "$c" "$f" "$l" ${CLIENT_FLAGS} --force \${d:+"$d"} 2>&1 >&5 5>&-); } 5>&1
printf '<errors %s>\\n%s\\n' "\${#e}" "$e"
}`;

const MARK = "fettle-mark";
/** The author's SQL may hold anything but this; clients keep 15 characters of it. */
export const END_OF_STATEMENT = "fettle4END$$";

function sessionCall(session: Session): string {
  const { login } = session[0] as Key;
  const sql = (flavor: Flavor): string => quote(linesOf(session, flavor).join("\n"));
  const options = optionLines(login).join("\n");
  return `q ${quote(login.configFile ?? "")} ${quote(options)} ${databaseWord(login) || "''"} ${sql("mariadb")} ${sql("mysql")}`;
}

/** What is asked: once, however many questions need it; the author's own as often as it is there. */
function statementsOf(session: Session, flavor: Flavor): readonly string[] {
  const all = session.flatMap(({ question }) => question.statements(flavor));
  return session[0]?.question.alone === true ? all : [...new Set(all)];
}

/** A mark before each statement tells whose the results are, and the line of an error whose that is. */
function linesOf(session: Session, flavor: Flavor): readonly string[] {
  const isAlone = session[0]?.question.alone === true;
  const statements = statementsOf(session, flavor);
  const setUp = isAlone ? [`DELIMITER ${END_OF_STATEMENT}`] : ["SET SESSION sql_mode = '', sql_quote_show_create = 1;"];
  const marked = statements.flatMap((statement, i) => {
    const mark = `SELECT ${i} AS \`${MARK}\``;
    return isAlone ? [mark, END_OF_STATEMENT, statement, END_OF_STATEMENT] : [`${mark};`, `${statement};`];
  });
  return [...setUp, ...marked];
}

function* read(cursor: Cursor, session: Session): Generator<readonly [Key, unknown]> {
  const failure = failureOf(cursor);
  if (failure !== undefined) {
    for (const key of session) yield [key, failure];
    return;
  }
  const version = cursor.until("\n").slice("version ".length);
  const server: Server = { flavor: /MariaDB/.test(version) ? "mariadb" : "mysql", version };
  const xml = cursor.until("<errors ");
  const errors = utf8(cursor.take(Number(cursor.until(">\n"))));
  cursor.take(1);
  const replies = orFailure(() => repliesOf(resultsOf(xml), errors, session, server.flavor));
  const statements = statementsOf(session, server.flavor);
  for (const key of session) {
    const own = ({ question }: Key, all: readonly Reply[]): readonly Reply[] =>
      question.alone === true
        ? all
        : question.statements(server.flavor).flatMap((statement) => all[statements.indexOf(statement)] ?? []);
    const answer = (all: readonly Reply[]): unknown => orFailure(() => key.question.answer(own(key, all), server));
    yield [key, replies instanceof ProbeFailure ? replies : answer(replies)];
  }
}

function failureOf(cursor: Cursor): ProbeFailure | undefined {
  if (cursor.skip("none\n"))
    return new ProbeFailure("this host has no client of MariaDB or MySQL; install one in an earlier task");
  if (!cursor.skip("failed ")) return undefined;
  const said = utf8(cursor.take(Number(cursor.until("\n"))));
  cursor.take(1);
  return new ProbeFailure(`the database server does not let in: ${loginError(said)}`);
}

function loginError(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return lines.find((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? "the client failed without a word";
}

function repliesOf(results: readonly Rows[], errors: string, session: Session, flavor: Flavor): readonly Reply[] {
  const statements = statementsOf(session, flavor);
  const isAlone = session[0]?.question.alone === true;
  const found = statements.map(() => ({ results: [] as Rows[], error: undefined as string | undefined }));
  let current = -1;
  for (const rows of results) {
    const mark = rows[0]?.[MARK];
    if (mark !== undefined && mark !== null) current = Number(mark);
    else found[current]?.results.push(rows);
  }
  if (current !== statements.length - 1)
    throw new ProbeFailure(/^ERROR .*/m.exec(errors)?.[0] ?? "the server's answer ends too early");
  // The set-up is line 1, and each statement has a line for its mark and one for itself; alone, any error is the first's.
  for (const [, line = "", said = ""] of errors.matchAll(/^ERROR \d+ \([^)]*\) at line (\d+): (.*)$/gm)) {
    const own = found[isAlone ? 0 : (Number(line) - 3) / 2];
    if (own !== undefined) own.error ??= said;
  }
  return found.map(({ results: own, error }) => (error === undefined ? { results: own } : { error }));
}

/** The rows of a statement with one result. An error of the server is the question's failure. */
export function rowsOf(reply: Reply | undefined): Rows {
  if (reply === undefined) throw new ProbeFailure("the server's answer ends too early");
  if ("error" in reply) throw new ProbeFailure(reply.error);
  return reply.results[0] ?? [];
}
