import * as z from "zod";
import { flag, number, text } from "../../values.js";
import { loginParams } from "./login-params.js";

const MODES = [
  "changeprimary",
  "getprimary",
  "getreplica",
  "startreplica",
  "stopreplica",
  "resetprimary",
  "resetreplica",
  "resetreplicaall",
] as const;
type Mode = (typeof MODES)[number];

const word = () => text().refine((value) => !value.includes("\0") && value.length <= 1000, { error: "is too long" });
const whole = () => number().refine((value) => Number.isInteger(value), { error: "must be a whole number" });

/** What CHANGE MASTER or CHANGE REPLICATION SOURCE takes: its word, and the column that tells it. */
interface Option {
  /** Behind `MASTER_` or `SOURCE_`. */
  readonly word: string;
  /** By its old name. Absent: a starting point, which moves on. */
  readonly column?: string;
  readonly kind: "text" | "number" | "flag";
  readonly only?: "mysql" | "mariadb";
  readonly description: string;
}

export const sourceOptions: Readonly<Record<string, Option>> = {
  primary_host: { word: "HOST", column: "Master_Host", kind: "text", description: "Where the source is." },
  primary_user: { word: "USER", column: "Master_User", kind: "text", description: "Who logs in there." },
  primary_port: { word: "PORT", column: "Master_Port", kind: "number", description: "Its port." },
  primary_connect_retry: {
    word: "CONNECT_RETRY",
    column: "Connect_Retry",
    kind: "number",
    description: "Seconds between tries to connect.",
  },
  primary_retry_count: {
    word: "RETRY_COUNT",
    column: "Master_Retry_Count",
    kind: "number",
    only: "mysql",
    description: "How often it tries to connect.",
  },
  primary_bind: {
    word: "BIND",
    column: "Master_Bind",
    kind: "text",
    only: "mysql",
    description: "Own address that it connects from.",
  },
  primary_delay: { word: "DELAY", column: "SQL_Delay", kind: "number", description: "Seconds that it stays behind." },
  primary_log_file: {
    word: "LOG_FILE",
    kind: "text",
    description: "The source's log to begin with, when the source is a new one.",
  },
  primary_log_pos: { word: "LOG_POS", kind: "number", description: "The position in it." },
  primary_ssl: {
    word: "SSL",
    column: "Master_SSL_Allowed",
    kind: "flag",
    description: "Whether the connection is by TLS.",
  },
  primary_ssl_ca: { word: "SSL_CA", column: "Master_SSL_CA_File", kind: "text", description: "File of the authority." },
  primary_ssl_capath: {
    word: "SSL_CAPATH",
    column: "Master_SSL_CA_Path",
    kind: "text",
    description: "Folder of authorities.",
  },
  primary_ssl_cert: {
    word: "SSL_CERT",
    column: "Master_SSL_Cert",
    kind: "text",
    description: "File of its own certificate.",
  },
  primary_ssl_key: { word: "SSL_KEY", column: "Master_SSL_Key", kind: "text", description: "File of its own key." },
  primary_ssl_cipher: { word: "SSL_CIPHER", column: "Master_SSL_Cipher", kind: "text", description: "Ciphers." },
  primary_ssl_crl: {
    word: "SSL_CRL",
    column: "Master_SSL_Crl",
    kind: "text",
    description: "File of revoked certificates.",
  },
  primary_ssl_crlpath: {
    word: "SSL_CRLPATH",
    column: "Master_SSL_Crlpath",
    kind: "text",
    description: "Folder of them.",
  },
  primary_ssl_verify_server_cert: {
    word: "SSL_VERIFY_SERVER_CERT",
    column: "Master_SSL_Verify_Server_Cert",
    kind: "flag",
    description: "Whether the source's certificate must be for its name.",
  },
  primary_tls_version: {
    word: "TLS_VERSION",
    column: "Master_TLS_Version",
    kind: "text",
    only: "mysql",
    description: "Versions of TLS.",
  },
  primary_auto_position: {
    word: "AUTO_POSITION",
    column: "Auto_Position",
    kind: "flag",
    only: "mysql",
    description: "Follow by GTIDs (MySQL).",
  },
  primary_public_key_path: {
    word: "PUBLIC_KEY_PATH",
    column: "Master_public_key_path",
    kind: "text",
    only: "mysql",
    description: "File of the source's public key.",
  },
};

const KINDS = { text: word, number: whole, flag } as const;

function optional({ kind, description, only }: Option) {
  const schema: z.ZodType<string | number | boolean> = KINDS[kind]();
  return schema
    .optional()
    .describe(only === undefined || description.includes("(") ? description : `${description} (MySQL)`);
}

const named = Object.entries(sourceOptions).map(([name, option]) => [name, optional(option)] as const);

/** Names from before community.mysql 2. */
const older = named.map(
  ([name, schema]) => [name.replace("primary", "master"), schema.describe(`The same as \`${name}\`.`)] as const,
);

const gtid = () =>
  z
    .enum(["current_pos", "replica_pos", "slave_pos", "disabled"], {
      error: "must be one of current_pos, replica_pos, slave_pos, disabled",
    })
    .optional();

export const replicationParams = z
  .strictObject({
    mode: z
      .enum(
        [
          ...MODES,
          "changemaster",
          "getmaster",
          "getslave",
          "startslave",
          "stopslave",
          "resetmaster",
          "resetslave",
          "resetslaveall",
        ],
        {
          error: `must be one of ${MODES.join(", ")}`,
        },
      )
      .transform((mode) => mode.replace("master", "primary").replace("slave", "replica") as Mode)
      .default("getreplica")
      .describe(`One of ${MODES.join(", ")}; also with the old words \`master\` and \`slave\`.`),
    ...Object.fromEntries(named),
    primary_password: word().optional().describe("The password of `primary_user`."),
    primary_use_gtid: gtid().describe("Follow by GTIDs (MariaDB)."),
    get_primary_public_key: flag().optional().describe("Ask the source for its public key (MySQL without TLS)."),
    relay_log_file: word().optional().describe("Own relay log to begin with, when the source is a new one."),
    relay_log_pos: whole().optional().describe("The position in it."),
    ...Object.fromEntries(older),
    master_password: word().optional().describe("The same as `primary_password`."),
    master_use_gtid: gtid().describe("The same as `primary_use_gtid`."),
    connection_name: word().optional().describe("Name of the connection (MariaDB)."),
    channel: word().optional().describe("Name of the channel (MySQL)."),
    fail_on_error: flag().default(true).describe("Accepted for Ansible's sake: an error is always a failure."),
    ...loginParams,
  })
  .transform((given, issues) => {
    const all = given as Readonly<Record<string, unknown>>;
    const problem = (message: string): void => issues.addIssue({ code: "custom", message });
    const value = (name: string): unknown => {
      const old = name.replace("primary", "master");
      if (all[name] !== undefined && old !== name && all[old] !== undefined)
        problem(`has both ${name} and ${old}, which mean the same`);
      return all[name] ?? all[old];
    };
    if (given.channel !== undefined && given.connection_name !== undefined)
      problem("takes only one of channel and connection_name");
    const settings = Object.keys(sourceOptions).flatMap((name) => {
      const wanted = value(name);
      return wanted === undefined ? [] : [[name, wanted as string | number | boolean] as const];
    });
    return {
      ...given,
      settings: Object.fromEntries(settings),
      password: value("primary_password") as string | undefined,
      gtid: value("primary_use_gtid") as "current_pos" | "replica_pos" | "slave_pos" | "disabled" | undefined,
    };
  });

export type ReplicationParams = z.output<typeof replicationParams>;
