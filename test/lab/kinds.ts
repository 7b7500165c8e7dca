/**
 * `bookworm`, `trixie` – Debian 12 and 13; `sid` – unstable Debian, for Oracle's MySQL, which no release has; `busybox` –
 * Debian 12 whose tools are busybox's and whose package manager is gone; `bench` – Debian 12 with Python, for the
 * benchmark's Ansible only.
 */
export const kinds = ["bookworm", "trixie", "sid", "busybox", "bench"] as const;
export type Kind = (typeof kinds)[number];

/** The Debian release that a kind is made of. */
export type Suite = "bookworm" | "trixie" | "sid";

export function suiteOf(kind: Kind): Suite {
  return kind === "trixie" || kind === "sid" ? kind : "bookworm";
}

export interface HostSpec {
  readonly name: string;
  readonly kind: Kind;
}

/** Reads `NAME`, `NAME:KIND` and counts: `3` stands for host1 bookworm, host2 trixie, host3 busybox. */
export function parseHosts(words: readonly string[]): HostSpec[] {
  return words.flatMap((word) => (/^\d+$/.test(word) ? numbered(Number(word)) : [parseHost(word)]));
}

function numbered(count: number): HostSpec[] {
  const turn: readonly Kind[] = ["bookworm", "trixie", "busybox"];
  return Array.from({ length: count }, (_, i) => ({ name: `host${i + 1}`, kind: turn[i % turn.length] ?? "bookworm" }));
}

function parseHost(word: string): HostSpec {
  const [name = "", kind = "bookworm"] = word.split(":");
  if (!/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name))
    throw new Error(`lab: "${name}" is no host name; write small letters, digits and dashes`);
  const known = kinds.find((candidate) => candidate === kind);
  if (known === undefined) throw new Error(`lab: there is no kind "${kind}"; write one of ${kinds.join(", ")}`);
  return { name, kind: known };
}
