import * as z from "zod";
import { defineModule, type ChangeOutputs, type TaskResult } from "../contract/module.js";
import { certificateInfo, certificatesOf } from "./support/certificate.js";
import { scriptStep } from "./support/script-step.js";
import { number, text } from "./values.js";

const name = () =>
  text().refine((given) => /^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/.test(given), { error: "must be a host's name or address" });

const params = z.strictObject({
  host: name().describe("Name or address to connect to, as seen from the host."),
  port: number(1)
    .pipe(z.number().int().max(65_535, { error: "must be at most 65535" }))
    .default(443)
    .describe("Port."),
  server_name: name().optional().describe("The name to ask for (SNI). Absent: `host`."),
  starttls: z
    .enum(["smtp", "mysql", "postgres", "imap", "pop3", "ldap", "ftp", "xmpp"], { error: "is not supported" })
    .optional()
    .describe("The protocol in which to ask for TLS first."),
  timeout: number(1)
    .pipe(z.number().int({ error: "must be whole seconds" }))
    .default(10)
    .describe("Seconds that it may take."),
});

type Params = z.output<typeof params>;

/** $1: address and port; $2: name, empty for none; $3: seconds; $4: protocol of STARTTLS. */
const SCRIPT = `command -v openssl >/dev/null 2>&1 || { echo "needs openssl on the host" >&2; exit 2; }
set -- "$1" "$2" "$3" "$4" -connect "$1" -showcerts
[ -z "$2" ] || set -- "$@" -servername "$2"
[ -z "$4" ] || set -- "$@" -starttls "$4"
seconds=$3; shift 4
timeout "$seconds" openssl s_client "$@" </dev/null`;

export const getCertificate = defineModule<Params, null>({
  name: "get_certificate",
  summary: "Tell which certificate a server serves",
  description: [
    "The host connects, with its own openssl; what comes back is understood on the controller, as by `x509_certificate_info`.",
    "Nothing is verified: the certificate is only looked at. A dry run does not connect; with `check_mode: false` it does.",
  ].join("\n"),
  class: "action",
  params,
  returns: {
    cert: "The server's certificate in PEM form.",
    chain:
      "All that it sent, the server's own first, in PEM form. Named `verified_chain` and `unverified_chain` by Ansible.",
    subject:
      "As of `x509_certificate_info`, and so is all else that it tells: `issuer`, `not_after`, `expired`, `serial_number`, `seconds_left` …",
  },
  examples: [
    {
      name: "What a load balancer serves",
      yaml: "- name: look\n  get_certificate:\n    host: 127.0.0.1\n    server_name: example.com\n  register: served",
    },
    {
      name: "A server of mail",
      yaml: "- name: look\n  get_certificate:\n    host: mail.example.com\n    port: 25\n    starttls: smtp\n  register: served",
    },
  ],
  observe: () => Promise.resolve(null),
  diff: (_seen, given) => {
    const at = given.host.includes(":") ? `[${given.host}]:${given.port}` : `${given.host}:${given.port}`;
    const server = given.server_name ?? (/^[\d.]+$|:/.test(given.host) ? "" : given.host);
    const step = scriptStep(SCRIPT, [at, server, String(given.timeout), given.starttls ?? ""], {
      okExitCodes: "any",
      silent: true,
    });
    return [{ summary: `ask ${at} for its certificate`, effects: [], steps: [step] }];
  },
  result: (outputs, given) => resultOf(outputs, given),
});

function resultOf(outputs: readonly ChangeOutputs[] | undefined, { host, port, timeout }: Params): TaskResult {
  const step = outputs?.[0]?.[0];
  if (step === undefined || step.outcome.kind !== "exited") return { changed: false };
  const failed = (msg: string): TaskResult => ({ changed: false, failed: true, msg: `${host}:${port}: ${msg}` });
  const said = step.stderr.bytes.toString("utf8").trim().split("\n");
  if (step.outcome.code === 124 || step.outcome.code === 143) return failed(`no certificate within ${timeout} s`);
  try {
    const chain = certificatesOf(step.stdout.bytes.toString("latin1"));
    const [first] = chain;
    if (first === undefined) return failed(said.at(-1) || "it sent no certificate");
    return { changed: false, cert: first.toString(), chain: chain.map(String), ...certificateInfo(first, new Date()) };
  } catch (error) {
    return failed(`its certificate is broken: ${(error as Error).message}`);
  }
}
