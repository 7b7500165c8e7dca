import { createHash } from "node:crypto";

/** Public keys, taken apart. */
export interface Keyring {
  /** As apt takes it: the packets that were understood, and no others. */
  readonly bytes: Buffer;
  /** Of the primary keys, in capital letters. */
  readonly fingerprints: readonly string[];
}

/** Tags of what a public key is made of: key, subkey, user's name, user's picture, signature. */
const [KEY, SUBKEY, USER, PICTURE, SIGNATURE] = [6, 14, 13, 17, 2] as const;
const NAMES: Readonly<Record<number, string>> = {
  5: "a secret key",
  7: "a secret key",
  3: "an encrypted message",
  11: "a message",
};

/**
 * Reads keys in armour or as they are (RFC 4880, RFC 9580). Strict: all of it must be understood, so that no program
 * can find a key in it that was not seen here. The problem in words where it is not.
 */
export function readKeyring(input: Buffer): Keyring | { readonly problem: string } {
  const binary = isArmoured(input) ? unarmoured(input.toString("latin1")) : input;
  if (binary === undefined || binary.length === 0) return { problem: "is no OpenPGP key" };
  const fingerprints: string[] = [];
  for (let at = 0; at < binary.length;) {
    const packet = readPacket(binary, at);
    if (packet === undefined) return { problem: "is no OpenPGP key, or is cut off" };
    const { tag, body } = packet;
    if (![KEY, SUBKEY, USER, PICTURE, SIGNATURE].includes(tag as 6))
      return { problem: `holds ${NAMES[tag] ?? `what is no part of a public key (packet ${tag})`}` };
    if (tag !== KEY && fingerprints.length === 0) return { problem: "does not begin with a public key" };
    const fingerprint = tag === KEY || tag === SUBKEY ? fingerprintOf(body) : "";
    if (fingerprint === undefined) return { problem: "holds a key of a version that is not supported (4 and 6 are)" };
    if (tag === KEY) fingerprints.push(fingerprint);
    at = packet.next;
  }
  return { bytes: binary, fingerprints };
}

export function isArmoured(input: Buffer): boolean {
  return input.includes("-----BEGIN PGP ");
}

/** All armoured blocks, one behind the other. undefined: there is something else in armour, or it is broken. */
function unarmoured(text: string): Buffer | undefined {
  const blocks = text
    .replaceAll("\r\n", "\n")
    .split(/^-----BEGIN PGP /m)
    .slice(1);
  const parts = blocks.map((block) => {
    const found =
      /^PUBLIC KEY BLOCK-----[ \t]*\n(?:[A-Za-z]+: .*\n)*[ \t]*\n([A-Za-z0-9+/=\s]*?)(?:\n=[A-Za-z0-9+/]{4})?\s*\n-----END PGP PUBLIC KEY BLOCK-----/.exec(
        block,
      );
    return found?.[1] === undefined ? undefined : Buffer.from(found[1].replace(/\s/g, ""), "base64");
  });
  return parts.every((part) => part !== undefined) ? Buffer.concat(parts) : undefined;
}

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
  readonly next: number;
}

/** undefined: it is none, or its length is not said in one piece. */
function readPacket(bytes: Buffer, at: number): Packet | undefined {
  const head = bytes[at] ?? 0;
  if ((head & 0x80) === 0) return undefined;
  const isNew = (head & 0x40) !== 0;
  const length = isNew ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, head & 3);
  if (length === undefined) return undefined;
  const start = at + 1 + length.octets;
  const next = start + length.value;
  if (next > bytes.length) return undefined;
  return { tag: isNew ? head & 0x3f : (head >> 2) & 0xf, body: bytes.subarray(start, next), next };
}

interface Length {
  readonly value: number;
  readonly octets: number;
}

function newLength(bytes: Buffer, at: number): Length | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 192) return { value: first, octets: 1 };
  if (first < 224)
    return at + 2 > bytes.length ? undefined : { value: ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192, octets: 2 };
  return first === 255 && at + 5 <= bytes.length ? { value: bytes.readUInt32BE(at + 1), octets: 5 } : undefined;
}

function oldLength(bytes: Buffer, at: number, kind: number): Length | undefined {
  const octets = [1, 2, 4][kind];
  return octets === undefined || at + octets > bytes.length
    ? undefined
    : { value: bytes.readUIntBE(at, octets), octets };
}

function fingerprintOf(body: Buffer): string | undefined {
  const version = body[0];
  const head = Buffer.alloc(version === 4 ? 3 : 5);
  if (version === 4) {
    head.writeUInt8(0x99);
    head.writeUInt16BE(body.length & 0xffff, 1);
    return body.length > 0xffff ? undefined : createHash("sha1").update(head).update(body).digest("hex").toUpperCase();
  }
  if (version !== 6) return undefined;
  head.writeUInt8(0x9b);
  head.writeUInt32BE(body.length, 1);
  return createHash("sha256").update(head).update(body).digest("hex").toUpperCase();
}
