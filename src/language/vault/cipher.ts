import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";
import type { Envelope } from "./format.js";

const ROUNDS = 10_000;
const CIPHER = "aes-256-ctr";
const BLOCK_BYTES = 16;
const SALT_BYTES = 32;

interface Keys {
  readonly cipher: Buffer;
  readonly hmac: Buffer;
  readonly iv: Buffer;
}

function keysOf(password: Buffer, salt: Buffer): Keys {
  const bytes = pbkdf2Sync(password, salt, ROUNDS, 80, "sha256");
  return { cipher: bytes.subarray(0, 32), hmac: bytes.subarray(32, 64), iv: bytes.subarray(64, 80) };
}

function signature({ hmac }: Keys, ciphertext: Buffer): Buffer {
  return createHmac("sha256", hmac).update(ciphertext).digest();
}

/** The plain bytes; undefined when the password is another, or a bit of the vault was changed. */
export function openEnvelope({ salt, hmac, ciphertext }: Envelope, password: Buffer): Buffer | undefined {
  const keys = keysOf(password, salt);
  if (!timingSafeEqual(signature(keys, ciphertext), hmac)) return undefined;
  const decipher = createDecipheriv(CIPHER, keys.cipher, keys.iv);
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  // PKCS 7, which the format has although a counter mode needs none.
  const padding = padded.at(-1) ?? 0;
  return padding < 1 || padding > BLOCK_BYTES ? undefined : padded.subarray(0, padded.length - padding);
}

/** `salt`: for tests; a random one otherwise, as it must be. */
export function sealBytes(
  plain: Buffer,
  password: Buffer,
  id?: string,
  salt: Buffer = randomBytes(SALT_BYTES),
): Envelope {
  const keys = keysOf(password, salt);
  const padding = BLOCK_BYTES - (plain.length % BLOCK_BYTES);
  const cipher = createCipheriv(CIPHER, keys.cipher, keys.iv);
  const ciphertext = Buffer.concat([
    cipher.update(plain),
    cipher.update(Buffer.alloc(padding, padding)),
    cipher.final(),
  ]);
  return { ...(id !== undefined && { id }), salt, hmac: signature(keys, ciphertext), ciphertext };
}
