import ipaddr from "ipaddr.js";
import { inputError } from "../../contract/error.js";
import { type Address, addressText, bitsOf, firstOf, isWithin, lastOf, parseAddress, sizeOf } from "./address.js";

/** Answers a query about an address, which was written as `text`. null: the address has nothing of that kind. */
type Query = (address: Address, text: string) => unknown;

const shown = (value: bigint, { version }: Address): string => addressText(value, version);
const withPrefix = (value: bigint, address: Address): string => `${shown(value, address)}/${address.prefix}`;
const mask = (address: Address): bigint => (1n << BigInt(bitsOf(address.version))) - sizeOf(address);
const netmask = (address: Address): string => shown(mask(address), address);
const wildcard = (address: Address): string => shown(sizeOf(address) - 1n, address);
const isFirst = (address: Address): boolean => address.value === firstOf(address);

/** An address, or a network: written with a prefix and no bits behind it. */
export const TYPE = (address: Address): "address" | "network" =>
  sizeOf(address) > 1n && isFirst(address) ? "network" : "address";

function ownAddress(address: Address): string | null {
  const size = sizeOf(address);
  return size <= 2n || !isFirst(address) || address.version === 6 ? shown(address.value, address) : null;
}

function host(address: Address): string | null {
  const size = sizeOf(address);
  return size <= 2n || !isFirst(address) ? withPrefix(address.value, address) : null;
}

/** The addresses that hosts may have: in networks of more than two not the first and the last. */
function usable(of: Address): { readonly first: bigint; readonly last: bigint } | undefined {
  if (!of.isNetwork) throw inputError(`ipaddr: ${shown(of.value, of)} is an address, and no network`);
  const size = sizeOf(of);
  if (size === 1n) return undefined;
  const edge = size === 2n ? 0n : 1n;
  return { first: firstOf(of) + edge, last: lastOf(of) - edge };
}

function neighbour(address: Address, by: bigint): string | null {
  const range = usable(address);
  const value = address.value + by;
  return range !== undefined && value >= range.first && value <= range.last ? shown(value, address) : null;
}

function addressWithPrefix(address: Address): unknown {
  const isEdge = isFirst(address) || address.value === lastOf(address);
  return sizeOf(address) > 2n && isEdge ? false : withPrefix(address.value, address);
}

/** netaddr counts link-local addresses and those for documentation and tests among the private ones. */
const RANGES: Readonly<Record<string, readonly string[]>> = {
  private: ["private", "linkLocal", "uniqueLocal", "carrierGradeNat"],
  loopback: ["loopback"],
  "link-local": ["linkLocal"],
  multicast: ["multicast"],
};

function rangeOf(address: Address): string {
  return ipaddr.parse(shown(address.value, address)).range();
}

const inRange =
  (name: string): Query =>
  (address, text) =>
    RANGES[name]?.includes(rangeOf(address)) === true ? text : null;

const isPublic: Query = (address, text) =>
  !["private", "linkLocal", "uniqueLocal", "carrierGradeNat", "loopback", "multicast"].includes(rangeOf(address)) &&
  !["broadcast", "unspecified"].includes(rangeOf(address))
    ? text
    : null;

const QUERIES: Readonly<Record<string, Query>> = {
  "": (address) => (address.isNetwork ? withPrefix(address.value, address) : shown(address.value, address)),
  bool: () => true,
  address: ownAddress,
  ip: ownAddress,
  host,
  "host/prefix": addressWithPrefix,
  "address/prefix": addressWithPrefix,
  gateway: addressWithPrefix,
  gw: addressWithPrefix,
  router: addressWithPrefix,
  hostnet: addressWithPrefix,
  "ip/prefix": (address) => (sizeOf(address) === 1n ? null : host(address)),
  ip_netmask: (address) =>
    sizeOf(address) === 1n || host(address) === null ? null : `${shown(address.value, address)} ${netmask(address)}`,
  broadcast: (address) => (sizeOf(address) > 2n ? shown(lastOf(address), address) : null),
  cidr: (address) => withPrefix(address.value, address),
  net: (address) => (TYPE(address) === "network" ? withPrefix(address.value, address) : null),
  subnet: (address) => withPrefix(firstOf(address), address),
  "network/prefix": (address) => withPrefix(firstOf(address), address),
  network: (address) => shown(firstOf(address), address),
  network_id: (address) => shown(firstOf(address), address),
  netmask,
  hostmask: wildcard,
  wildcard,
  network_netmask: (address) => `${shown(firstOf(address), address)} ${netmask(address)}`,
  network_wildcard: (address) => `${shown(firstOf(address), address)} ${wildcard(address)}`,
  prefix: ({ prefix }) => prefix,
  size: (address) => Number(sizeOf(address)),
  size_usable: (address) => {
    const size = sizeOf(address);
    return Number(size === 1n ? 0n : size === 2n ? 2n : size - 2n);
  },
  first_usable: (address) => edgeOf(address, "first"),
  last_usable: (address) => edgeOf(address, "last"),
  range_usable: (address) => {
    const range = usable(address);
    return range === undefined ? null : `${shown(range.first, address)}-${shown(range.last, address)}`;
  },
  next_usable: (address) => neighbour(address, 1n),
  previous_usable: (address) => neighbour(address, -1n),
  int: (address) => (address.isNetwork ? `${address.value}/${address.prefix}` : exactNumber(address.value)),
  type: TYPE,
  version: ({ version }) => version,
  ipv4: asVersion4,
  v4: asVersion4,
  ipv6: asVersion6,
  v6: asVersion6,
  wrap: (address, text) => {
    if (address.version === 4) return text;
    return `[${shown(address.value, address)}]${address.isNetwork ? `/${address.prefix}` : ""}`;
  },
  revdns: reversed,
  private: inRange("private"),
  public: isPublic,
  loopback: inRange("loopback"),
  lo: inRange("loopback"),
  "link-local": inRange("link-local"),
  multicast: inRange("multicast"),
  unicast: (address, text) => (rangeOf(address) === "multicast" ? null : text),
};

/** IPv4 addresses stand in IPv6 behind this. */
const MAPPED = 0xffffn << 32n;

function asVersion6({ version, value, prefix }: Address, text: string): string {
  return version === 6 ? text : `::ffff:${addressText(value, 4)}/${prefix + 96}`;
}

function asVersion4({ version, value, prefix }: Address, text: string): unknown {
  if (version === 4) return text;
  return value >> 32n === MAPPED >> 32n && prefix >= 96 ? `${addressText(value - MAPPED, 4)}/${prefix - 96}` : false;
}

function edgeOf(address: Address, end: "first" | "last"): string | null {
  const range = usable(address);
  return range === undefined ? null : shown(range[end], address);
}

/** A text where a number could not hold it. */
function exactNumber(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}

function reversed(address: Address): string {
  const hex = address.value.toString(16).padStart(bitsOf(address.version) / 4, "0");
  const parts = address.version === 4 ? shown(address.value, address).split(".") : Array.from(hex);
  return `${parts.reverse().join(".")}.${address.version === 4 ? "in-addr" : "ip6"}.arpa.`;
}

/** A name of a part, a number for an address of the network, or a network that it must be in. */
export function asked(address: Address, query: unknown, text: string): unknown {
  const name = String(query);
  const known = Object.hasOwn(QUERIES, name) ? QUERIES[name] : undefined;
  if (known !== undefined) return known(address, text);
  if (/^-?\d+$/.test(name)) return nth(address, BigInt(name));
  const outer = parseAddress(name);
  if (outer !== undefined) return isWithin(address, outer) ? text : null;
  throw inputError(`ipaddr: there is no query "${name}"`, {
    remedy: `known are ${Object.keys(QUERIES).slice(1).join(", ")}`,
  });
}

function nth(address: Address, number: bigint): unknown {
  const size = sizeOf(address);
  if (size === 1n) return address.isNetwork ? withPrefix(address.value, address) : shown(address.value, address);
  if (number >= size || -number > size) return false;
  return withPrefix((number < 0n ? lastOf(address) + 1n : firstOf(address)) + number, address);
}
