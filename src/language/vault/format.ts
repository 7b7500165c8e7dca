const MARK = "$ANSIBLE_VAULT";
/** What every vault begins with. */
export const VAULT_MARK = `${MARK};`;
const LINE_LENGTH = 80;

/** A text that Ansible Vault made, taken apart; formats 1.1 and 1.2. */
export interface Envelope {
  /** The vault id, a hint which password it takes. Absent in format 1.1. */
  readonly id?: string;
  readonly salt: Buffer;
  readonly hmac: Buffer;
  readonly ciphertext: Buffer;
}

/** What is wrong with the text of a vault, and where in it. */
export class BrokenVault extends Error {
  override readonly name = "BrokenVault";

  constructor(
    readonly offset: number,
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(reason);
  }
}

const NONE = Buffer.alloc(0);
const COPY_AGAIN = "copy it again from where it was made";

export function isVault(text: string): boolean {
  return text.startsWith(VAULT_MARK);
}

/** Takes a vault apart. Throws BrokenVault. */
export function parseEnvelope(text: string): Envelope {
  const id = readHeader(text);
  const from = text.includes("\n") ? text.indexOf("\n") + 1 : text.length;
  const body = text.slice(from);
  const wrong = body.search(/[^0-9a-fA-F\s]/);
  if (wrong >= 0)
    throw new BrokenVault(from + wrong, "a vault has hexadecimal digits only, and this is none", COPY_AGAIN);
  const parts = fromHex(body.replace(/\s+/g, "")).toString("latin1").split("\n");
  const [salt = NONE, hmac = NONE, ciphertext = NONE] = parts.map((part) => (isHex(part) ? fromHex(part) : NONE));
  if (parts.length !== 3 || salt.length !== 32 || hmac.length !== 32 || ciphertext.length === 0)
    throw new BrokenVault(from, "this vault is cut off, or something in it is lost", COPY_AGAIN);
  return { ...(id !== undefined && { id }), salt, hmac, ciphertext };
}

/** `$ANSIBLE_VAULT;1.2;AES256;prod`: prod. */
function readHeader(text: string): string | undefined {
  const line = (text.split("\n", 1)[0] ?? "").trimEnd();
  const [mark, version = "", cipher = "", id] = line.split(";").map((part) => part.trim());
  const at = (part: string): number => Math.max(0, line.indexOf(part, MARK.length));
  if (mark !== MARK) throw new BrokenVault(0, `a vault begins with ${MARK};1.1;AES256`, "make it with `fettle vault`");
  if (version !== "1.1" && version !== "1.2")
    throw new BrokenVault(at(version), `the vault format "${version}" is not known, only 1.1 and 1.2 are`, COPY_AGAIN);
  if (cipher !== "AES256")
    throw new BrokenVault(at(cipher), `the cipher "${cipher}" is not known, only AES256 is`, COPY_AGAIN);
  return id === undefined || id === "" ? undefined : id;
}

/** The text of a vault; it ends with a newline. Format 1.2 when there is an id, as Ansible. */
export function formatEnvelope({ id, salt, hmac, ciphertext }: Envelope): string {
  const body = toHex([salt, hmac, ciphertext].map(toHex).join("\n"));
  const lines = body.match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  const header = id === undefined ? `${MARK};1.1;AES256` : `${MARK};1.2;AES256;${id}`;
  return `${[header, ...lines].join("\n")}\n`;
}

function isHex(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text);
}

function fromHex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

function toHex(data: Buffer | string): string {
  return Buffer.from(data as string).toString("hex");
}
