import { timingSafeEqual } from "node:crypto";
import ssh2, { type AuthContext, type ParsedKey, type PublicKeyAuthContext } from "ssh2";

/** Who is let in: a user, by one key or by a password. */
export interface Door {
  readonly user: string;
  /** The public key's line, as in authorized_keys. */
  readonly publicKey: string;
  /** Absent: no login by password. */
  readonly password?: string;
}

/** Answers one attempt to log in. */
export function answerLogin(door: Door, context: AuthContext): void {
  const methods: ("publickey" | "password")[] = door.password === undefined ? ["publickey"] : ["publickey", "password"];
  const good = context.username === door.user && isGood(door, context);
  if (good) context.accept();
  else context.reject(methods);
}

function isGood(door: Door, context: AuthContext): boolean {
  switch (context.method) {
    case "publickey":
      return isOurKey(ssh2.utils.parseKey(door.publicKey) as ParsedKey, context);
    case "password":
      return door.password !== undefined && isEqual(context.password, door.password);
    default:
      return false;
  }
}

/** Without a signature the client only asks whether the key would do. */
function isOurKey(key: ParsedKey, { key: offered, signature, blob, hashAlgo }: PublicKeyAuthContext): boolean {
  if (offered.algo !== key.type || !offered.data.equals(key.getPublicSSH())) return false;
  if (signature === undefined) return true;
  // A signature that cannot be read comes back as an Error, which the types do not say.
  return blob !== undefined && (key.verify(blob, signature, hashAlgo) as boolean | Error) === true;
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
