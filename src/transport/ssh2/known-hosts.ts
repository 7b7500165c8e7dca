import { createHash, createHmac } from "node:crypto";
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { matchesPatterns } from "./config.js";

/** One line of a known_hosts file. */
interface Entry {
  readonly file: string;
  readonly line: number;
  readonly marker?: string;
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
}

export type KeyVerdict =
  | { readonly kind: "known" }
  | { readonly kind: "unknown" }
  /** Another key of the same type stands there: somebody else answers, or the host was installed anew. */
  | { readonly kind: "changed"; readonly where: string }
  | { readonly kind: "revoked"; readonly where: string }
  /** A certificate authority is named for the host; ssh2 has no certificates. */
  | { readonly kind: "authority"; readonly where: string };

/** The host keys that are known. See sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
export class KnownHosts {
  readonly #entries: readonly Entry[];

  constructor(readonly files: readonly string[]) {
    this.#entries = files.flatMap(readEntries);
  }

  /** `name`: as the files write it, `host` or `[host]:port`. `key`: the key's blob. */
  verify(names: readonly string[], key: Buffer): KeyVerdict {
    const type = keyType(key);
    const own = this.#entries.filter((entry) => names.some((name) => matchesHost(entry.hosts, name)));
    const encoded = key.toString("base64");
    const revoked = own.find((entry) => entry.marker === "@revoked" && entry.key === encoded);
    if (revoked !== undefined) return { kind: "revoked", where: placeOf(revoked) };
    const plain = own.filter((entry) => entry.marker === undefined);
    if (plain.some((entry) => entry.key === encoded)) return { kind: "known" };
    // A key of a type that is not listed, where others are, is no proof either: it would be a way around them.
    const other = plain.find((entry) => entry.type === type) ?? plain[0];
    if (other !== undefined) return { kind: "changed", where: placeOf(other) };
    const authority = own.find((entry) => entry.marker === "@cert-authority");
    return authority === undefined ? { kind: "unknown" } : { kind: "authority", where: placeOf(authority) };
  }

  /** Types of the keys known for a host: only these are to be asked for. Empty: none is known. */
  types(names: readonly string[]): readonly string[] {
    const own = this.#entries.filter(
      (one) => one.marker === undefined && names.some((name) => matchesHost(one.hosts, name)),
    );
    return [...new Set(own.map((entry) => entry.type))];
  }
}

/** Appends in one write, so that two runs at once do not mix their lines. */
export function addKnownHost(file: string, name: string, key: Buffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const line = `${name} ${keyType(key)} ${key.toString("base64")}\n`;
  appendFileSync(file, endsLine(file) ? line : `\n${line}`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** Whether the next line can follow: people's editors leave files without a newline at their end. */
function endsLine(file: string): boolean {
  return !existsSync(file) || /(^|\n)$/.test(readFileSync(file, "utf8"));
}

/** The first string of a key's blob. */
export function keyType(key: Buffer): string {
  return key.toString("latin1", 4, 4 + key.readUInt32BE(0));
}

/** As ssh-keygen -l prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

function readEntries(file: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split("\n").flatMap((line, i) => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
    const [hosts, type, key] = words;
    if (hosts === undefined || hosts.startsWith("#") || type === undefined || key === undefined) return [];
    return [{ file, line: i + 1, hosts, type, key, ...(marker !== undefined && { marker }) }];
  });
}

function matchesHost(hosts: string, name: string): boolean {
  if (!hosts.startsWith("|1|"))
    return matchesPatterns(
      hosts.split(",").map((one) => one.replaceAll("[", "⟦")),
      name.replaceAll("[", "⟦"),
    );
  const [, , salt = "", hash = ""] = hosts.split("|");
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

function placeOf(entry: Entry): string {
  return `${entry.file}:${entry.line}`;
}
