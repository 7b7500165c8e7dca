import * as z from "zod";
import { limitNames } from "../../../probes/mysql/account.js";
import { passwordPlugins } from "../../../probes/mysql/password-hash.js";
import { flag, number, oneOrMore, text } from "../../values.js";
import { binlogParam, loginParams } from "./login-params.js";
import { problemOf } from "./priv.js";

const plain = (most: number) =>
  text().refine((word) => word.length <= most && !word.includes("\0"), { error: "is too long" });

const limits = z.strictObject(Object.fromEntries(limitNames.map((name) => [name, number().optional()])), {
  error: `takes ${limitNames.join(", ")}`,
});

const TLS = ["ssl", "x509", "subject", "issuer", "cipher"];

export const userParams = z
  .strictObject({
    name: plain(80).optional().describe("The user. An empty name is the anonymous one."),
    user: plain(80).optional().describe("The same as `name`."),
    host: plain(255)
      .default("localhost")
      .transform((host) => host.toLowerCase())
      .describe("Where the user comes from: an account is a user at a host. `%` is any text."),
    host_all: flag().default(false).describe("All accounts of that name that are there, whatever their hosts."),
    state: z
      .enum(["present", "absent"], { error: "must be present or absent" })
      .default("present")
      .describe("Whether it exists."),
    password: text()
      .refine((password) => password !== "", { error: "is empty; leave it out for an account without one" })
      .optional()
      .describe("The password, or with `encrypted` its hash. It is compared with the server's hash, never by a login."),
    encrypted: flag()
      .default(false)
      .describe("`password` is a hash: `*` and 40 digits, or `$A$…` as caching_sha2_password keeps it."),
    update_password: z
      .enum(["always", "on_create"], { error: "must be always or on_create" })
      .default("always")
      .describe("`on_create`: leave the password of an account that is there alone."),
    plugin: text()
      .refine((name) => /^\w+$/.test(name), { error: "is not the name of a plugin" })
      .optional()
      .describe("How the account is let in, in place of a password: `unix_socket`, `auth_socket`, `ed25519` …"),
    plugin_hash_string: text().optional().describe("What the plugin keeps, as it is in the server."),
    plugin_auth_string: text()
      .optional()
      .describe(`A plain password for the plugin: ${passwordPlugins.join(", ")}.`),
    priv: z
      .union([text(), z.record(z.string(), oneOrMore(text()))], { error: "must be text or a mapping" })
      .optional()
      .describe(
        "Privileges: `db.table:PRIV,PRIV/db.*:PRIV`, or a mapping of targets. `GRANT` may pass them on. Others are taken away.",
      ),
    append_privs: flag().default(false).describe("Add `priv`, take nothing away."),
    subtract_privs: flag().default(false).describe("Take `priv` away, leave the rest."),
    tls_requires: z
      .union([z.record(z.string(), z.unknown()), z.null()], { error: "must be a mapping" })
      .optional()
      .describe(
        "What a connection must have: `ssl:`, `x509:`, or any of subject, issuer and cipher. Empty: nothing. Absent: as it is.",
      ),
    resource_limits: limits.optional().describe(`Limits: ${limitNames.join(", ")}. 0: none. Absent: as they are.`),
    ...binlogParam,
    ...loginParams,
  })
  .transform(({ name, user, ...rest }, issues) => {
    const problem = (message: string, path: string[] = []): void => issues.addIssue({ code: "custom", message, path });
    if ((name === undefined) === (user === undefined)) problem("needs name");
    if (rest.append_privs && rest.subtract_privs) problem("takes only one of append_privs and subtract_privs");
    if (rest.password !== undefined && rest.plugin !== undefined) problem("takes only one of password and plugin");
    if (rest.encrypted && rest.password !== undefined && !/^\*[0-9A-F]{40}$|^\$(A|5)\$/i.test(rest.password))
      problem("is no hash; write * and 40 hexadecimal digits, or what caching_sha2_password keeps", ["password"]);
    const strings = [rest.plugin_hash_string, rest.plugin_auth_string].filter((one) => one !== undefined);
    if (strings.length > 1) problem("takes only one of plugin_hash_string and plugin_auth_string");
    if (strings.length > 0 && rest.plugin === undefined)
      problem("needs plugin with plugin_hash_string and plugin_auth_string");
    if (rest.plugin_auth_string !== undefined && !(passwordPlugins as readonly string[]).includes(rest.plugin ?? ""))
      problem("cannot be compared with what that plugin keeps; write plugin_hash_string", ["plugin_auth_string"]);
    const wrong = rest.priv === undefined ? undefined : problemOf(rest.priv);
    if (wrong !== undefined) problem(wrong, ["priv"]);
    const unknown = Object.keys(rest.tls_requires ?? {}).find((key) => !TLS.includes(key.toLowerCase()));
    if (unknown !== undefined) problem(`takes ${TLS.join(", ")}, not ${unknown}`, ["tls_requires"]);
    return { ...rest, name: name ?? user ?? "" };
  });

export type UserParams = z.output<typeof userParams>;
