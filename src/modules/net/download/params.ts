import * as z from "zod";
import { flag, number, text } from "../../values.js";
import { attributeParams } from "../../support/attributes.js";
import { hostPath } from "../../support/path.js";
import { httpUrl, line, requestHeaders } from "../uri-params.js";

export type Algorithm = keyof typeof digits;

/** What a downloaded file must come to: a digest, or what a list at a URL names for it. */
export type Checksum = { readonly algorithm: Algorithm } & ({ readonly hex: string } | { readonly list: string });

/** Hex digits of each algorithm. */
const digits = { sha256: 64, sha512: 128, sha384: 96, sha224: 56, sha1: 40, md5: 32 } as const;

const checksum = () =>
  text().transform((given, issues): Checksum => {
    const [, name = "", value = ""] = /^([^:]*):(.*)$/s.exec(given) ?? [];
    const problem = checksumProblem(name, value.trim());
    if (problem !== undefined) {
      issues.addIssue({ code: "custom", message: problem });
      return z.NEVER;
    }
    const algorithm = name.toLowerCase() as Algorithm;
    return isUrl(value.trim()) ? { algorithm, list: value.trim() } : { algorithm, hex: value.trim().toLowerCase() };
  });

function checksumProblem(name: string, value: string): string | undefined {
  const length = Object.entries(digits).find(([algorithm]) => algorithm === name.toLowerCase())?.[1];
  if (length === undefined)
    return `does not begin with ${Object.keys(digits).join(", ")} and a colon; write "sha256:" before it`;
  if (isUrl(value)) return undefined;
  if (/^[a-z]+:\/\//i.test(value)) return "is not an http:// or https:// URL";
  return /^[0-9a-f]+$/i.test(value) && value.length === length
    ? undefined
    : `is no ${name.toLowerCase()} digest: that has ${length} hexadecimal digits`;
}

function isUrl(value: string): boolean {
  return httpUrl().safeParse(value).success;
}

export const downloadParams = z
  .strictObject({
    url: httpUrl().describe("Where the file is. Seen from the host."),
    dest: hostPath({ keepSlash: true }).describe(
      "Where it goes. A folder, or a path that ends in /: into it, under the last part of the URL's path.",
    ),
    checksum: checksum()
      .optional()
      .describe(
        "`sha256:DIGEST`, or `sha256:URL` of a list that names the file's; also sha512, sha384, sha224, sha1, md5. A file that fits is not fetched again; one that does not is refused.",
      ),
    force: flag()
      .default(false)
      .describe(
        "true: compare a file that is there with what the URL serves, and replace it when that is another. Without effect beside `checksum`, which decides alone.",
      ),
    ...attributeParams,
    backup: flag().default(false).describe("Keep a copy of the old file beside it."),
    headers: requestHeaders().describe("Headers to send. For a list of checksums only on the same server."),
    timeout: number(1).default(10).describe("Seconds that connecting, or a silence of the server, may take."),
    validate_certs: flag().default(true).describe("Check the certificate of an https server."),
    use_proxy: flag().default(true).describe("false: not by a proxy that the host's environment names."),
    http_agent: line().default("fettle").describe("What the request calls its sender."),
    url_username: line().optional().describe("Name for basic authentication."),
    username: line().optional().describe("The same as `url_username`."),
    url_password: line().optional().describe("Password for basic authentication."),
    password: line().optional().describe("The same as `url_password`."),
    force_basic_auth: flag().default(true).describe("Accepted for Ansible's sake: credentials are sent at once."),
    tmp_dest: text()
      .optional()
      .describe("Accepted and ignored: the temporary file is always beside dest, so that it can be renamed."),
  })
  .superRefine(({ url, dest, ...given }, issues) => {
    const problem = (message: string, path: string[]): void => {
      issues.addIssue({ code: "custom", message, path });
    };
    if (dest.endsWith("/") && nameOf(url) === undefined)
      problem("names a folder, and the URL's path ends without a name for the file; write the file's path", ["dest"]);
    if (given.username !== undefined && given.url_username !== undefined)
      problem("means the same as url_username; remove one", ["username"]);
    if (given.password !== undefined && given.url_password !== undefined)
      problem("means the same as url_password; remove one", ["password"]);
  });

export type DownloadParams = z.output<typeof downloadParams>;

/** The last part of the URL's path. A name that would leave the folder is none. */
export function nameOf(url: string): string | undefined {
  try {
    const name = decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
    return name === "" || name === "." || name === ".." || /[/\0\n]/.test(name) ? undefined : name;
  } catch {
    return undefined;
  }
}
