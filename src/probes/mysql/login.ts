import { createHmac, randomBytes } from "node:crypto";
import type { Subject } from "../../contract/subject.js";
import { quote } from "../shell.js";

/** How to get into a database server. Absent: as the host's client does by itself. */
export interface Login {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly socket?: string | undefined;
  /** An option file on the host. Absent: `~/.my.cnf` where it is there. */
  readonly configFile?: string | undefined;
  readonly connectTimeoutSeconds: number;
  readonly caCert?: string | undefined;
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
  readonly checkHostname?: boolean | undefined;
  /** The database that names without one are looked for in. */
  readonly database?: string | undefined;
}

const salt = randomBytes(16);

/** Stands for a secret in the name of a question: the same within a run, and good for nothing else. */
export function digest(value: unknown): string {
  return createHmac("sha256", salt).update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

/** The same for the same login. */
export function loginId(login: Login): string {
  return digest(login);
}

/** What any answer of a server depends on: its service, the client and where the password may come from. */
export function serverSubjects({ configFile }: Login): readonly Subject[] {
  return [
    ...["mariadb", "mysql"].flatMap((name): readonly Subject[] => [
      `file:/usr/bin/${name}`,
      `service:${name}`,
      `service:${name}/active`,
    ]),
    "file:/run/mysqld/mysqld.sock",
    `file:${configFile ?? "/root/.my.cnf"}`,
  ];
}

/** Lines of an option file that say all this. They hold the password: never an argument of a program. */
export function optionLines(login: Login): readonly string[] {
  const isHere = login.host === undefined || login.host === "localhost";
  const named = Object.entries({
    user: login.user,
    password: login.password,
    host: login.host,
    port: login.port,
    socket: login.socket,
    protocol: login.port !== undefined && login.socket === undefined && isHere ? "tcp" : undefined,
    "ssl-ca": login.caCert,
    "ssl-cert": login.clientCert,
    "ssl-key": login.clientKey,
    // MariaDB's name for it, and MySQL's.
    "loose-ssl-verify-server-cert": flagOf(login.checkHostname),
    "loose-ssl-mode": login.checkHostname === true ? "VERIFY_IDENTITY" : undefined,
  });
  const lines = named.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${optionValue(String(value))}`],
  );
  // mysqldump does not know this one.
  const client = ["[mysql]", `connect-timeout=${login.connectTimeoutSeconds}`];
  return ["[client]", ...lines, ...client];
}

function flagOf(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b" };

/** A value of an option file, whatever is in it. */
function optionValue(value: string): string {
  return `"${value.replace(/["'\\]/g, "\\$&").replace(/[\n\r\t\b]/g, (c) => ESCAPES[c] ?? c)}"`;
}

/**
 * Shell: `$c` is the client (empty: there is none), and `client PROGRAM FILE LINES [ARGUMENT…]` runs one with the options
 * of a login: those of the host's files, then LINES, which reach it by a pipe. FILE is the login's option file, or empty.
 */
export const CLIENT = `c=$(command -v mariadb || command -v mysql) || c=
client() {
p=$1 f=$2 l=$3
shift 3
{ { for i in /etc/my.cnf /etc/mysql/my.cnf "\${f:-\${HOME:-/root}/.my.cnf}"; do [ ! -r "$i" ] || printf '!include %s\\n' "$i"; done
printf '%s\\n' "$l"; } | "$p" --defaults-file=/dev/fd/3 "$@" 3<&0 0<&4; } 4<&0
}`;

/** How every client is called: nothing but SQL is understood, in UTF-8; answers are XML, which data cannot forge. */
export const CLIENT_FLAGS = "--batch --xml --binary-mode --default-character-set=utf8mb4";

/** `--database=NAME` as a word of the shell, or nothing. */
export function databaseWord({ database }: Login): string {
  return database === undefined ? "" : quote(`--database=${database}`);
}
