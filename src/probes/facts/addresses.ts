/** One network interface as `ip addr` tells of it. */
export interface Interface {
  readonly name: string;
  readonly mtu: number | null;
  /** ether, loopback, none … */
  readonly type: string;
  readonly macaddress: string | null;
  readonly ipv4: readonly Address[];
  readonly ipv6: readonly Address[];
}

export interface Address {
  readonly address: string;
  readonly prefix: number;
  readonly scope: string;
  readonly broadcast: string | null;
}

type Growing = { -readonly [K in keyof Interface]: Interface[K] extends readonly Address[] ? Address[] : Interface[K] };

/** The words are the same from iproute2 and from busybox; the rest of the lines is not. */
export function parseInterfaces(text: string): readonly Interface[] {
  const found: Growing[] = [];
  for (const line of text.split("\n")) {
    const head = /^\d+: ([^:@\s]+)[^:]*: .*?(?:\bmtu (\d+)|$)/.exec(line);
    if (head !== null)
      found.push({ name: head[1] ?? "", mtu: number(head[2]), type: "none", macaddress: null, ipv4: [], ipv6: [] });
    const current = found.at(-1);
    if (current !== undefined && head === null) addDetail(current, line);
  }
  return found;
}

function addDetail(into: Growing, line: string): void {
  const [, type, mac] = /^\s+link\/(\S+)(?: ([0-9a-f:]+))?/.exec(line) ?? [];
  if (type !== undefined) [into.type, into.macaddress] = [type, mac ?? null];
  const [, family, address, ownPrefix, peerPrefix] =
    /^\s+(inet6?) ([^\s/]+)(?:\/(\d+))?(?: peer [^\s/]+(?:\/(\d+))?)?/.exec(line) ?? [];
  if (address === undefined) return;
  const prefix = Number(ownPrefix ?? peerPrefix ?? (family === "inet" ? 32 : 128));
  const scope = / scope (\S+)/.exec(line)?.[1] ?? "";
  const broadcast = / brd (\S+)/.exec(line)?.[1] ?? null;
  (family === "inet" ? into.ipv4 : into.ipv6).push({ address, prefix, scope, broadcast });
}

function number(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/** `255.255.255.0` for 24. */
export function netmask(prefix: number): string {
  return dotted(prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0);
}

/** The address of the network that an IPv4 address is in. */
export function network(address: string, prefix: number): string {
  const bits = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return dotted((bits & mask) >>> 0);
}

function dotted(bits: number): string {
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}
