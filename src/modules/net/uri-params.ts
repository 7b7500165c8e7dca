import * as z from "zod";
import { guardParams } from "../run/params.js";
import { flag, number, text } from "../values.js";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const status = () => number(100).pipe(z.number().int().max(599, { error: "must be at most 599" }));

export const httpUrl = () => z.url({ protocol: /^https?$/, error: "must be an http:// or https:// URL" });

export const requestHeaders = () =>
  z
    .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: "is not a header's name" }), text())
    .default({})
    .refine((headers) => Object.values(headers).every((value) => !/[\r\n\0]/.test(value)), {
      error: "a value has a line break",
    });

export const uriParams = z.strictObject({
  url: httpUrl().describe("Where to send the request. Seen from the host."),
  method: z
    .string()
    .toUpperCase()
    .pipe(z.enum(methods, { error: `must be one of ${methods.join(", ")}` }))
    .default("GET")
    .describe(`One of ${methods.join(", ")}; in lower case as well.`),
  body: z.unknown().optional().describe("What to send. With `body_format: json` or `form-urlencoded`, data."),
  body_format: z
    .enum(["raw", "json", "form-urlencoded", "form"])
    .default("raw")
    .describe("How `body` is written; sets `Content-Type` unless `headers` does."),
  headers: requestHeaders().describe("Headers to send."),
  status_code: z
    .union([status().transform((one) => [one]), z.array(status())], { error: "must be a status or a list of them" })
    .default([200])
    .describe("Statuses that are no failure."),
  return_content: flag().default(false).describe("Give back the body as `content` whatever its type."),
  timeout: number(1).default(30).describe("Seconds that the request may take."),
  validate_certs: flag().default(true).describe("Check the certificate of an https server."),
  follow_redirects: z
    .enum(["all", "safe", "none"])
    .default("safe")
    .describe("Which redirects to follow. `safe`: those of GET and HEAD."),
  url_username: line().optional().describe("Name for basic authentication."),
  url_password: line().optional().describe("Password for basic authentication."),
  force_basic_auth: flag().default(true).describe("Accepted for Ansible's sake: credentials are sent at once."),
  ...guardParams,
});

export type UriParams = z.output<typeof uriParams>;

/** Text on one line. */
export function line() {
  return text().refine((value) => !/[\r\n\0]/.test(value), { error: "has a line break" });
}
