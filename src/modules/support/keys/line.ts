/** A public key as a line of authorized_keys holds it. */
export interface PublicKey {
  /** In front of the key; empty: none. */
  readonly options: string;
  readonly type: string;
  /** In base64. */
  readonly blob: string;
  readonly comment: string;
}

const PLAIN = [
  ...["ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
  ...["sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"],
];
const TYPES = [...PLAIN, ...PLAIN.map((type) => `${type.replace("@openssh.com", "")}-cert-v01@openssh.com`)];

/** Words and quoted texts without a blank between them; a quote in a quoted text has a backslash. */
const OPTIONS = '(?:"(?:\\\\.|[^"\\\\])*"|[^\\s"])+';
const LINE = new RegExp(
  `^(?:(${OPTIONS})\\s+)?(${TYPES.map((type) => type.replaceAll(".", "\\.")).join("|")})\\s+([A-Za-z0-9+/]+=*)(?:\\s+(.*))?$`,
);

/** undefined: a comment, an empty line, or something that is no key. */
export function parseKey(line: string): PublicKey | undefined {
  const text = line.trim();
  if (text.startsWith("#")) return undefined;
  const [, options = "", type, blob, comment = ""] = LINE.exec(text) ?? [];
  return type === undefined || blob === undefined ? undefined : { options, type, blob, comment };
}

export function formatKey({ options, type, blob, comment }: PublicKey): string {
  return [options, type, blob, comment].filter((part) => part !== "").join(" ");
}

/** Why sshd would not take it: sshd itself passes over such a line without a word. */
export function keyProblem({ type, blob }: PublicKey): string | undefined {
  const fields = fieldsOf(Buffer.from(blob, "base64"), PLAIN.includes(type));
  if (fields === undefined) return "is cut short or has letters too many";
  const [name] = fields;
  return name === type ? undefined : `says ${type} and is ${JSON.stringify(name?.slice(0, 40) ?? "")}`;
}

/** Each field has its length before it. A certificate has numbers among them: only its first field is looked at. */
function fieldsOf(bytes: Buffer, whole: boolean): readonly string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; at < bytes.length && (whole || fields.length === 0);) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    fields.push(bytes.toString("latin1", at + 4, end));
    at = end;
  }
  return fields.length === 0 || (whole && fields.length === 1) ? undefined : fields;
}

export function isOptions(text: string): boolean {
  return text === "" || new RegExp(`^${OPTIONS}$`).test(text);
}

/** The same key, with the same options in whatever order, and the same comment. */
export function sameKey(a: PublicKey, b: PublicKey): boolean {
  return a.blob === b.blob && a.type === b.type && a.comment === b.comment && sorted(a.options) === sorted(b.options);
}

function sorted(options: string): string {
  return (options.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? []).sort().join(",");
}
