import * as z from "zod";
import type { Login } from "../../../probes/mysql/login.js";
import { flag, number, text } from "../../values.js";
import { hostPath } from "../path.js";

/** A word of an option file: the clients read lines of at most 4 KiB. */
const word = () =>
  text().refine((value) => !value.includes("\0") && value.length <= 1000, { error: "is too long, or holds a NUL" });

/** How to log in, as all of these modules have it. */
export const loginParams = {
  login_user: word()
    .optional()
    .describe("Who logs in. Absent: as the option files say, else the user who asks (root by the socket)."),
  login_password: word().optional().describe("The password of `login_user`. Never in an argument or a file."),
  login_host: word().optional().describe("Where the server is, as seen from the host. Absent: on it."),
  login_port: number(1).optional().describe("TCP port. Absent: 3306, or the socket when the server is on the host."),
  login_unix_socket: hostPath().optional().describe("Path of the server's socket."),
  config_file: hostPath()
    .optional()
    .describe("Option file on the host, read after those in `/etc`. Absent: `~/.my.cnf` where it is there."),
  connect_timeout: number(1).default(30).describe("Seconds to wait for a connection."),
  ca_cert: hostPath().optional().describe("File with the authority that the server's certificate must come from."),
  client_cert: hostPath().optional().describe("Certificate to show to the server."),
  client_key: hostPath().optional().describe("The key of `client_cert`."),
  check_hostname: flag().optional().describe("Whether the server's certificate must be for `login_host`."),
};

type LoginParams = z.output<z.ZodObject<typeof loginParams>>;

export function loginOf(given: LoginParams, database?: string): Login {
  return {
    user: given.login_user,
    password: given.login_password,
    host: given.login_host,
    port: given.login_port,
    socket: given.login_unix_socket,
    configFile: given.config_file,
    connectTimeoutSeconds: given.connect_timeout,
    caCert: given.ca_cert,
    clientCert: given.client_cert,
    clientKey: given.client_key,
    checkHostname: given.check_hostname,
    database,
  };
}

/** Names of databases, accounts and the like. */
export const sqlName = (most = 64) =>
  text().refine((name) => name !== "" && name.length <= most && !name.includes("\0"), {
    error: `must be a name of 1 to ${most} characters`,
  });

export const binlogParam = {
  sql_log_bin: flag().default(true).describe("Whether the change goes into the binary log, and so to replicas."),
};

export const loginNotes = [
  "The host's own client (`mariadb` or `mysql`) logs in: as root by the server's socket when nothing else is said. Passwords",
  "reach it by a pipe, never in its arguments. In a dry run before the server is installed, the task is *unknown because of* the",
  "task that installs it.",
].join("\n");
