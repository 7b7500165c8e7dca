import * as z from "zod";
import { hostError } from "../contract/error.js";
import { defineModule } from "../contract/module.js";
import { fileText } from "../probes/file-text.js";
import { certificateInfo, type CertificateInfo, certificatesOf, isValidAt } from "./support/certificate.js";
import { moment } from "./support/moment.js";
import { hostPath } from "./support/path.js";
import { text } from "./values.js";

const params = z
  .strictObject({
    path: hostPath()
      .optional()
      .describe("A file of the host with a certificate in PEM form; of several the first counts."),
    content: text().optional().describe("The certificate itself, in PEM form."),
    valid_at: z
      .record(
        z.string(),
        text().refine((given) => moment(given, new Date()) !== undefined, {
          error: "is no moment; write +3w1d, -12h or 20261231235959Z",
        }),
      )
      .default({})
      .describe(
        "Moments by name, at which it is asked whether the certificate is good: `+3w1d`, `-12h`, `20261231235959Z`.",
      ),
  })
  .refine(({ path, content }) => (path === undefined) !== (content === undefined), {
    error: "needs either path or content",
  });

type Params = z.output<typeof params>;

interface Seen {
  readonly info: CertificateInfo;
  readonly count: number;
  readonly validAt: Readonly<Record<string, boolean>>;
}

export const x509CertificateInfo = defineModule<Params, Seen>({
  name: "x509_certificate_info",
  summary: "Tell what a certificate says",
  description: [
    "The certificate is read from the host and understood on the controller: the host needs no openssl. Moments and",
    "`expired` go by the controller's clock. Not told are extensions and key identifiers.",
  ].join("\n"),
  class: "read",
  params,
  returns: {
    subject: "Names of whom it is for: `commonName`, `organizationName` …",
    issuer: "Names of who signed it.",
    subject_alt_name: "`DNS:example.com`, `IP:192.0.2.1`.",
    not_before: "From when on it is good, UTC, as `20261231235959Z`.",
    not_after: "Until when it is good.",
    expired: "Whether that is past.",
    seconds_left: "Seconds until then. Not known to Ansible.",
    serial_number: "Its number, decimal, as text: it is too long for a number.",
    fingerprints: "`sha1`, `sha256`, `sha512` of the whole certificate.",
    public_key_type: "`RSA`, `ECC`, `ED25519` …",
    public_key_data: "`size` and `exponent`, or `curve`.",
    self_signed: "Whether it signed itself.",
    is_ca: "Whether it may sign others.",
    valid_at: "Whether it is good at the moments that were asked for, by their names.",
    certificates: "How many certificates the file has. Not known to Ansible.",
  },
  examples: [
    {
      name: "Warn three weeks before its end",
      yaml: "- name: look at the certificate\n  x509_certificate_info:\n    path: /etc/haproxy/certs/site.pem\n    valid_at: { soon: +3w }\n  register: certificate",
    },
    {
      name: "A certificate from a variable",
      yaml: "- name: look at it\n  x509_certificate_info:\n    content: <%= site_certificate %>\n  register: certificate",
    },
  ],
  observe: async (read, given) => {
    const pem = given.content ?? (await pemOf(read, given.path ?? ""));
    const where = given.path ?? "content";
    let certificates;
    try {
      certificates = certificatesOf(pem);
    } catch (error) {
      throw hostError(`the certificate in ${where} is broken: ${(error as Error).message}`);
    }
    const [first] = certificates;
    if (first === undefined) throw hostError(`${where} has no certificate in PEM form`);
    const now = new Date();
    const validAt = Object.fromEntries(
      Object.entries(given.valid_at).map(([name, at]) => [name, isValidAt(first, moment(at, now) ?? now)]),
    );
    return { info: certificateInfo(first, now), count: certificates.length, validAt };
  },
  diff: () => [],
  result: (_outputs, _given, { info, count, validAt }) => ({
    changed: false,
    ...info,
    valid_at: validAt,
    certificates: count,
  }),
});

async function pemOf(read: Parameters<typeof x509CertificateInfo.observe>[0], path: string): Promise<string> {
  const file = await read(fileText(path));
  switch (file.kind) {
    case "bytes":
      return file.bytes.toString("latin1");
    case "absent":
      throw hostError(`there is no file ${path}`);
    case "big":
    case "none":
      throw hostError(`${path} is no file with a certificate`);
    default:
      return file satisfies never;
  }
}
