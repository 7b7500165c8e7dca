import { X509Certificate } from "node:crypto";

/** What certificates say, with the names of community.crypto's `x509_certificate_info`. */
export interface CertificateInfo {
  readonly subject: Readonly<Record<string, string>>;
  readonly issuer: Readonly<Record<string, string>>;
  readonly subject_alt_name: readonly string[];
  /** UTC, as `20261231235959Z`. */
  readonly not_before: string;
  readonly not_after: string;
  readonly expired: boolean;
  readonly serial_number: string;
  readonly fingerprints: Readonly<Record<"sha1" | "sha256" | "sha512", string>>;
  readonly public_key_type: string;
  readonly public_key_data: Readonly<Record<string, number | string>>;
  readonly self_signed: boolean;
  readonly is_ca: boolean;
  /** In fettle's own words: seconds until it ends; negative: since. */
  readonly seconds_left: number;
}

/** Certificates of a PEM text, in order. Throws when one of them is none. */
export function certificatesOf(pem: string): readonly X509Certificate[] {
  const blocks =
    pem.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

export function certificateInfo(certificate: X509Certificate, now: Date): CertificateInfo {
  const [from, to] = [new Date(certificate.validFrom), new Date(certificate.validTo)];
  const key = certificate.publicKey;
  return {
    subject: names(certificate.subject),
    issuer: names(certificate.issuer),
    subject_alt_name: altNames(certificate.subjectAltName),
    not_before: stamp(from),
    not_after: stamp(to),
    expired: to < now,
    serial_number: BigInt(`0x${certificate.serialNumber}`).toString(),
    fingerprints: {
      sha1: certificate.fingerprint.toLowerCase(),
      sha256: certificate.fingerprint256.toLowerCase(),
      sha512: certificate.fingerprint512.toLowerCase(),
    },
    public_key_type: (key.asymmetricKeyType ?? "unknown").toUpperCase().replace(/^EC$/, "ECC"),
    public_key_data: keyData(key.asymmetricKeyDetails),
    self_signed: certificate.checkIssued(certificate) && certificate.verify(key),
    is_ca: certificate.ca,
    seconds_left: Math.floor((to.getTime() - now.getTime()) / 1000),
  };
}

/** Whether it is good at a moment. */
export function isValidAt(certificate: X509Certificate, at: Date): boolean {
  return new Date(certificate.validFrom) <= at && at <= new Date(certificate.validTo);
}

const LONG: Readonly<Record<string, string>> = {
  CN: "commonName",
  C: "countryName",
  L: "localityName",
  ST: "stateOrProvinceName",
  O: "organizationName",
  OU: "organizationalUnitName",
};

/** `CN=a` lines; a value that is there several times is joined. */
function names(text: string): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (const line of text.split("\n").filter((one) => one.includes("="))) {
    const short = line.slice(0, line.indexOf("="));
    const [name, value] = [LONG[short] ?? short, line.slice(line.indexOf("=") + 1)];
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(found);
}

/** `DNS:a, IP Address:1.2.3.4`; node quotes what could be mistaken. */
function altNames(text: string | undefined): readonly string[] {
  const parts = (text ?? "").match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return parts.map((part) => part.trim().replace(/^IP Address:/, "IP:")).filter((part) => part !== "");
}

function keyData(details: object | undefined): Readonly<Record<string, number | string>> {
  const { modulusLength, publicExponent, namedCurve } = (details ?? {}) as {
    readonly modulusLength?: number;
    readonly publicExponent?: bigint;
    readonly namedCurve?: string;
  };
  return {
    ...(modulusLength !== undefined && { size: modulusLength }),
    ...(publicExponent !== undefined && { exponent: Number(publicExponent) }),
    ...(namedCurve !== undefined && { curve: namedCurve }),
  };
}

function stamp(date: Date): string {
  return `${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
}
