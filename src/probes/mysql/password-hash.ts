import { createHash } from "node:crypto";

/** One way in which an account lets in. */
export interface Way {
  readonly plugin: string;
  /** What the server keeps of the password, bytes as latin1 text. */
  readonly hash: string;
}

/** Plugins whose hashes can be told from a password here. */
export const passwordPlugins = ["mysql_native_password", "caching_sha2_password", "sha256_password"] as const;

export function takesPassword({ plugin }: Way): boolean {
  return (passwordPlugins as readonly string[]).includes(plugin);
}

/** Whether this way lets the password in. */
export function accepts({ plugin, hash }: Way, password: string): boolean {
  if (password === "" || hash === "") return takesPassword({ plugin, hash }) && password === hash;
  switch (plugin) {
    case "mysql_native_password":
      return hash.toUpperCase() === nativeHash(password);
    case "caching_sha2_password":
      return acceptsSalted(
        /^\$A\$([0-9A-F]{3})\$([^]{20})([./0-9A-Za-z]{43})$/,
        hash,
        password,
        (hex) => parseInt(hex, 16) * 1000,
      );
    case "sha256_password":
      return acceptsSalted(/^\$(5)\$([^]{20})\$([./0-9A-Za-z]{43})$/, hash, password, () => 5000);
    default:
      return false;
  }
}

/** What `mysql_native_password` keeps. */
export function nativeHash(password: string): string {
  const once = createHash("sha1").update(password).digest();
  return `*${createHash("sha1").update(once).digest("hex").toUpperCase()}`;
}

function acceptsSalted(form: RegExp, hash: string, password: string, rounds: (text: string) => number): boolean {
  const [, text = "", salt = "", wanted] = form.exec(hash) ?? [];
  return wanted !== undefined && shaCrypt(Buffer.from(password), Buffer.from(salt, "latin1"), rounds(text)) === wanted;
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/**
 * The digest of crypt's SHA-256 scheme. The servers use it with salts of 20 bytes, which crypt itself cuts to 16 (so
 * libraries for crypt do, too).
 */
function shaCrypt(password: Buffer, salt: Buffer, rounds: number): string {
  const alternate = sha256(password, salt, password);
  const parts: Uint8Array[] = [password, salt, repeated(alternate, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? alternate : password);
  let digest = sha256(...parts);
  const p = repeated(sha256(...Array.from(password, () => password)), password.length);
  const s = repeated(sha256(...Array.from({ length: 16 + (digest[0] ?? 0) }, () => salt)), salt.length);
  for (let i = 0; i < rounds; i++) {
    const middle = [...(i % 3 ? [s] : []), ...(i % 7 ? [p] : [])];
    digest = i & 1 ? sha256(p, ...middle, digest) : sha256(digest, ...middle, p);
  }
  return encoded(digest);
}

function repeated(block: Buffer, length: number): Buffer {
  return Buffer.alloc(length, block);
}

const LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Three bytes are four letters, taken from all over the digest. */
function encoded(digest: Buffer): string {
  let text = "";
  const letters = (value: number, count: number): void => {
    for (let i = 0; i < count; i++) text += LETTERS[(value >> (6 * i)) & 63] ?? "";
  };
  let [a, b, c] = [0, 10, 20];
  for (let i = 0; i < 10; i++) {
    letters(((digest[a] ?? 0) << 16) | ((digest[b] ?? 0) << 8) | (digest[c] ?? 0), 4);
    [a, b, c] = [c + 1, a + 1, b + 1];
  }
  letters(((digest[31] ?? 0) << 8) | (digest[30] ?? 0), 3);
  return text;
}
